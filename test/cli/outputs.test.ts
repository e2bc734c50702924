/**
 * @file Outputs of the command: opened before the work, whole or absent after it, kept elsewhere where they cannot be written.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../src/index.js";
import { expectError, FLOWERS, MAIN, type Outcome, workplace } from "./command.js";

const { unlabeled, spawned, folder, path, files } = await workplace();
beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await unlabeled(fit("pca.safetensors"));
  await mkdir(path("tmp"));
});

/** So long that a test would time out, were the work to begin. */
const ENDLESS = "fit digits --method autoencoder --latent-dim 2 --epochs 100000000 --seed 1".split(" ");
/** Long enough to be stopped, and soon past a tenth, which it tells. */
const LONG = "fit flowers.csv --method autoencoder --latent-dim 2 --epochs 1000 --seed 1".split(" ");
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
  const stopped = await spawned([...LONG, "-o", name], onceItTells("SIGINT"));
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
    await spawned(fit("/dev/null", "--force")),
    await spawned(fit("link.safetensors")),
    await spawned(fit("pipe")),
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
  const outcome = await spawned(fit("/dev/full", "--quiet"), { env: { TMPDIR: path("tmp") } });
  expectError(outcome, 1, /^unlabeled: \/dev\/full: cannot be written \(ENOSPC.*\); kept as \S+\/full$/m);
  const kept = /kept as (\S+)/.exec(outcome.stderr)![1]!;
  expect((await load(new Uint8Array(await readFile(kept)))).method).toBe("pca");
  expect((await stat(dirname(kept))).mode & 0o777).toBe(0o700);

  const nowhere = await spawned(fit("/dev/full", "--quiet"), { env: { TMPDIR: path("none") } });
  expectError(nowhere, 1, /cannot be written \(ENOSPC.*nor can it be kept elsewhere/);
});

const words = (text: string) => text.split(" ");
onLinux.each<[string, string[], string?]>([
  ["--help", ["--help"]],
  ["--version", ["--version"]],
  ["fit --help", words("fit --help")],
  ["methods", words("methods")],
  ["methods --json", words("methods pca --json")],
  ["info", words("info pca.safetensors")],
  ["fit", fit("told.safetensors"), "told.safetensors"],
  ["encode", words("encode flowers.csv -m pca.safetensors")],
  ["encode --json", words("encode flowers.csv -m pca.safetensors -o told.csv --json"), "told.csv"],
  ["evaluate", words("evaluate flowers.csv -m pca.safetensors")],
  ["embed", words("embed flowers.csv --method pca --save told.embed"), "told.embed"],
  ["cluster", words("cluster flowers.csv --clusters 2 --save told.clusters"), "told.clusters"],
  ["compare", words("compare flowers.csv --methods pca -o told"), "told/pca.safetensors"],
])("%s on a disk that is full is one line and exit 1, and its files are whole", async (_, args, file) => {
  const { code, stderr } = await toFull(args, { TMPDIR: path("tmp") });
  const lines = stderr.split("\n").filter((text) => text.startsWith("unlabeled:"));
  expect(lines).toEqual([expect.stringMatching(/standard output: cannot be written \(ENOSPC/)]);
  expect(code).toBe(1);
  if (file !== undefined) expect((await stat(path(file))).size).toBeGreaterThan(100);
});

/** Runs with standard output on a disk that is full. */
function toFull(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const quoted = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", `exec ${quoted} > /dev/full`], {
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
  const command = "embed digits --method pca --seed 1 --save enough.safetensors --quiet";
  const pipeline = `'${process.execPath}' '${MAIN}' ${command}; echo "code $?" >&2`;
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
    const stopped = await spawned([...LONG, "-o", `${signal}.st`], onceItTells(signal));
    expect([stopped.code, stopped.stdout]).toEqual([CODES[signal], ""]);
    expect(stopped.stderr).toMatch(
      /unlabeled: interrupted; go on with: unlabeled fit flowers\.csv [^\n]+\n$/,
    );
    expect(await files()).toContain(`${signal}.checkpoint.safetensors`);
    expect(await temporary()).toEqual([]);
  });

  /** Sends signals as soon as the outputs are opened. */
  async function stoppedEarly(args: readonly string[], signals: readonly NodeJS.Signals[]): Promise<Outcome> {
    let ended = false;
    const outcome = spawned(args, {
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
    ["recognize digits digits --latent-dim 8 -o p.csv", ["SIGTERM"]],
    ["compare digits --methods autoencoder --epochs 100000000 -o compared", ["SIGTERM"]],
    [`${ENDLESS.join(" ")} -o p.st`, ["SIGINT", "SIGINT"]],
  ])("%s is stopped by %j, and leaves nothing", async (command, signals) => {
    const before = await files();
    const { code, stdout, stderr } = await stoppedEarly(command.split(" "), signals);
    expect(code).toBe(CODES[signals[0]!]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/unlabeled: interrupted(, nothing is written|; go on with: .*)\n$/);
    if (stderr.includes("go on with")) await rm(path("p.checkpoint.safetensors"));
    expect(await files()).toEqual(before);
  });

  test("what a killed run has left is removed by the next", async () => {
    const killed = await stoppedEarly([...ENDLESS, "-o", "killed.st"], ["SIGKILL"]);
    expect(killed).toMatchObject({ code: "SIGKILL", stderr: "" });
    expect(await temporary()).toHaveLength(1);
    expect((await spawned(fit("next.safetensors"))).code).toBe(0);
    expect(await temporary()).toEqual([]);
    expect(await files()).not.toContain("killed.st");
  });
});
