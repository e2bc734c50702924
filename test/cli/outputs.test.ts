/**
 * @file Outputs of the command: opened before the work, whole or absent after it, kept elsewhere where they cannot be written.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../src/index.js";
import { expectError, FLOWERS, MAIN, type Outcome, workplace } from "./command.js";

const { unlabeled, folder, path, files } = await workplace();
beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await unlabeled(fit("pca.safetensors"));
  await mkdir(path("tmp"));
});

/** So long that a test would time out, were the work to begin. */
const ENDLESS = "fit digits --method autoencoder --latent-dim 2 --epochs 100000000 --seed 1".split(" ");
/** Long enough to be stopped, and soon past a tenth, which it tells. */
const LONG = "fit flowers.csv --method autoencoder --latent-dim 2 --epochs 3000 --seed 1".split(" ");
const onceItTells = (signal: NodeJS.Signals) => ({
  onStart: (child: ChildProcess) => void child.stderr!.once("data", () => child.kill(signal)),
});

function fit(output: string, ...more: string[]): string[] {
  const args = "fit flowers.csv --method pca --latent-dim 2 --seed 1 -o".split(" ");
  return [...args, output, ...more];
}

const onLinux = test.skipIf(process.platform !== "linux");
const onUnix = test.skipIf(process.platform === "win32");

test("two outputs that are one file, and an output that is an input, are usage errors", async () => {
  await symlink("flowers.csv", path("link.csv"));
  const before = await files();
  const embed = "embed flowers.csv --method pca --seed 1".split(" ");
  expectError(
    await unlabeled([...embed, "--picture", "a.svg", "--save", "./a.svg"]),
    2,
    /a\.svg: is the same file as the output a\.svg/,
  );
  const onto = ["-o", "link.csv", "--force"];
  expectError(await unlabeled([...embed, ...onto]), 2, /link\.csv: the output is the same file as the input/);
  expect(await files()).toEqual(before);
});

