/** @file Words that the lab gives to repeat a run: the command and the program, run as they are, give the model to the last bit. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { BenchRun } from "../../lab/bench/bench-run.js";
import type { BenchAsked, BenchState, News } from "../../lab/protocol.js";
import type { Dataset } from "../../src/data/dataset.js";
import { embedded } from "../../src/data/embedded.js";
import { readData } from "../../src/data/format.js";
import { FLOWERS, workplace } from "../cli/command.js";

const { path, unlabeled } = await workplace();
const built = (file: string) => new URL(`../../dist/${file}`, import.meta.url).href;
const ENTRIES: Readonly<Record<string, string>> = {
  unlabeled: built("src/index.js"),
  "unlabeled/data": built("src/data/index.js"),
  "unlabeled/metrics": built("src/metrics/index.js"),
  "unlabeled/node": built("node/index.js"),
};

/** Model of a run, and its last state. @param on what is done with it before its end. */
async function modelOf(asked: BenchAsked, data: Dataset, on?: (run: BenchRun) => Promise<void>) {
  const heard: News[] = [];
  let ended = () => {};
  const over = new Promise<void>((resolve, reject) => {
    ended = resolve;
    tell = (news) => {
      heard.push(news);
      if (news.kind === "failed") reject(new Error(news.message));
      if (news.kind === "bench" && news.state.stage === "done") ended();
    };
  });
  const run = await BenchRun.begin(1, asked, data, (news) => tell(news));
  if (on) await on(run);
  else {
    run.go();
    await over;
  }
  await run.download("model");
  await run.end();
  const { bytes } = heard.find((news) => news.kind === "file")!;
  const state = heard.filter((news) => news.kind === "bench").at(-1)!.state;
  return { bytes: Buffer.from(bytes), state };
}
let tell: (news: News) => void;

/** Runs the program, which then writes its model. */
async function run({ program }: BenchState): Promise<Buffer> {
  const imports = program!.replaceAll(
    /from "(unlabeled[^"]*)"/g,
    (_, name: string) => `from "${ENTRIES[name]}"`,
  );
  const written =
    'import { writeFileSync } from "node:fs";\nwriteFileSync("program.safetensors", model.save());\n';
  await writeFile(path("program.mjs"), imports + written);
  await promisify(execFile)(process.execPath, ["program.mjs"], { cwd: path(".") });
  return readFile(path("program.safetensors"));
}

/** Runs the command, each word of which stands by itself. */
async function fitted({ command }: BenchState): Promise<Buffer> {
  const [, ...words] = command.split(" ");
  const { code, stderr } = await unlabeled([...words, "--force"]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return readFile(path("model.safetensors"));
}

const options = { latentDim: "2", hidden: "16,8", tied: "true", epochs: "2" };

test.each<[string, BenchAsked]>([
  ["a training with rows held out", { method: "autoencoder", options, seed: 5, validation: 0.1 }],
  [
    "one without, on another scale",
    {
      method: "linearAutoencoder",
      options: { latentDim: "3", bias: "false", scale: "none", epochs: "2" },
      seed: 6,
    },
  ],
  ["a method that is solved", { method: "pca", options: { latentDim: "4" }, seed: 7 }],
])("%s", async (_, asked) => {
  const { bytes, state } = await modelOf(asked, embedded("digits"));
  expect(Buffer.compare(await fitted(state), bytes)).toBe(0);
  expect(Buffer.compare(await run(state), bytes)).toBe(0);
});

test("a training that was changed on the way, and left before its end, by the program alone", async () => {
  const asked = {
    method: "denoisingAutoencoder",
    options: { latentDim: "2", noise: "gaussian:0.2" },
    seed: 8,
  };
  const { bytes, state } = await modelOf(asked, embedded("digits"), async (bench) => {
    await bench.step(3);
    bench.setLearningRate(0.01);
    await bench.step(2);
    bench.setScalar("noise", 0.4);
    await bench.step(4);
  });
  expect(Buffer.compare(await run(state), bytes)).toBe(0);
});

test("a file with gaps, which are filled", async () => {
  const gaps = FLOWERS.replace("1.000", "").replace("4.042", "");
  await writeFile(path("flowers.csv"), gaps);
  const data = await readData(Buffer.from(gaps), "flowers.csv");
  const { bytes, state } = await modelOf({ method: "pca", options: { latentDim: "2" }, seed: 9 }, data);
  expect(state.command).toContain("--fill yes");
  expect(Buffer.compare(await fitted(state), bytes)).toBe(0);
  expect(Buffer.compare(await run(state), bytes)).toBe(0);
});
