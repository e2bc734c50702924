/**
 * @file A small model of every method in several settings, with the file it is saved to and a checkpoint of its training.
 */
import { type Matrix, matrix } from "../src/data/matrix.js";
import { type Coder, type FitOptions, fit, type Method } from "../src/index.js";
import { allMethods } from "../src/methods/registry.js";
import { random } from "../src/random.js";
import { type Contract, contracts } from "../test/methods/contracts.js";

const ROWS = 40;
const COLS = 5;
const stream = random(12);
const columns = matrix(
  ROWS,
  COLS,
  Float32Array.from({ length: ROWS * COLS }, (_, i) => 10 * (i % COLS) + (1 + (i % COLS)) * stream.normal()),
);
const unit = matrix(
  ROWS,
  COLS,
  Float32Array.from({ length: ROWS * COLS }, () => stream.uniform()),
);

export interface SmallModel {
  readonly method: string;
  readonly options: object;
  readonly model: Uint8Array;
  /** The last checkpoint of trained methods. */
  readonly checkpoint: Uint8Array | undefined;
}

const entries = await allMethods();
const settings = entries.flatMap((entry) =>
  (contracts[entry.name] ?? []).map((contract): [typeof entry, Contract] => [entry, contract]),
);

/** Settings there are, two or so of every method. */
export const SETTINGS = settings.length;

/** Rows that the method takes. */
export function rowsFor(at: number): Matrix {
  return settings[at]![1].domain ? unit : columns;
}

export function methodAt(at: number): Method<Coder> {
  const [entry, { options }] = settings[at]!;
  return entry.create(options);
}

/** As it was trained. */
export function trainingOf(method: Method): FitOptions {
  return method.fitting.kind === "trained" ? { epochs: 2, batchSize: 16 } : {};
}

const kept = new Map<number, Promise<SmallModel>>();

/** The model of a setting, from 0 to `SETTINGS` − 1; fitted once. */
export function smallModel(at: number): Promise<SmallModel> {
  let found = kept.get(at);
  if (!found) {
    found = made(at);
    kept.set(at, found);
  }
  return found;
}

async function made(at: number): Promise<SmallModel> {
  const method = methodAt(at);
  let checkpoint: Uint8Array | undefined;
  const model = await fit(method, rowsFor(at), {
    ...trainingOf(method),
    seed: 1,
    scale: settings[at]![1].domain ? "none" : "standard",
    columns: ["a", "b", "c", "ü", 'e "quoted"'],
    onCheckpoint: (make) => {
      checkpoint ??= make();
    },
  });
  return { method: method.name, options: settings[at]![1].options, model: model.save(), checkpoint };
}
