/**
 * @file Nothing is told to others, and nothing is left behind: no command opens a socket, or writes a file that it was not asked for.
 *
 * Every command is run in an environment with a path, an empty home and an empty folder for temporary files, and in nothing else:
 * `CI` is among what is not there, for programs are known to be quieter where it is. Telemetry takes its time, so
 * processes are held open after their work. There is no chance in it: every case is tried once.
 */
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { copyWithout, ROOT } from "./built-package.js";
import type { Campaign, Hunt } from "./campaign.js";
import { type Surroundings, WATCHER, type Watcher, watch } from "./watched-process.js";

/** ONNX Runtime 1.30 looked up its maker's host ten seconds after it had started, and again two seconds later. */
const HELD_SECONDS = 14;
/** Processes that are held open at a time. */
const AT_A_TIME = 8;

type Backend = "native" | "wasm";

interface Case {
  readonly name: string;
  /** Arguments of Node: a file and its own arguments. `main` is that of the command. */
  args(main: string, backend: Backend): string[];
  /** Files that the case leaves in its folder. */
  readonly makes: readonly string[];
}

const FLOWERS = `name,petal,sepal,stem\n${Array.from({ length: 24 }, (_, i) =>
  [i % 2 ? "lily" : "rose", 1 + 3 * (i % 2) + i / 24, (i % 7) / 3, Math.cos(i)].join(","),
).join("\n")}\n`;

/** Commands whose results others read, in rows of one after the other. */
const FIRST = [
  [
    "fit flowers.csv --method pca --latent-dim 2 --seed 1 -o pca.st",
    "encode flowers.csv -m pca.st -o codes.csv",
    "encode flowers.csv -m pca.st -o codes.parquet",
  ],
  [
    "fit flowers.csv --method variational-autoencoder --latent-dim 2 --hidden 8 --epochs 2 --seed 1 -o vae.st",
  ],
  ["compare digits --methods pca --latent-dim 2 --seed 1 -o compared"],
];

const command = (line: string, ...makes: string[]): Case => ({
  name: `unlabeled ${line}`,
  args: (main) => [main, ...line.split(" ")],
  makes,
});

/** A command that would tell how it goes. */
const quiet = (line: string, ...makes: string[]) => command(`${line} --quiet`, ...makes);

const IN_WORKER: Case = {
  name: "the library in a worker with an environment of its own",
  args: (main, backend) => ["in-worker.mjs", new URL("../src/index.js", pathToFileURL(main)).href, backend],
  makes: [],
};

/** They need no other's results. */
const FROM_NOTHING: readonly Case[] = [
  quiet("fit flowers.csv --method autoencoder --latent-dim 2 --hidden 4 --epochs 3 -o m.st", "m.st"),
  IN_WORKER,
];

const FROM_RESULTS: readonly Case[] = [
  quiet("fit pictures --method pca --latent-dim 1 -o m.st", "m.st"),
  quiet("embed flowers.csv --method tsne --option perplexity=5 --picture p.svg -o p.csv", "p.csv", "p.svg"),
  quiet("cluster flowers.csv --clusters 2 --picture c.svg --save m.st -o c.csv", "c.csv", "c.svg", "m.st"),
  quiet("encode flowers.csv -m pca.st"),
  quiet("decode codes.csv -m pca.st -o rows.npy", "rows.npy"),
  quiet("reconstruct flowers.csv -m vae.st -o rows.parquet", "rows.parquet"),
  quiet("impute flowers.csv -m vae.st -o filled.csv", "filled.csv"),
  quiet("recognize flowers.csv flowers.csv --label name --latent-dim 2 -o named.csv", "named.csv"),
  quiet("score flowers.csv -m pca.st"),
  quiet("sample -m vae.st -n 3 -o drawn.csv", "drawn.csv"),
  quiet("interpolate flowers.csv -m vae.st --rows 1,2"),
  quiet("grid -m pca.st --steps 2"),
  quiet("invert flowers.csv -m vae.st --steps 3 --starts 1 -o x.csv", "x.csv"),
  quiet("evaluate flowers.csv -m pca.st --label name"),
  quiet("compare flowers.csv --methods pca,autoencoder --epochs 2 -o all", "all"),
  quiet("fit codes.parquet --method pca --latent-dim 1 -o m.st", "m.st"),
  command("info vae.st"),
  command("methods"),
  quiet("export pca.st --to onnx --part encode -o m.onnx", "m.onnx"),
];

const WORKER_FILE = `
import { Worker, isMainThread } from "node:worker_threads";
const [, , library, backend] = process.argv;
if (isMainThread) new Worker(new URL(import.meta.url), { env: {}, argv: [library, backend] });
else {
  const { autoencoder, engine, fit } = await import(library);
  const x = { data: new Float32Array(80).map((_, i) => Math.cos(i)), shape: [20, 4] };
  await fit(autoencoder({ latentDim: 2, hidden: [4] }), x, { epochs: 2, seed: 1 });
  const used = (await engine.runtime()).backend;
  if (used !== backend) throw new Error("runs on " + used);
}
`;

