/**
 * @file Ends real runs of the command at any moment, by SIGINT, SIGTERM, SIGHUP or SIGKILL, and looks at what is there then:
 * outputs whole or absent, and a training that goes on from its checkpoint to the same bits.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Random, random } from "../src/random.js";
import { type Campaign, CannotRun, type Hunt } from "./campaign.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const;
type Signal = (typeof SIGNALS)[number];
/** Calls of the file system at which a run is ended, beside moments of its time. */
const CALLS = ["open", "write", "sync", "close", "link", "unlink", "lstat"];
const TIME_LIMIT_MS = 300_000;

/** A run as it is when nobody ends it. */
interface Reference {
  readonly command: string;
  readonly files: ReadonlyMap<string, Buffer>;
  /** From the moment when its outputs were opened, and in all. */
  readonly ms: number;
  readonly allMs: number;
  /** True if it trains with checkpoints. */
  readonly resumes: boolean;
}

const COMMANDS = [
  "fit train.csv --method autoencoder --latent-dim 2 --hidden 8 --batch-size 16 --epochs 120 --seed 3 --validation 0.2 -o model.st",
  "embed train.csv --method pca --seed 1 -o places.csv --picture places.svg --save embed.st",
  "cluster train.csv --clusters 4 -o clusters.parquet --picture clusters.svg --save clusters.st",
  "encode large.csv --model pca.model -o codes.csv",
  "compare train.csv --methods pca,autoencoder --epochs 5 --seed 2 -o compared",
];

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** Runs the command in a folder. */
function run(
  folder: string,
  command: string,
  { fault, onStart }: { fault?: string; onStart?: (child: ChildProcess) => unknown } = {},
): Promise<Ended> {
  const args = ["--import", here("faulty-files.js"), here("../cli/main.js"), ...command.split(" ")];
  const env = { ...process.env, ...(fault !== undefined && { UNLABELED_FAULT: fault }) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const late = setTimeout(() => child.kill("SIGABRT"), TIME_LIMIT_MS);
    child.on("close", (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, stderr });
    });
    onStart?.(child);
  });
}

