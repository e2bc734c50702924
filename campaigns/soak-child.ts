/**
 * @file The process that `soak` watches: `node --expose-gc soak-child.js NAME FITS THREADS BACKEND` fits over and over and
 * tells how much memory it holds, one line of JSON: `[[fits, bytes], …]`. The name `leak` keeps a megabyte of every fit of `pca`.
 * What the heap of JavaScript has set aside and does not use is not counted: it grows in a few steps of many megabytes.
 */
import { configureRuntime } from "../src/index.js";
import { fitSmall, smallRows } from "./small-fits.js";

/** Looks at memory in all: a collection takes longer than a fit. */
const SAMPLES = 32;

const [name = "", fits = "", threads = "", backend = ""] = process.argv.slice(2);
configureRuntime({ threads: Number(threads), backend: backend === "wasm" ? "wasm" : "auto" });
const collect = (globalThis as { gc?: () => void }).gc!;
const rows = smallRows(1);
const count = Number(fits);
const every = Math.max(1, Math.floor(count / SAMPLES));
const sizes: [number, number][] = [];
const kept: Uint8Array[] = [];
for (let done = 1; done <= count; done++) {
  await fitSmall(name === "leak" ? "pca" : name, rows, done);
  if (name === "leak") kept.push(new Uint8Array(1_000_000).fill(done));
  if (done % every > 0) continue;
  // Memory that is freed when something else has been collected takes a second round.
  for (let round = 0; round < 2; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  sizes.push([done, rss - heapTotal + heapUsed]);
}
console.log(JSON.stringify(sizes));
