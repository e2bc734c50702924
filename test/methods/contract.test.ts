/** @file What every method owes its users, checked of every method in the registry. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, type Numbers, row, takeRows } from "../../src/data/matrix.js";
import { applyScale, fitScale, undoScale } from "../../src/data/scale.js";
import {
  type Coder,
  configureRuntime,
  type Embedder,
  type FitOptions,
  fit,
  InterruptedError,
  load,
  type MatrixLike,
  methods,
  type PartName,
  type ScaleKind,
} from "../../src/index.js";
import { partNames } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { expectClose } from "../golden/golden.js";
import { contracts } from "./contracts.js";

const n = 40;
const d = 5;
const stream = random(12);
/** Columns of unlike mean and size. */
const columns: Matrix = matrix(
  n,
  d,
  Float32Array.from({ length: n * d }, (_, i) => 10 * (i % d) + (1 + (i % d)) * stream.normal()),
);
const others: Matrix = matrix(
  33,
  d,
  Float32Array.from({ length: 33 * d }, (_, i) => 10 * (i % d) + stream.normal()),
);
/** The same in [0, 1], for methods of such data. */
const inUnit = (rows: Matrix): Matrix =>
  matrix(
    rows.rows,
    d,
    rows.data.map((value, i) => 1 / (1 + Math.exp(10 * (i % d) - value))),
  );

/** Whole numbers, and the same moved: all of them, and their means over 64 rows, are exact in float32. */
const whole: Matrix = matrix(
  64,
  d,
  Float32Array.from({ length: 64 * d }, () => Math.round(20 * stream.normal())),
);
const SHIFTS = [256, -64, 1024, 4096, -512];
const shifted: Matrix = matrix(
  64,
  d,
  whole.data.map((value, i) => value + SHIFTS[i % d]!),
);

/**
 * More rows than the longest piece that is dealt to a thread, 1024, and five in the last batch of 256: so few are summed in
 * another order.
 */
const images: Matrix = takeRows(
  digits().x,
  Array.from({ length: 4 * 256 + 5 }, (_, i) => i),
);

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

test("every method of the registry has its entry", () => {
  expect(Object.keys(contracts).sort()).toEqual(methods.map(({ name }) => name).sort());
});