export const signals: Campaign = {
  name: "signals",
  summary:
    "a run that a signal ends leaves outputs whole or absent, and a checkpoint that leads to the same bits",
  async run(hunt) {
    if (process.platform === "win32") throw new CannotRun("wants signals");
    const data = mkdtempSync(join(tmpdir(), "unlabeled-signals-"));
    try {
      writeFileSync(join(data, "train.csv"), table(200, 6));
      writeFileSync(join(data, "large.csv"), table(20_000, 6));
      await run(data, "fit train.csv --method pca --latent-dim 2 --seed 1 -o pca.model");
      const references = new Map<number, Reference>();
      for (let turn = 0; hunt.more(); turn++) {
        const folder = copied(data);
        try {
          // Every second case trains, since that is where most can be lost.
          const which = turn % 2 === 0 ? 0 : 1 + ((turn >> 1) % (COMMANDS.length - 1));
          if (!references.has(which)) references.set(which, await reference(data, COMMANDS[which]!));
          await oneCase(hunt, folder, references.get(which)!);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  },
};

async function oneCase(hunt: Hunt, folder: string, reference: Reference): Promise<void> {
  const { command, resumes } = reference;
  const verb = command.split(" ")[0];
  const checkpoint = "model.checkpoint.safetensors";
  let words = command;
  // A training is ended up to three times before it may come to its end.
  for (let times = 1 + (resumes ? hunt.random.integer(3) : 0); times > 0; times--) {
    const how = ending(hunt.random, folder, reference);
    const say = (what: string) => hunt.fault(`${verb}, ${how.said}: ${what}`);
    const before = temporaries(folder);
    const resumed = words.includes("--resume");
    const { code, signal, stderr } = await run(folder, words, how);
    count(hunt, how.signal);
    // Before the outputs are opened, signals end the process as they end any.
    const early = signal === how.signal && how.signal !== "SIGKILL";
    const killed = signal === "SIGKILL" && how.signal === "SIGKILL";
    if (!early && !killed && code !== 0 && code !== CODES[how.signal])
      say(`code ${code}, signal ${signal}: ${stderr.slice(-200)}`);
    // Files that a killed run has left are removed by the next that comes to open its outputs.
    const left = temporaries(folder).filter((name) => !before.includes(name));
    if (!killed && left.length > 0) say(`leaves ${left}`);
    const files = outputs(folder).filter((file) => file !== checkpoint);
    for (const file of files) {
      const whole = reference.files.get(file);
      if (!whole) say(`leaves ${file}`);
      else if (!readFileSync(join(folder, file)).equals(whole)) say(`${file} is not whole`);
    }
    count(
      hunt,
      early
        ? "ended before outputs were opened"
        : code === 0
          ? "done before the signal"
          : "ended in the midst",
    );
    if (code === 0) {
      const missing = [...reference.files.keys()].filter((file) => !files.includes(file));
      if (missing.length > 0) say(`done, but there is no ${missing}`);
      if (temporaries(folder).length > 0) say(`done, and leaves ${temporaries(folder)}`);
      return;
    }
    const kept = outputs(folder).includes(checkpoint);
    // One that it went on from stays, also where it is stopped before it trains.
    if (stderr.includes("go on with") !== kept && !(resumed && kept) && !killed && !early)
      say(`checkpoint ${kept}: ${stderr.slice(-300)}`);
    if (kept) count(hunt, "resumed from a checkpoint");
    words = kept ? `${command} --resume ${checkpoint}` : command;
    if (files.length > 0) words += " --force";
  }
  const { code, stderr } = await run(folder, words);
  const say = (what: string) => hunt.fault(`${verb}, run again as ${words}: ${what}`);
  if (code !== 0) return say(`code ${code}: ${stderr.slice(-300)}`);
  if (temporaries(folder).length > 0) say(`leaves ${temporaries(folder)}`);
  for (const [file, whole] of reference.files)
    if (!outputs(folder).includes(file)) say(`there is no ${file}`);
    else if (!readFileSync(join(folder, file)).equals(whole)) say(`${file} has other bits`);
  if (outputs(folder).includes(checkpoint)) say("the checkpoint is still there");
}

function count(hunt: Hunt, what: string): void {
  hunt.figure(what, Number(hunt.figures[what] ?? 0) + 1);
}

/** A moment of its time, or a call of the file system. */
function ending(stream: Random, folder: string, { ms, allMs }: Reference) {
  const signal: Signal = SIGNALS[stream.integer(SIGNALS.length)]!;
  if (stream.uniform() < 0.4) {
    const call = CALLS[stream.integer(CALLS.length)]!;
    const fault = `${call}:${1 + stream.integer(5)}:${signal === "SIGKILL" ? "stop" : signal}`;
    return { signal, said: fault, fault };
  }
  // Mostly while there is something to lose.
  const opened = stream.uniform() < 0.8;
  const after = Math.round((opened ? ms : allMs) * stream.uniform());
  const onStart = async (child: ChildProcess) => {
    let ended = false;
    child.on("close", () => {
      ended = true;
    });
    if (opened) await untilOpened(folder, () => ended);
    await pause(after);
    if (!ended) child.kill(signal);
  };
  const said = `${signal} ${after} ms after ${opened ? "its outputs were opened" : "its start"}`;
  return { signal, said, onStart };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilOpened(folder: string, ended: () => boolean): Promise<void> {
  const before = temporaries(folder);
  while (!ended() && temporaries(folder).every((name) => before.includes(name))) await pause(5);
}

async function reference(data: string, command: string): Promise<Reference> {
  const folder = copied(data);
  try {
    const begun = performance.now();
    let opened = begun;
    let ended = false;
    const onStart = () =>
      untilOpened(folder, () => ended).then(() => {
        opened = performance.now();
      });
    const { code, stderr } = await run(folder, command, { onStart });
    ended = true;
    const [ms, allMs] = [performance.now() - opened, performance.now() - begun];
    if (code !== 0) throw new Error(`${command}: code ${code}, ${stderr}`);
    const files = new Map(outputs(folder).map((file) => [file, readFileSync(join(folder, file))]));
    return { command, files, ms, allMs, resumes: command.startsWith("fit") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const INPUTS = ["train.csv", "large.csv", "pca.model"];

function copied(data: string): string {
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-signals-"));
  for (const name of INPUTS) writeFileSync(join(folder, name), readFileSync(join(data, name)));
  return folder;
}

/** Fits that a comparison keeps as they end: each has its own time in it, and stays on purpose. */
const KEPT = join("compared", "finished");

/** Files that are no inputs and no temporary ones. */
function outputs(folder: string): string[] {
  return all(folder).filter(
    (name) => !INPUTS.includes(name) && !name.endsWith(".tmp") && !name.startsWith(KEPT),
  );
}

function temporaries(folder: string): string[] {
  return all(folder).filter((name) => name.endsWith(".tmp"));
}

function all(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile()).sort();
}

/** Two groups of rows. */
function table(rows: number, cols: number): string {
  const stream = random(5);
  const lines = [Array.from({ length: cols }, (_, j) => `c${j + 1}`).join(",")];
  for (let i = 0; i < rows; i++)
    lines.push(
      Array.from({ length: cols }, (_, j) => (stream.normal() + 3 * ((i + j) % 2)).toFixed(4)).join(","),
    );
  return `${lines.join("\n")}\n`;
}
