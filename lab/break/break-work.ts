/**
 * @file Break it in the worker: four models fitted to a sample of the images, and what each makes of an image of which a part is hidden.
 */
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, matrix, takeRows, toMatrix } from "../../src/data/matrix.js";
import { float32 } from "../../src/engine/arrays.js";
import type { VariationalAutoencoder } from "../../src/methods/autoencoder/variational.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import type { Coder } from "../../src/methods/model.js";
import { methodNamed } from "../../src/methods/registry.js";
import { heldOut } from "../../src/metrics/split.js";
import { random } from "../../src/random.js";
import { type PreparedInversion, prepareInversion } from "../../src/tasks/inverse-problem/invert.js";
import { fit } from "../../src/training/fit.js";
import { withoutGaps } from "../open-data.js";
import { methodOf, trainingOf } from "../options.js";
import { commandOf } from "../repeat.js";
import type { WorkPlace } from "../works.js";
import type { BreakAsked, Filled, Prepared, Way } from "./break-words.js";

/** Rows that are learned from at most, those held out included. */
const MOST_ROWS = 2000;
const HELD_OUT = 0.1;
/** Descents at a time: from what the encoder says of the image filled by the unrolled model, from the mean, and from places drawn at random. */
const STARTS = 4;
/** Rounds of the search: steps, and the rate of the first. The first round is the first answer. */
const ROUNDS = [
  [10, 0.3],
  [20, 0.3],
  [40, 0.2],
  [80, 0.1],
] as const;

/** Milliseconds from one picture of a search to the next, at least. */
const TELL_EVERY = 100;

/** The ways, each a model with its options, as the command line has them. */
const WAYS = {
  "zero-filled": { method: "linearAutoencoder", options: { latentDim: "24" } },
  masked: {
    method: "maskedAutoencoder",
    options: { latentDim: "32", hidden: "256", maskRatio: "0.4", learningRate: "0.003" },
  },
  unrolled: {
    method: "linearAutoencoder",
    options: { latentDim: "24", parameterization: "unrolled", maskRatio: "0.4" },
  },
  prior: {
    method: "variationalAutoencoder",
    options: { latentDim: "12", hidden: "128", learningRate: "0.003" },
  },
} as const satisfies Record<string, { method: string; options: Record<string, string> }>;
const TRAINING = { epochs: "40", batchSize: "64" };
type WayName = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as WayName[];
/** Names as people read them. */
const SHOWN: Readonly<Record<WayName, string>> = {
  "zero-filled": "zero-filled",
  masked: "masked",
  unrolled: "unrolled",
  prior: "generative prior",
};

/** Everything that is fitted to data with a seed. */
interface Fitted {
  readonly data: Dataset;
  readonly seed: number;
  /** Rows with every number. */
  readonly x: Matrix;
  readonly prepared: Prepared;
  readonly models: Readonly<Record<WayName, Coder>>;
  readonly search: PreparedInversion;
  readonly learned: ReadonlySet<number>;
  /** Scores of the rows, ascending, by model. */
  readonly scores: Readonly<Partial<Record<WayName, Float32Array>>>;
}

let fitted: Fitted | undefined;

export async function answer(asked: BreakAsked, place: WorkPlace<"break">): Promise<void> {
  const data = place.data();
  if (fitted?.data !== data || fitted.seed !== asked.seed) {
    await fitted?.search.release();
    fitted = undefined;
    fitted = await fitAll(data, asked.seed, place);
  }
  if (asked.kind === "prepare") return place.tell({ kind: "prepared", prepared: fitted.prepared });
  await fill(fitted, asked, place);
}

