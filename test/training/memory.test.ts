/** @file What is asked for is counted before it is there: no option makes the machine stand still. */
import { describe, expect, test } from "vitest";
import { lowRank } from "../../src/data/synthetic.js";
import { peakBytesOf } from "../../src/engine/footprint.js";
import { input } from "../../src/engine/index.js";
import { add, mul } from "../../src/engine/ops/arithmetic.js";
import { matmul } from "../../src/engine/ops/matmul.js";
import {
  codeGrid,
  type FitOptions,
  fit,
  interpolate,
  sample,
  variationalAutoencoder,
} from "../../src/index.js";
import { allMethods } from "../../src/methods/registry.js";
import { contracts } from "../methods/contracts.js";

const { x } = lowRank({ rows: 40, cols: 5, rank: 2, noise: 0.1, seed: 1 });
const unit = { ...x, data: x.data.map((v) => 1 / (1 + Math.exp(-v))) };
/** In bytes, as errors say them: petabytes of them, whatever the machine. */
const REFUSED =
  /asks for [\d.]+ (TB|PB|EB)|no room for \d+ bytes|numbers fit one matrix|a window has \d+ rows/;

const entries = await allMethods();

describe("2⁴⁰ of anything", () => {
  for (const entry of entries) {
    const [contract] = contracts[entry.name]!;
    for (const [name, option] of Object.entries(entry.options)) {
      const isList = option.accept([2 ** 40]) !== undefined && JSON.stringify(option.accept([2])) === "[2]";
      // Rounds take time and no room; matrices are there already.
      if (/^(maxIter|iterations|starts|swaps|.*[eE]pochs|dictionary|init)$/.test(name)) continue;
      const value = isList ? [2 ** 40] : 2 ** 40;
      if (option.accept(value) === undefined || option.accept(2.5) !== undefined) continue;
      test(`${entry.name}: ${name}`, async () => {
        const rows = contract!.domain ? unit : x;
        const training: FitOptions = {};
        const attempt = async () => {
          const method = entry.create({ ...contract!.options, [name]: value });
          if (method.fitting.kind === "trained") Object.assign(training, { epochs: 1, batchSize: 16 });
          return fit(method, rows, { seed: 1, ...training });
        };
        // Batches, groups and the like are as large as the data is at most.
        const outcome = await attempt().then(
          () => "fitted",
          (error: Error) => error,
        );
        if (outcome === "fitted")
          return expect(name).toMatch(
            /batchSize|BatchSize|groupSize|nonZeros|chains|rowShape|initialDims|sampleSize|stride/,
          );
        expect(outcome).toBeInstanceOf(RangeError);
        const { message } = outcome as Error;
        expect(message).toMatch(new RegExp(`^(fit )?${entry.name}: `));
        expect(message).not.toMatch(/\n|Invalid typed array|allocation failed|Invalid array length/);
        if (message.startsWith("fit ")) expect(message).toMatch(REFUSED);
      });
    }
  }
});

test("the largest array is named, with its shape", async () => {
  const method = entries.find(({ name }) => name === "autoencoder")!.create({ latentDim: 2, hidden: [1e12] });
  await expect(fit(method, x)).rejects.toThrow(
    /^fit autoencoder: training \(parameters and moments [\d.]+ TB, the largest encoder\.0\.weight \[5, 1000000000000\]\) asks for [\d.]+ TB of memory, there are at most [\d.]+ GB$/,
  );
});

test("and so are rows made of a model", async () => {
  const model = await fit(variationalAutoencoder({ latentDim: 2, hidden: [] }), x, { epochs: 1, seed: 1 });
  await expect(sample(model, 1e12)).rejects.toThrow("sample: rows [1000000000000, 5] asks for 20 TB");
  await expect(interpolate(model, x.data.slice(0, 5), x.data.slice(5, 10), { steps: 1e12 })).rejects.toThrow(
    "interpolate: steps [1000000000000, 5] asks for 20 TB",
  );
  await expect(codeGrid(model, { steps: 1e6 })).rejects.toThrow(
    "codeGrid: steps [1000000, 1000000, 5] asks for 20 TB",
  );
});

test("a result counts from where it is made to where it is last used", () => {
  // a and b of 4 kB at a time, then c of 40 bytes with b; never all three.
  const t = input("t", [10, 100]);
  const a = mul(t, t);
  const b = add(a, 1);
  const c = matmul(b, input("w", [100, 1]));
  const bytes = peakBytesOf([c]);
  expect(bytes).toBe(8000);
  // What is a result stays.
  expect(peakBytesOf([c, a])).toBe(8040);
});