test("what refuses any output is told before the work, and nothing is left of the others", async () => {
  await writeFile(path("taken.svg"), "");
  const before = await files();
  const embed = "embed digits --method autoencoder --epochs 100000000 --seed 1 -o places.csv".split(" ");
  expectError(
    await unlabeled([...embed, "--picture", "taken.svg", "--save", "m"]),
    1,
    /taken\.svg: is there/,
  );
  expectError(await unlabeled([...embed, "--save", "n".repeat(256)]), 1, /cannot be written \(ENAMETOOLONG/);
  expectError(await unlabeled([...ENDLESS, "-o", "none/m"]), 1, /none\/m: no such folder/);
  expect(await files()).toEqual(before);
});

test("a model and its checkpoint may have the longest of names", async () => {
  const name = `${"n".repeat(243)}.safetensors`;
  const stopped = await unlabeled([...LONG, "-o", name], onceItTells("SIGINT"));
  expect(stopped.code).toBe(130);
  const [checkpoint] = (await files()).filter((file) => file.endsWith(".checkpoint.safetensors"));
  expect(Buffer.byteLength(checkpoint!)).toBeLessThanOrEqual(255);
  expect(stopped.stderr).toContain(`--resume ${checkpoint}`);
  expect((await unlabeled([...LONG, "-o", name, "--resume", checkpoint!])).code).toBe(0);
  expect((await files()).filter((file) => file.startsWith("nnn"))).toEqual([name]);
});

onUnix("devices, pipes and links are what they were, with --force and without", async () => {
  execFileSync("mkfifo", [path("pipe")]);
  await symlink("behind.safetensors", path("link.safetensors"));
  const reader = spawn("cat", [path("pipe")]);
  const got: Buffer[] = [];
  reader.stdout.on("data", (bytes) => got.push(bytes));
  const closed = new Promise((resolve) => reader.on("close", resolve));
  const outcomes = [
    await unlabeled(fit("/dev/null", "--force")),
    await unlabeled(fit("link.safetensors")),
    await unlabeled(fit("pipe")),
  ];
  await closed;
  expect(outcomes.map(({ code, stderr }) => [code, stderr.includes("unlabeled:")])).toEqual([
    [0, false],
    [0, false],
    [0, false],
  ]);
  expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  expect((await stat(path("pipe"))).isFIFO()).toBe(true);
  const whole = await readFile(path("pca.safetensors"));
  expect((await readFile(path("behind.safetensors"))).equals(whole)).toBe(true);
  expect(Buffer.concat(got).equals(whole)).toBe(true);
});

onLinux("what cannot be written at the end is kept in the folder for temporary files", async () => {
  const outcome = await unlabeled(fit("/dev/full", "--quiet"), { env: { TMPDIR: path("tmp") } });
  expectError(outcome, 1, /^unlabeled: \/dev\/full: cannot be written \(ENOSPC.*\); kept as \S+\/full$/m);
  const kept = /kept as (\S+)/.exec(outcome.stderr)![1]!;
  expect((await load(new Uint8Array(await readFile(kept)))).method).toBe("pca");
  expect((await stat(dirname(kept))).mode & 0o777).toBe(0o700);

  const nowhere = await unlabeled(fit("/dev/full", "--quiet"), { env: { TMPDIR: path("none") } });
  expectError(nowhere, 1, /cannot be written \(ENOSPC.*nor can it be kept elsewhere/);
});

onLinux("a disk that is full on standard output is one line and exit 1, for every verb", async () => {
  const of = (words: string) => words.split(" ");
  const verbs: string[][] = [
    ["--help"],
    ["--version"],
    of("fit --help"),
    of("methods"),
    of("methods pca --json"),
    of("info pca.safetensors"),
    fit("told.safetensors"),
    of("encode flowers.csv -m pca.safetensors"),
    of("encode flowers.csv -m pca.safetensors -o told.csv --json"),
    of("evaluate flowers.csv -m pca.safetensors"),
    of("embed flowers.csv --method pca"),
    of("cluster flowers.csv --clusters 2 --save told.clusters"),
    of("compare flowers.csv --methods pca --quiet"),
  ];
  // Two at a time, as many as there are cores for tests.
  for (let first = 0; first < verbs.length; first += 2) {
    const run = (args: string[]) => toFull(args, { TMPDIR: path("tmp") });
    const outcomes = await Promise.all(verbs.slice(first, first + 2).map(run));
    for (const [i, { code, stderr }] of outcomes.entries()) {
      const [line, more] = stderr.split("\n").filter((text) => text.startsWith("unlabeled:"));
      expect(line, verbs[first + i]!.join(" ")).toMatch(/standard output: cannot be written \(ENOSPC/);
      expect([code, more]).toEqual([1, undefined]);
    }
  }
  // Files were written before that; they are whole.
  for (const file of ["told.safetensors", "told.csv", "told.clusters"])
    expect((await stat(path(file))).size).toBeGreaterThan(100);
});

/** Runs with standard output on a disk that is full. */
function toFull(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", `exec ${words} > /dev/full`], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code) => resolve({ code: code ?? "", stdout: "", stderr }));
  });
}

onUnix("who reads has had enough: exit 0, and files are written", async () => {
  const words = "embed digits --method pca --seed 1 --save enough.safetensors --quiet".split(" ");
  const pipeline = `'${process.execPath}' '${MAIN}' ${words.join(" ")}; echo "code $?" >&2`;
  const { stderr } = spawnSync("sh", ["-c", `(${pipeline}) | head -1`], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("code 0\n");
  expect((await stat(path("enough.safetensors"))).size).toBeGreaterThan(100);
});

describe.skipIf(process.platform === "win32")("signals", () => {
  const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  type Stop = keyof typeof CODES;
  const temporary = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => basename(name).startsWith(".unlabeled-"));

  test.each(["SIGTERM", "SIGHUP"] as const)("%s keeps a checkpoint, as Ctrl-C does", async (signal) => {
    const stopped = await unlabeled([...LONG, "-o", `${signal}.st`], onceItTells(signal));
    expect([stopped.code, stopped.stdout]).toEqual([CODES[signal], ""]);
    expect(stopped.stderr).toMatch(
      /unlabeled: interrupted; go on with: unlabeled fit flowers\.csv [^\n]+\n$/,
    );
    expect(await files()).toContain(`${signal}.checkpoint.safetensors`);
    expect(await temporary()).toEqual([]);
  });

  /** Sends signals as soon as the outputs are opened. */
  async function stoppedEarly(args: readonly string[], signals: readonly Stop[]): Promise<Outcome> {
    let ended = false;
    const outcome = unlabeled(args, {
      async onStart(child: ChildProcess) {
        while (!ended && (await temporary()).length === 0) await new Promise((r) => setTimeout(r, 5));
        for (const signal of signals) child.kill(signal);
      },
    });
    return outcome.finally(() => {
      ended = true;
    });
  }

  test.each<[string, Stop[]]>([
    ["embed digits --method autoencoder --epochs 100000000 -o p.csv --save p.st", ["SIGTERM"]],
    ["embed digits --method stacked-autoencoder --pretraining-epochs 1000000 -o p.csv", ["SIGHUP"]],
    ["recognise digits digits --latent-dim 8 -o p.csv", ["SIGTERM"]],
    ["compare digits --methods autoencoder --epochs 100000000 -o compared", ["SIGTERM"]],
    [`${ENDLESS.join(" ")} -o p.st`, ["SIGINT", "SIGINT"]],
  ])("%s is stopped by %j, and leaves nothing", async (words, signals) => {
    const before = await files();
    const { code, stdout, stderr } = await stoppedEarly(words.split(" "), signals);
    expect(code).toBe(CODES[signals[0]!]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/unlabeled: interrupted(, nothing is written|; go on with: .*)\n$/);
    if (stderr.includes("go on with")) await rm(path("p.checkpoint.safetensors"));
    expect(await files()).toEqual(before);
  });

  test("what a killed run has left is removed by the next", async () => {
    let ended = false;
    const killed = unlabeled([...ENDLESS, "-o", "killed.st"], {
      async onStart(child) {
        while (!ended && (await temporary()).length === 0) await new Promise((r) => setTimeout(r, 5));
        child.kill("SIGKILL");
      },
    });
    expect((await killed).code).toBe("SIGKILL");
    ended = true;
    expect(await temporary()).toHaveLength(1);
    expect((await unlabeled(fit("next.safetensors"))).code).toBe(0);
    expect(await temporary()).toEqual([]);
    expect(await files()).not.toContain("killed.st");
  });
});