async function fitAll(data: Dataset, seed: number, { tell, signal }: WorkPlace<"break">): Promise<Fitted> {
  const { rowShape } = data;
  if (!isImage(rowShape)) throw new RangeError(`${data.name}: its rows are no images, which this page wants`);
  const [height, width] = rowShape.slice(-2) as [number, number];
  const channels = rowShape.length === 3 ? rowShape[0]! : 1;
  const notes: string[] = [];
  const filled = data.x.data.some(Number.isNaN);
  const given = filled ? await withoutGaps(data) : data;
  if (filled) notes.push("Missing numbers are filled by low-rank completion.");
  const x = toMatrix(given.x, "break");
  const drawn = x.rows > MOST_ROWS ? drawnRows(x.rows, MOST_ROWS) : undefined;
  if (drawn) notes.push(`The models learn from ${MOST_ROWS} of ${x.rows} rows, drawn at random.`);
  const rows = drawn ?? Uint32Array.from({ length: x.rows }, (_, i) => i);
  const sample = drawn ? takeRows(x, drawn) : x;
  const split = heldOut(sample.rows, HELD_OUT, seed);
  const [train, test] = [takeRows(sample, split.train), takeRows(sample, split.test)];
  const { table: _, order: __, labels: ___, ...rest } = given;
  const learned: Dataset = { ...rest, x: train };

  const models: Partial<Record<WayName, Coder>> = {};
  const commands: string[] = [];
  for (const [at, name] of NAMES.entries()) {
    const { entry, options } = await wayOf(name, height, width);
    const method = methodOf(entry, options, rowShape);
    const scale = defaultScaleOf(method, factsOf(given)).scale;
    models[name] = await fit(method, learned, {
      ...{ seed, signal, scale, validation: test },
      ...trainingOf(entry, options, train.rows),
      onProgress: ({ fraction }) =>
        tell({
          kind: "progress",
          text: `Fitting model ${at + 1} of ${NAMES.length}: ${SHOWN[name]}`,
          share: (at + fraction) / NAMES.length,
        }),
    });
    const repeated = { entry, data: given, filled, scale: String(scale), trained: true, changes: [] };
    const command = commandOf({
      ...{ ...repeated, step: 0, steps: 0 },
      asked: { method: entry.name, options, seed, validation: HELD_OUT },
    });
    commands.push(command.replace("model.safetensors", `${name}.safetensors`));
  }
  const all = models as Record<WayName, Coder>;
  const variance = (all.prior as VariationalAutoencoder).outputVariance!;
  // ‖y − x̂‖² / 2s² + ‖u‖² / 2, times 2s²: the code of the greatest probability.
  const weight = variance * all.prior.scaling.factor[0]! ** 2;
  const search = await prepareInversion(all.prior, STARTS, [`l2:${weight}`]);
  const scores: Partial<Record<WayName, Float32Array>> = {};
  for (const name of ["zero-filled", "masked", "prior"] as const)
    scores[name] = (await all[name].score(sample)).sort();
  const levels = given.range ?? endsOf(sample.data);
  const [low, high] = levels[0] < levels[1] ? levels : [levels[0], levels[0] + 1];
  return {
    ...{ data, seed, x, models: all, search, scores },
    learned: new Set(Array.from(split.train, (at) => rows[at]!)),
    prepared: {
      ...{ height, width, channels, low, high, rows: x.rows, notes },
      heldOut: split.test.map((at) => rows[at]!),
      ...(!drawn && { commands: commands.join("\n") }),
    },
  };
}

/** A method with its options; patches are as large as a quarter of the image at most, and tile it. */
async function wayOf(name: WayName, height: number, width: number) {
  const { method, options } = WAYS[name];
  const side = Math.max(1, Math.floor(Math.min(height, width) / 4));
  let patch = side;
  while (height % patch > 0 || width % patch > 0) patch--;
  return {
    entry: await methodNamed(method),
    options: { ...options, ...(name === "masked" && { patchSize: String(patch) }), ...TRAINING },
  };
}

