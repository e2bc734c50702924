/** @file The command as a function: runs in one process know nothing of each other, and of the process. */
import { EventEmitter } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../../src/version.js";
import { FLOWERS } from "./command.js";
import { runInside } from "./inside.js";

const folder = await mkdtemp(join(tmpdir(), "unlabeled-program-"));
const path = (name: string) => join(folder, name);
beforeAll(() => writeFile(path("flowers.csv"), FLOWERS));
afterAll(() => rm(folder, { recursive: true }));

const VERSION_TOLD = { code: 0, stdout: `${VERSION}\n`, stderr: "" };

describe("a run is none of the next one's business:", () => {
  test("neither what was told", async () => {
    const first = await runInside(["--help"]);
    expect(first.stdout).toMatch(/^ +fit /m);
    expect(await runInside(["--version"])).toEqual(VERSION_TOLD);
    expect(await runInside(["--help"])).toEqual(first);
  });

  test("nor a mistake", async () => {
    expect((await runInside(["encode", path("flowers.csv")])).code).toBe(2);
    expect(await runInside(["--version"])).toEqual(VERSION_TOLD);
  });

  test("nor a condition that was met", async () => {
    const model = path("scores.safetensors");
    const fit = ["fit", "-", "--method", "pca", "--latent-dim", "1", "-o", model, "--quiet"];
    expect((await runInside(fit, { input: FLOWERS })).code).toBe(0);
    const score = ["score", path("flowers.csv"), "--model", model];
    const met = await runInside([...score, "--fail-on-outliers", "1e-9"]);
    expect(met.code).toBe(3);
    expect(await runInside([...score, "--quiet"])).toEqual({ code: 0, stdout: met.stdout, stderr: "" });
  });

  test("nor an interruption, which says what is there of its own run and by which signal", async () => {
    const training = (name: string) =>
      [
        "fit",
        path("flowers.csv"),
        "--method",
        "autoencoder",
        "--latent-dim",
        "1",
        "--epochs",
        "1000000",
      ].concat(["--batch-size", "4", "-o", path(name)]);
    const interrupted = (name: string, signal: string) => {
      const signals = new EventEmitter();
      let asked = false;
      return runInside(training(name), {
        signals,
        columns: 200,
        onStderr: (piece) => {
          if (asked || !piece.includes("epoch")) return;
          asked = true;
          signals.emit(signal, signal);
        },
      }).then((outcome) => ({ ...outcome, heard: signals.eventNames() }));
    };
    for (const [name, signal, code] of [
      ["first", "SIGTERM", 143],
      ["second", "SIGINT", 130],
    ] as const) {
      const { stderr, ...outcome } = await interrupted(`${name}.safetensors`, signal);
      expect(outcome).toEqual({ code, stdout: "", heard: [] });
      const words = training(`${name}.safetensors`).join(" ");
      expect(stderr).toContain(`interrupted; go on with: unlabeled ${words} --seed `);
      expect(/ --resume (\S+)\n$/.exec(stderr)?.[1]).toBe(path(`${name}.checkpoint.safetensors`));
    }
    expect((await readdir(folder)).filter((file) => /first|second|\.tmp$/.test(file)).sort()).toEqual([
      "first.checkpoint.safetensors",
      "second.checkpoint.safetensors",
    ]);
  });

  test("also of one beside it", async () => {
    const outcomes = await Promise.all([
      runInside(["methods", "pca"]),
      runInside(["--version"]),
      runInside(["methods", "nothing"]),
      runInside(["help", "fit"], { columns: 40 }),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 2, 0]);
    expect(outcomes[0]!.stdout).toMatch(/^pca: /);
    expect(outcomes[1]).toEqual(VERSION_TOLD);
    expect(outcomes[2]).toMatchObject({ stdout: "", stderr: expect.stringContaining('"nothing"') });
    expect(outcomes[3]!.stdout).toMatch(/^Usage: unlabeled fit /);
  });
});

test("streams of a run serve wherever a path names them", async () => {
  const model = path("streams.safetensors");
  const fit = ["fit", "/dev/stdin", "--method", "pca", "--latent-dim", "1", "-o", model, "--quiet"];
  expect((await runInside(fit, { input: FLOWERS })).code).toBe(0);
  const encode = ["encode", path("flowers.csv"), "-m", model];
  const { stdout } = await runInside(encode);
  expect(await runInside(["encode", "-", "-m", model], { input: FLOWERS })).toMatchObject({ stdout });
  const onnx = await runInside(["export", model, "-o", "/dev/stdout"]);
  expect(onnx.code).toBe(0);
  expect(onnx.stdout).toContain("Gemm");
});

test("only main.ts looks at the process, and no module keeps what a run leaves", () => {
  const root = fileURLToPath(new URL("../../cli", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(30);
  const matching = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(join(root, file), "utf8"))).sort();
  // The folder of the process is every run's.
  expect(matching(/\bprocess\.(?!cwd\b)|\bconsole\./)).toEqual(["main.ts"]);
  expect(matching(/^(export )?let /m)).toEqual([]);
});