/** Devices: bytes written to them are nowhere. */
const DEVICES = new Set(["/dev/null", "/dev/tty"]);

/** Node's argument that keeps a process open. */
const hold = (seconds: number) => ["--import", `data:text/javascript,setTimeout(()=>{},${1000 * seconds})`];

export const hermetic: Campaign = heldFor(HELD_SECONDS);

/** @param seconds that each process is held open. */
export function heldFor(seconds: number): Campaign {
  return {
    name: "hermetic",
    summary: "no command opens a socket or writes what it was not asked to",
    async run(hunt) {
      const folder = await realpath(await mkdtemp(join(tmpdir(), "unlabeled-hermetic-")));
      try {
        await runIn(folder, hunt, seconds);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function runIn(folder: string, hunt: Hunt, seconds: number): Promise<void> {
  hunt.figure("watched by", WATCHER);
  hunt.figure("held for, s", seconds);
  const builds = { native: join(ROOT, "dist/cli/main.js"), wasm: join(folder, "package/dist/cli/main.js") };
  await copyWithout("onnxruntime-node", join(folder, "package"));
  const start = join(folder, "start");
  await mkdir(start);
  await writeFile(join(start, "flowers.csv"), FLOWERS);
  await writeFile(join(start, "in-worker.mjs"), WORKER_FILE);
  let results: Promise<string> | undefined;

  const both = (one: Case) => (["native", "wasm"] as const).map((backend) => ({ one, backend }));
  const left = [...FROM_NOTHING, ...FROM_RESULTS].flatMap(both);
  const work = async () => {
    while (left.length > 0 && hunt.more()) {
      const { one, backend } = left.shift()!;
      const inputs = FROM_NOTHING.includes(one)
        ? start
        : await (results ??= makeResults(join(folder, "first"), start, builds.native));
      const place = await mkdtemp(join(folder, "case-"));
      await cp(inputs, join(place, "work"), { recursive: true });
      const args = [...hold(seconds), ...one.args(builds[backend], backend)];
      for (const fault of await faultsOf(place, args, one.makes)) {
        hunt.fault(`${one.name} (${backend}): ${fault}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/** @returns a folder with what there is at the start, and the results of the first commands. */
async function makeResults(place: string, start: string, main: string): Promise<string> {
  const folder = join(place, "work");
  const surroundings = await emptySurroundings(place, folder);
  await cp(start, folder, { recursive: true });
  const inTurn = async (lines: readonly string[]) => {
    for (const line of lines) {
      const { code, stderr } = await watch([main, ...line.split(" ")], { ...surroundings, watcher: "none" });
      if (code !== 0) throw new Error(`unlabeled ${line}: ${stderr}`);
    }
  };
  await Promise.all(FIRST.map(inTurn));
  // A PNG, so that the reader of images is loaded.
  await mkdir(join(folder, "pictures"));
  for (const name of ["a.png", "b.png"]) {
    await cp(join(folder, "compared/reconstructions.png"), join(folder, "pictures", name));
  }
  return folder;
}

/** An environment in which all that programs write to unasked lies in a folder, and is empty. */
async function emptySurroundings(place: string, cwd: string): Promise<Surroundings> {
  for (const folder of [cwd, join(place, "home"), join(place, "tmp")])
    await mkdir(folder, { recursive: true });
  const env = { PATH: process.env.PATH ?? "", HOME: join(place, "home"), TMPDIR: join(place, "tmp") };
  return { cwd, env };
}

/**
 * Runs Node in `place/work`, and says what it did beyond making some files there.
 * @param makes their names, in order. @param env on top of what is in every environment.
 */
export async function faultsOf(
  place: string,
  args: readonly string[],
  makes: readonly string[],
  { watcher = WATCHER, env = {} }: { watcher?: Watcher; env?: Readonly<Record<string, string>> } = {},
): Promise<string[]> {
  const cwd = join(place, "work");
  const surroundings = await emptySurroundings(place, cwd);
  const before = new Set(await readdir(cwd));
  const { code, stderr, sockets, written } = await watch(args, {
    cwd,
    env: { ...surroundings.env, ...env },
    watcher,
  });
  const made = (await readdir(cwd)).filter((name) => !before.has(name)).sort();
  const left = await Promise.all(
    ["home", "tmp"].map(async (name) =>
      (await readdir(join(place, name), { recursive: true })).map((path) => `${name}/${path}`),
    ),
  );
  const elsewhere = written.filter((path) => !path.startsWith(`${cwd}${sep}`) && !DEVICES.has(path));
  return [
    ...(code === 0 ? [] : [`ends with ${code}`]),
    ...(stderr === "" ? [] : [`says ${JSON.stringify(stderr)}`]),
    ...(made.join() === makes.join() ? [] : [`makes [${made}] and should make [${makes}]`]),
    ...listed("leaves", left.flat()),
    ...listed("opens to write", elsewhere),
    ...listed("opens sockets", sockets),
  ];
}

const listed = (does: string, what: readonly string[]) =>
  what.length === 0 ? [] : [`${does} (${what.length}): ${what.join("; ")}`];
