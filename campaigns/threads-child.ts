/**
 * @file Fits, one JSON object a line on standard input, on so many threads of a runtime; of each the hash of its model and codes, or scores.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { configureRuntime, fit } from "../src/index.js";
import { methodNamed } from "../src/methods/registry.js";
import { random } from "../src/random.js";
import type { DrawnFit } from "./drawn-fits.js";

const [backend, threads] = process.argv.slice(2) as ["native" | "wasm", string];
configureRuntime({ backend, threads: Number(threads) });

for await (const line of createInterface({ input: process.stdin })) {
  const { method, options, rows, cols, fit: how } = JSON.parse(line) as DrawnFit;
  const data = random(how.seed!)
    .fork("rows")
    .fillUniform(new Float32Array(rows * cols));
  const x = { data, shape: [rows, cols] as [number, number] };
  const hash = createHash("sha256");
  try {
    const model = await fit((await methodNamed(method)).create(options), x, how);
    hash.update(model.save());
    const hasCodes = model.partNames.includes("encode");
    const found = hasCodes ? (await model.encode(x)).data : await model.score(x);
    hash.update(new Uint8Array(found.buffer, found.byteOffset, found.byteLength));
    console.log(hash.digest("hex"));
  } catch (error) {
    console.log(`refused: ${(error as Error).message}`);
  }
}
