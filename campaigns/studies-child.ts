/**
 * @file Studies with one seed, an id a line on standard input, on so many threads of a runtime; of each the figures, as a line of JSON.
 */
import { createInterface } from "node:readline";
import { configureRuntime } from "../src/index.js";
import { STUDIES } from "../studies/lectures/all.js";
import { digitsData } from "../studies/lectures/study-data.js";

const [backend, threads] = process.argv.slice(2) as ["native" | "wasm", string];
configureRuntime({ backend, threads: Number(threads) });

const data = await digitsData();
for await (const id of createInterface({ input: process.stdin })) {
  const study = STUDIES.find((one) => one.id === id);
  if (!study) throw new RangeError(`no study "${id}"`);
  console.log(JSON.stringify(await study.measure({ data, size: "small", seed: 0 })));
}