async function fill(
  { x, prepared, models, search, learned, scores, seed }: Fitted,
  { image: asked, hidden, noise }: Extract<BreakAsked, { kind: "fill" }>,
  { tell, signal }: WorkPlace<"break">,
): Promise<void> {
  const { height, width, low, high, rows } = prepared;
  const size = height * width;
  if (typeof asked === "number" && !(asked >= 0 && asked < rows))
    throw new RangeError(`row must be from 1 to ${rows}, got ${asked + 1}`);
  if (hidden.length !== size || (typeof asked !== "number" && asked.length !== x.cols))
    throw new RangeError(`want ${height} × ${width} pixels`);
  if (hidden.every((one) => one === 1))
    throw new RangeError("everything is painted out: leave a pixel to go by");
  const image =
    typeof asked === "number" ? x.data.slice(asked * x.cols, (asked + 1) * x.cols) : asked.slice();
  const drawn = random(seed)
    .fork("noise", typeof asked === "number" ? asked : rows)
    .fillNormal(new Float32Array(image.length));
  const noisy = image.map((value, at) => value + noise * (high - low) * drawn[at]!);
  const isHidden = (at: number) => hidden[at % size] === 1;
  const one = (data: Float32Array) => matrix(1, image.length, data);
  const withGaps = noisy.map((value, at) => (isHidden(at) ? Number.NaN : value));
  const zeroed = noisy.map((value, at) => (isHidden(at) ? 0 : value));

  const wayOf = (name: WayName, pixels: Float32Array): Way => {
    const error = (counts: (at: number) => boolean) => {
      let [sum, count] = [0, 0];
      pixels.forEach((value, at) => {
        if (!counts(at)) return;
        sum += ((value - image[at]!) / (high - low)) ** 2;
        count++;
      });
      return count > 0 ? Math.sqrt(sum / count) : Number.NaN;
    };
    return { name: SHOWN[name], pixels, hiddenError: error(isHidden), error: error(() => true) };
  };
  const blind = (await models["zero-filled"].reconstruct(one(zeroed))).data;
  const masked = (await models.masked.reconstruct(one(withGaps))).data;
  const unrolled = (await models.unrolled.reconstruct(one(withGaps))).data;
  const known = [wayOf("zero-filled", blind), wayOf("masked", masked), wayOf("unrolled", unrolled)];

  const guess = noisy.map((value, at) => (isHidden(at) ? unrolled[at]! : value));
  const k = models.prior.latentDim;
  let codes: Float32Array = new Float32Array(STARTS * k);
  codes.set((await models.prior.encode(one(guess))).data, 0);
  random(seed)
    .fork("starts")
    .fillNormal(codes.subarray(2 * k));
  const measured = {
    y: float32([1, image.length], zeroed),
    observed: float32(
      [1, image.length],
      image.map((_, at) => (isHidden(at) ? 0 : 1)),
    ),
  };
  const steps = ROUNDS.reduce((sum, [count]) => sum + count, 0);
  let step = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  for (const [count, learningRate] of ROUNDS) {
    if (signal.aborted) return;
    const found = await search.descend(codes, measured, {
      ...{ steps: count, learningRate, seed, signal },
      onRun: () => {},
    });
    codes = (found.data as Float32Array).slice();
    step += count;
    // Pictures that nobody could tell apart in time are not made.
    if (step < steps && performance.now() - toldAt < TELL_EVERY) continue;
    const { x: made, objective } = await search.ends(found, measured);
    const ends = objective.data as Float32Array;
    const best = ends.reduce((least, value, at) => (value < ends[least]! ? at : least), 0);
    const pixels = (made.data as Float32Array).slice(best * image.length, (best + 1) * image.length);
    const filled: Filled = {
      ...{ image, noisy, step, steps },
      isNew: typeof asked !== "number" || !learned.has(asked),
      ways: [...known, wayOf("prior", pixels)],
    };
    tell({ kind: "filled", filled });
    toldAt = performance.now();
  }
  const told = [];
  for (const [name, all] of Object.entries(scores) as [WayName, Float32Array][]) {
    const score = (await models[name].score(one(noisy)))[0]!;
    const below = all.findIndex((value) => value >= score);
    told.push({
      ...{ name: SHOWN[name], score, rows: all.length },
      below: below < 0 ? all.length : below,
    });
  }
  tell({ kind: "scored", scores: told });
}

function endsOf(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
