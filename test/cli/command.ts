/**
 * @file Runs the command in a folder of its own: as a function in this process, which is quick, and as its users do, in
 * another process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import { type InsideOptions, runInside } from "./inside.js";

export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  /** Exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** What is written to standard input. */
  input?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  /** Another build of the command. */
  main?: string;
  /** Arguments of Node itself. */
  node?: readonly string[];
  /** Called with the process as soon as it runs. */
  onStart?: (child: ChildProcess) => void;
}

/**
 * A folder that is removed after the tests of the file, and the command run in it: `unlabeled` from the sources in this
 * process, and `spawned` from the build in one of its own. Signals, pipes and streams that fail, the environment and the
 * exit code that the system sees want the latter, and each verb has a test with it.
 */
export async function workplace() {
  // Without links: a process that is in it calls it so.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "unlabeled-cli-")));
  const home = process.cwd();
  process.chdir(folder);
  afterAll(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    path: (name: string) => join(folder, name),
    files: async () => (await readdir(folder)).sort(),
    unlabeled: (args: readonly string[], options?: InsideOptions): Promise<Outcome> =>
      runInside(args, options),
    spawned: (args: readonly string[], surroundings?: Surroundings) => run(folder, args, surroundings),
  };
}

function run(cwd: string, args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { input, env, main = MAIN, node = [], onStart } = surroundings;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...node, main, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: "pipe",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", stdout, stderr }));
    // A command that ends without reading its input is no failure of the test.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    onStart?.(child);
  });
}

/** One line on standard error, nothing on standard output, and the exit code. */
export function expectError({ code, stdout, stderr }: Outcome, wanted: number, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr).toMatch(/^unlabeled: [^\n]+\n$/);
  expect(stdout).toBe("");
  expect(code).toBe(wanted);
}

/** The rows of a CSV without quotes, its header first. */
export function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

/** Small measurements with a text column and two groups, 24 rows. */
export const FLOWERS = [
  "name,petal,sepal,stem",
  ...Array.from({ length: 24 }, (_, i) => {
    const group = i % 2;
    const t = i / 24;
    return [
      group === 0 ? "rose" : "lily",
      (1 + 3 * group + t).toFixed(3),
      (2 - group + t * t).toFixed(3),
      (0.5 + group * t + Math.sin(i)).toFixed(3),
    ].join(",");
  }),
  "",
].join("\n");

/** Points of a picture, without its axes and its legend. */
export const pointsIn = (svg: string): string => /<g class="points".*?<\/g>/s.exec(svg)![0];