for (const listed of methods) {
  const entry = await listed.load();
  for (const contract of contracts[entry.name] ?? []) {
    const { options, seeded, wrong, domain, ownScore = false, ownReconstruction = false } = contract;
    const onDigits = { ...options, ...contract.onDigits };
    const x = domain ? inUnit(columns) : columns;
    const unseen = domain ? inUnit(others) : others;
    const method = () => entry.create(options);
    const trained = method().fitting.kind === "trained";
    const parts = partNames(method(), d);
    const has = (part: PartName) => parts.includes(part);
    const isGraph = (part: PartName) => {
      const own = method().procedures?.(d) ?? {};
      if (part === "score" && own.reconstruct) return method().parts(d).score !== undefined;
      return has(part) && !own[part] && (part === "encode" || part === "decode" || !own.encode);
    };
    const training: FitOptions = trained ? { epochs: 3, batchSize: 16 } : {};
    const fitted = (data: MatrixLike = x, more: FitOptions = {}) =>
      fit(method(), data, { seed: 1, ...training, ...more });
    const width = has("encode") ? 2 : 1;
    /** The codes of rows, or of a method without codes, their scores as a column. */
    const results = async (model: Coder, rows: MatrixLike): Promise<Matrix> => {
      if (has("encode")) return model.encode(rows);
      const scores = await model.score(rows);
      return matrix(scores.length, 1, scores);
    };
    const known = new Map<ScaleKind, Promise<Coder>>();
    /** Fitted to x, once for all the tests that only ask it: a model does not change. */
    const shared = (scale: ScaleKind = "none") => {
      const made = known.get(scale) ?? fitted(x, { scale });
      known.set(scale, made);
      return made;
    };

    describe(`${entry.name} ${JSON.stringify(options)}`, () => {
      test("same seed, same bits; another seed, another model", async () => {
        const { parameters } = await shared();
        expect((await fitted()).save()).toEqual((await shared()).save());
        const other = (await fitted(x, { seed: 2 })).parameters;
        if (seeded) expect(other).not.toEqual(parameters);
        else expect(other).toEqual(parameters);
      });

      test("same bits with one thread and with two", async () => {
        const rows = domain ? applyScale(images, fitScale(images, "unit")) : images;
        const saved: Uint8Array[] = [];
        const scores: Float32Array[] = [];
        for (const threads of [1, 2]) {
          configureRuntime({ threads });
          const model = await fit(entry.create(onDigits), rows, {
            seed: 1,
            ...(trained && { epochs: 2, batchSize: 256 }),
          });
          saved.push(model.save());
          scores.push(has("score") ? await model.score(rows) : (await model.encode(rows)).data);
        }
        configureRuntime({ threads: 1 });
        expect(saved[1]).toEqual(saved[0]);
        expect(scores[1]).toEqual(scores[0]);
      });

      test("a seed is chosen where none is given, and kept", async () => {
        const model = await fit(method(), x, training);
        expect(Number.isSafeInteger(model.seed)).toBe(true);
        expect((await fitted(x, { seed: model.seed })).save()).toEqual(model.save());
      });

      test("data given is not changed", async () => {
        const given = matrix(n, d, x.data.slice());
        const model = await fitted(given, { scale: domain ?? "standard" });
        expect(model.scaling).toEqual(fitScale(x, domain ?? "standard"));
        await results(model, given);
        if (has("score")) await model.score(given);
        expect(given.data).toEqual(x.data);
      });

      test("rows in, codes and rows out, the same whichever rows stand beside them", async () => {
        const model = await shared();
        const z = await results(model, unseen);
        expect([z.rows, z.cols]).toEqual([33, width]);
        expect(model.latentDim).toBe(has("encode") ? 2 : undefined);
        expect(z.data.every(Number.isFinite)).toBe(true);
        for (const [name, value] of Object.entries(model.metrics))
          expect(value, name).toSatisfy(Number.isFinite);
        if (has("reconstruct")) {
          const xHat = await model.reconstruct(unseen);
          expect([xHat.rows, xHat.cols]).toEqual([33, d]);
          expect(xHat.data.every(Number.isFinite)).toBe(true);
          if (!ownReconstruction)
            expectClose((await model.decode(z)).data, [...xHat.data], 1e-6, "decode(encode(x))");
        }
        if (has("score")) {
          const scores = await model.score(unseen);
          expect(scores).toHaveLength(33);
          expect(scores.every(Number.isFinite)).toBe(true);
        }
        // A product of one row may be summed in another order than that of many: float32 rounding apart.
        if (!method().sequential)
          expectClose(
            (await results(model, takeRows(unseen, [7]))).data,
            [...row(z, 7)],
            1e-5,
            "a row alone",
          );
      });

      test.skipIf(!method().sequential)(
        "a sequence has its codes whichever sequences stand beside it, a code that does not look ahead whatever follows",
        async () => {
          const model = await shared();
          const rowsFrom = (from: number, to: number) =>
            takeRows(
              unseen,
              Array.from({ length: to - from }, (_, i) => from + i),
            );
          const lengths = [12, 1, 20];
          const given = { x: unseen, sequences: lengths };
          const parts = [rowsFrom(0, 12), rowsFrom(12, 13), rowsFrom(13, 33)];
          const of = async (f: (rows: Matrix) => Promise<Float32Array>) =>
            (await Promise.all(parts.map(f))).flatMap((found) => [...found]);
          const codes = await of(async (rows) => (await model.encode(rows)).data);
          expectClose((await model.encode(given)).data, codes, 1e-5, "codes");
          if (has("reconstruct")) {
            const rows = await of(async (x) => (await model.reconstruct(x)).data);
            expectClose((await model.reconstruct(given)).data, rows, 1e-5, "reconstructions");
          }
          if (has("score"))
            expectClose(await model.score(given), await of((rows) => model.score(rows)), 1e-5, "scores");
          const [whole, prefix] = [
            (await model.encode(unseen)).data,
            (await model.encode(rowsFrom(0, 20))).data,
          ];
          const off = prefix.reduce((most, code, i) => Math.max(most, Math.abs(code - whole[i]!)), 0);
          if (contract.lookingAhead) expect(off).toBeGreaterThan(1e-4);
          else expectClose(prefix, [...whole.slice(0, prefix.length)], 1e-5, "a prefix");
          // Rows before it count: a row in its sequence is not what it is alone.
          const alone = (await model.encode(takeRows(unseen, [7]))).data;
          expect(
            Math.max(
              ...alone.map((code, a) => Math.abs(code - row({ ...unseen, data: whole, cols: 2 }, 7)[a]!)),
            ),
          ).toBeGreaterThan(1e-4);
        },
      );

      test("a part that is not there, or is no graph, is refused in a sentence", async () => {
        const model = await shared();
        expect(model.partNames).toEqual(parts);
        const calls = {
          encode: () => model.encode(unseen),
          decode: () => model.decode(matrix(1, 2)),
          reconstruct: () => model.reconstruct(unseen),
          score: () => model.score(unseen),
        };
        for (const part of Object.keys(calls) as PartName[]) {
          if (!has(part))
            await expect(calls[part]()).rejects.toThrow(`${entry.name}: this method has no ${part}`);
          if (!has(part))
            expect(() => model.toOnnx(part)).toThrow(`${entry.name}: this method has no ${part}`);
          else if (!isGraph(part))
            expect(() => model.toOnnx(part)).toThrow(`${entry.name}: ${part} is a search`);
        }
      });

      test("the rows it was fitted to have their places", async () => {
        const { embedding } = (await shared()) as Partial<Embedder>;
        if (!embedding) return;
        expect([embedding.rows, embedding.cols]).toEqual([n, 2]);
        expect(embedding.data.every(Number.isFinite)).toBe(true);
      });

      test("encode gives the rows it was fitted to the places they have, in any company", async () => {
        for (const scale of domain ? (["unit"] as const) : (["none", "standard"] as const)) {
          const model = await shared(scale);
          const { embedding } = model as Partial<Embedder>;
          if (!embedding) return;
          // Isomap and classical scaling place by projection, in float64, rounded once.
          expectClose((await model.encode(x)).data, [...embedding.data], 1e-6, "all");
          const some = [7, 3, 20];
          const beside = matrix(4, d, Float32Array.of(...takeRows(x, some).data, ...row(unseen, 0)));
          const places = await model.encode(beside);
          expectClose(places.data.slice(0, 6), [...takeRows(embedding, some).data], 1e-6, "some");
          expect(row(places, 3)).toEqual((await model.encode([row(unseen, 0)])).data);
        }
      });

      if (has("reconstruct"))
        test("scores and errors are ‖x − x̂‖²", async () => {
          const model = await shared();
          const [xHat, scores, errors] = [
            await model.reconstruct(unseen),
            await model.score(unseen),
            await model.squaredErrors(unseen),
          ];
          for (let i = 0; i < unseen.rows; i++) {
            const sum = row(unseen, i).reduce((t, v, j) => t + (v - row(xHat, i)[j]!) ** 2, 0);
            // x̂ is rounded to float32 at numbers near 50: 50² · 6e-8 a row.
            if (!ownScore) expect(Math.abs(scores[i]! - sum)).toBeLessThan(1e-5 * (sum + 50));
            expect(Math.abs(errors[i]! - sum)).toBeLessThan(1e-5 * (sum + 50));
          }
        });

      test("a model loaded again gives the same bits", async () => {
        const model = await shared(domain ?? "standard");
        const loaded = await load(model.save());
        const z = await results(model, unseen);
        expect(await results(loaded, unseen)).toEqual(z);
        if (has("decode")) expect(await loaded.decode(z)).toEqual(await model.decode(z));
        if (has("reconstruct"))
          expect(await loaded.reconstruct(unseen)).toEqual(await model.reconstruct(unseen));
        if (has("score")) expect(await loaded.score(unseen)).toEqual(await model.score(unseen));
        expect(loaded.save()).toEqual(model.save());
      });

      if (parts.some(isGraph))
        test("parts as ONNX files give the same bits in a runtime of their own", async () => {
          const model = await shared(domain ?? "standard");
          for (const rows of [1, 2, 7, 33]) {
            const data = takeRows(
              unseen,
              Array.from({ length: rows }, (_, i) => i),
            );
            const z = await model.encode(data);
            const wanted: Record<PartName, () => Promise<Float32Array>> = {
              encode: async () => z.data,
              decode: async () => (await model.decode(z)).data,
              reconstruct: async () => (await model.reconstruct(data)).data,
              score: () => model.score(data),
            };
            for (const part of parts.filter(isGraph)) {
              const session = await InferenceSession.create(model.toOnnx(part), { logSeverityLevel: 3 });
              const given = part === "decode" ? z : data;
              const { [session.outputNames[0]!]: output } = await session.run({
                [part === "decode" ? "z" : "x"]: new Tensor("float32", given.data, [given.rows, given.cols]),
              });
              expect(session.outputNames).toEqual([
                { encode: "z", decode: "x_hat", reconstruct: "x_hat", score: "score" }[part],
              ]);
              expect(output!.dims).toEqual(part === "score" ? [rows] : [rows, part === "encode" ? 2 : d]);
              expect(output!.data, `${part} of ${rows} rows`).toEqual(await wanted[part]());
              await session.release();
            }
          }
        });

      test.each(domain ? (["unit"] as const) : (["standard", "unit"] as const))(
        "scaling (%s) is applied in encode and undone in decode",
        async (kind) => {
          const scaling = fitScale(x, kind);
          const [inside, outside] = [await shared(kind), await fitted(applyScale(x, scaling))];
          const z = await results(outside, applyScale(unseen, scaling));
          expect(await results(inside, unseen)).toEqual(z);
          if (has("decode")) {
            const decoded = undoScale(await outside.decode(z), scaling);
            expectClose((await inside.decode(z)).data, [...decoded.data], 1e-6, "decode");
          }
          if (has("score"))
            expect(await inside.score(unseen)).toEqual(await outside.score(applyScale(unseen, scaling)));
        },
      );

      test("2²² or 10⁹ more in whole-numbered columns changes no code", async () => {
        const whole = (rows: Matrix, more: number): Numbers => {
          const data = Float64Array.from(rows.data, (value) => Math.round(8 * value) + more);
          return { data, rows: rows.rows, cols: rows.cols };
        };
        const codes = async (more: number, scale: ScaleKind) =>
          results(await fitted(whole(columns, more), { scale }), whole(others, more));
        const kinds: ScaleKind[] = domain ? ["unit"] : ["unit", "standard"];
        if (method().shiftInvariant) kinds.push("none");
        for (const scale of kinds) {
          const [near, float32, float64] = [
            await codes(0, scale),
            await codes(2 ** 22, scale),
            await codes(1e9, scale),
          ];
          // Least and greatest are exact, and so is the offset of far columns: the rows are the same.
          if (scale === "unit") expect(float32).toEqual(near);
          if (scale !== "standard") expect(float64).toEqual(float32);
          if (scale === "unit" || contract.chaotic) continue;
          const size = near.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          for (const { data } of [float32, float64]) {
            const error = near.data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0);
            // Under `none` the rows of before are not centered, as rounded as they are.
            expect(error, scale).toBeLessThanOrEqual((scale === "standard" ? 1e-6 : 1e-5) * size);
          }
        }
      });

      test.skipIf(!method().acceptsMissing)(
        "a column of which nothing is known is refused, a row of which nothing is known left out, or a moment like others",
        async () => {
          const holed = (isMissing: (i: number, j: number) => boolean) =>
            matrix(
              n,
              d,
              x.data.map((value, at) => (isMissing(Math.floor(at / d), at % d) ? Number.NaN : value)),
            );
          const unobserved = holed((_, j) => j === 3);
          await expect(fitted(unobserved)).rejects.toThrow(
            `fit ${entry.name}: every number of column 3 is missing, so there is nothing to learn of it`,
          );
          await expect(fitted(unobserved, { columns: ["a", "b", "c", "weight", "e"] })).rejects.toThrow(
            'every number of column 3 ("weight") is missing',
          );
          const known = Array.from({ length: n }, (_, i) => i).filter((i) => i !== 5 && i !== 20);
          const given = holed((i) => i === 5 || i === 20);
          const model = await fitted(given);
          if (method().sequential) {
            expect((await model.encode(given)).data.every(Number.isFinite)).toBe(true);
            if (has("reconstruct"))
              expect((await model.reconstruct(given)).data.every(Number.isFinite)).toBe(true);
            expect(model.save()).not.toEqual((await fitted(takeRows(x, known))).save());
            return;
          }
          expect(model.save()).toEqual((await fitted(takeRows(x, known))).save());
        },
      );

      test("missing and infinite numbers are refused by place, in training and after", async () => {
        const acceptsMissing = method().acceptsMissing === true;
        const model = await shared();
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const damaged = matrix(n, d, x.data.slice());
          damaged.data[3 * d + 2] = value;
          const calls = [
            () => fitted(damaged),
            () => results(model, damaged),
            ...(has("reconstruct") ? [() => model.reconstruct(damaged)] : []),
            ...(has("score") ? [() => model.score(damaged)] : []),
          ];
          for (const call of calls) {
            if (Number.isNaN(value) && acceptsMissing && !contract.onlyPadding) await call();
            else await expect(call()).rejects.toThrow(`row 3 column 2 is ${value}`);
          }
        }
        if (!has("decode")) return;
        const codes = matrix(2, 2, Float32Array.of(0, 0, 0, Number.POSITIVE_INFINITY));
        await expect(model.decode(codes)).rejects.toThrow(`${entry.name}.decode: row 1 column 1 is Infinity`);
      });

      test("no rows, no columns, ragged rows and what is no matrix are refused", async () => {
        for (const empty of [matrix(0, d), matrix(3, 0), []])
          await expect(fitted(empty)).rejects.toThrow("the data is empty");
        await expect(fitted([[1, 2], [3]])).rejects.toThrow("row 1 has 1 numbers, row 0 has 2");
        await expect(fitted("iris.csv" as unknown as Matrix)).rejects.toThrow(TypeError);
        await expect(fitted([[1, "2"]] as unknown as number[][])).rejects.toThrow(
          'row 0 column 1 is no number but "2"',
        );
        const none = await results(await shared(), matrix(0, d));
        expect([none.rows, none.cols]).toEqual([0, width]);
      });

      test("a single row is fitted or refused in a sentence", async () => {
        const single = domain ? [[0, 1, 0.5, 1, 0.25]] : [[1, 2, 3, 4, 5]];
        const model = await fitted(single).catch((error: Error) => error);
        if (model instanceof Error) {
          expect(model).toBeInstanceOf(RangeError);
          expect(model.message).toContain(entry.name);
        } else {
          expect((await results(model, single)).data.every(Number.isFinite)).toBe(true);
        }
      });

      test("a constant column does no harm, whatever the scaling", async () => {
        const constant = matrix(
          n,
          d,
          x.data.map((value, i) => (i % d === 1 ? 3 : value)),
        );
        for (const scale of domain ? (["unit"] as const) : (["none", "standard", "unit"] as const)) {
          const model = await fitted(constant, { scale });
          expect((await results(model, constant)).data.every(Number.isFinite)).toBe(true);
          if (has("reconstruct"))
            expect((await model.reconstruct(constant)).data.every(Number.isFinite)).toBe(true);
        }
      });

      test("rows of another length are refused", async () => {
        const model = await shared();
        const wide = matrix(2, d + 1);
        if (has("encode"))
          await expect(model.encode(wide)).rejects.toThrow(
            `${entry.name}.encode: rows must have ${d} numbers, got ${d + 1}`,
          );
        if (has("score"))
          await expect(model.score(wide)).rejects.toThrow(
            `${entry.name}.score: rows must have ${d} numbers, got ${d + 1}`,
          );
        if (has("decode"))
          await expect(model.decode(wide)).rejects.toThrow(
            `${entry.name}.decode: rows must have 2 numbers, got ${d + 1}`,
          );
      });

      test("numbers of its range, the border with them, are taken, and others refused by place", async () => {
        const { range } = method();
        expect(range === undefined).toBe(domain === undefined);
        if (range === undefined) return;
        const borders = matrix(
          n,
          d,
          x.data.map((value) => (value < 0.5 ? 0 : 1)),
        );
        await fitted(borders);
        const wants = { unit: "numbers in [0, 1]", "non-negative": "numbers ≥ 0" }[range];
        for (const value of range === "unit" ? [-0.5, 1.5] : [-0.5]) {
          const outside = matrix(n, d, borders.data.slice());
          outside.data[3 * d + 2] = value;
          const error: unknown = await fitted(outside).catch((refused: unknown) => refused);
          expect(error).toBeInstanceOf(RangeError);
          const { message } = error as RangeError;
          expect(message).toContain(`wants ${wants}, row 3 column 2 is ${value}`);
          expect(message).not.toContain("\n");
        }
      });

      if (!domain)
        test("a shift of the columns changes no code where it declares so, and some where it does not", async () => {
          const [plain, moved] = [
            await results(await fitted(whole), whole),
            await results(await fitted(shifted), shifted),
          ];
          const size = Math.max(...plain.data.map(Math.abs));
          const off = Math.max(...plain.data.map((code, i) => Math.abs(code - moved.data[i]!)));
          // Parameters that training moves at 4096 are rounded to 2⁻¹² a step; solvers differ by nothing.
          if (method().shiftInvariant) expect(off / size).toBeLessThan(trained ? 1e-4 : 1e-6);
          else expect(off / size).toBeGreaterThan(1e-2);
        });

      test("options are checked when the method is made", () => {
        expect(() => entry.create({ ...options, ...wrong[0] })).toThrow(`${entry.name}: ${wrong[1]}`);
        expect(() => entry.create({ ...options, ...wrong[0] })).toThrow(RangeError);
        expect(() => entry.create({ ...options, latendDim: 2 })).toThrow(
          `${entry.name}: there is no option "latendDim"`,
        );
        expect(() => entry.create({ ...options, latendDim: 2 })).toThrow(TypeError);
        if (!contract.needsNothing)
          expect(() => entry.create({})).toThrow(
            `${entry.name}: ${contract.needs ?? "latentDim"} is missing, it must be an integer ≥ 1`,
          );
        expect(() => entry.create(null as unknown as object)).toThrow(
          `${entry.name}: options must be an object`,
        );
      });

      test("a signal stops it", async () => {
        const reason = new Error("enough");
        await expect(fitted(x, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        if (!trained) return;
        const controller = new AbortController();
        const stopped: unknown = await fitted(x, {
          epochs: 50,
          signal: controller.signal,
          onProgress: () => controller.abort(),
        }).catch((error: unknown) => error);
        expect(stopped).toBeInstanceOf(InterruptedError);
        const model: Coder = await load((stopped as InterruptedError).checkpoint);
        expect((await results(model, unseen)).data.every(Number.isFinite)).toBe(true);
      });

      test.skipIf(trained)("whenever a solver looks at its signal, it hears it", async () => {
        const reason = new Error("enough");
        /** A signal that is aborted from its k-th look on; `fit` itself takes the first. */
        const signalAt = (k: number) => {
          let looks = 0;
          const signal = {
            reason,
            get aborted() {
              return ++looks >= k;
            },
            get looks() {
              return looks;
            },
          };
          return signal as unknown as AbortSignal & { looks: number };
        };
        const never = signalAt(Number.POSITIVE_INFINITY);
        await fitted(x, { signal: never });
        expect(never.looks).toBeGreaterThan(2);
        for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
          const signal = signalAt(2 + Math.round(share * (never.looks - 2)));
          await expect(fitted(x, { signal })).rejects.toBe(reason);
        }
      });
    });
  }
}
