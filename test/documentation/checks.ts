/**
 * @file Checks of what the blocks of a page claim, for the process that runs them; see page-blocks.ts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { sameFigures } from "./same-figures.js";

let current = 0;
const printed: Record<number, string> = {};
const sizes = new Map<string, number>();

/** Takes what is printed from now on as that of the block that begins in this line. */
export function block(line: number): void {
  current = line;
  printed[line] = "";
}

for (const method of ["log", "error", "table"] as const) {
  const print = console[method].bind(console);
  console[method] = (...args: unknown[]) => print(...args);
}
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text: string | Uint8Array) => {
    printed[current] += typeof text === "string" ? text : new TextDecoder().decode(text);
    return true;
  };
}
process.on("exit", () => writeFileSync(process.env.PRINTED!, JSON.stringify(printed)));

/** Writes a block that is a file. */
export function file(name: string, text: string): void {
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, `${text}\n`);
}

/** Runs lines of shell, which end at the first that fails. */
export async function shell(code: string): Promise<void> {
  const ran = spawnSync("bash", ["-e", "-o", "pipefail", "-c", `exec 2>&1\n${code}`], { encoding: "utf8" });
  printed[current] += ran.stdout;
  if (ran.status !== 0) throw new Error(`line ${current} ended with ${ran.status}: ${ran.stdout}`);
}

/** Checks a shape such as `[n, 8]`; letters stand for one size throughout the page. */
export function sized(value: unknown, claim: string): void {
  const wanted = claim.slice(1, -1).split(", ");
  const shapes = shapesOf(value, wanted.length);
  for (const shape of shapes) {
    shape.forEach((size, i) => {
      const letter = wanted[i]!;
      if (/^[a-zA-Z]$/.test(letter) && !sizes.has(letter)) sizes.set(letter, size);
    });
    const numbers = wanted.map((size) => sizes.get(size) ?? Number(size));
    if (shape.join() !== numbers.join()) {
      throw new Error(`line ${current}: ${claim} is [${numbers.join(", ")}], got [${shape.join(", ")}]`);
    }
  }
}

/** The value's shape, or those of all its parts. */
function shapesOf(value: unknown, axes: number): number[][] {
  if (ArrayBuffer.isView(value)) return [[(value as Float32Array).length]];
  if (Array.isArray(value)) return [axes === 1 ? [value.length] : [value.length, value[0].length]];
  const parts = value as Record<string, unknown>;
  if (Array.isArray(parts.shape)) return [parts.shape];
  if (typeof parts.rows === "number") return [[parts.rows, parts.cols as number]];
  return Object.values(parts).flatMap((part) => shapesOf(part, axes));
}

/** Checks a value such as `"pca"` or `0.97`. */
export function same(value: unknown, claim: string): void {
  const got = typeof value === "string" ? JSON.stringify(value) : String(value);
  if (!sameFigures(claim, got)) throw new Error(`line ${current}: ${claim} is claimed, got ${got}`);
}
