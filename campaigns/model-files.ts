/**
 * @file Model files and checkpoints that are damaged, forged or of somebody else: refused in a sentence, or they work.
 */
import type { NdArray } from "../src/engine/tensor.js";
import { writeDescribed } from "../src/files/model-file.js";
import { readSafetensors, writeSafetensors } from "../src/files/safetensors.js";
import type { Random } from "../src/random.js";
import type { Campaign, Hunt } from "./campaign.js";
import { CaseProcess, type Outcome } from "./case-process.js";
import type { ModelFileAnswer, ModelFileCase } from "./model-files-cases.js";
import { SETTINGS, smallModel } from "./small-models.js";

/** Words that no message of ours says: those of the language, of the runtime and of the machine. */
const FOREIGN =
  /\n|of undefined|of null|is not (a function|iterable|defined|an object)|object Object|Cannot |Invalid (typed|array|count|string|data)|allocation failed|onnx|status code|call stack|out of (bounds|memory)|BigInt|Unexpected|JSON at|argument must|convert/i;
const BATCH = 50;
const CASES_A_MODEL = 25;

export const modelFiles: Campaign = {
  name: "model-files",
  summary:
    "a model file is refused in one line, or loads, computes and saves; one other bit is refused or no other model",
  async run(hunt) {
    const child = new CaseProcess<ModelFileCase, ModelFileAnswer>("model-files-cases.js", {
      seconds: 20,
      bytes: 2 ** 30,
    });
    const counts = { refused: 0, loaded: 0 };
    try {
      let batch: Prepared[] = [];
      while (hunt.more()) {
        batch.push(await prepared(hunt.random, hunt.cases));
        if (batch.length === BATCH) {
          await judge(hunt, child, batch, counts);
          batch = [];
        }
      }
      await judge(hunt, child, batch, counts);
    } finally {
      child.close();
    }
    hunt.figure("refused", counts.refused);
    hunt.figure("loaded", counts.loaded);
  },
};

interface Prepared {
  readonly number: number;
  readonly what: string;
  readonly given: ModelFileCase;
  /** The file before it was damaged, where the damage may not make it another model. */
  readonly same: Uint8Array | undefined;
}

async function judge(
  hunt: Hunt,
  child: CaseProcess<ModelFileCase, ModelFileAnswer>,
  batch: readonly Prepared[],
  counts: { refused: number; loaded: number },
): Promise<void> {
  const outcomes = await child.run(batch.map(({ given }) => given));
  for (const [i, outcome] of outcomes.entries()) {
    const { number, what, same, given } = batch[i]!;
    if (outcome.kind === "value") counts[outcome.value.refused === undefined ? "loaded" : "refused"]++;
    const wrong = wrongIn(outcome, same && (await savedAgain(given, same)));
    if (wrong !== undefined) hunt.fault(`case ${number}, ${what}: ${wrong}`);
  }
}

/** The fault of an outcome, if it has one. @param whole the whole model, which another one may not replace. */
export function wrongIn(outcome: Outcome<ModelFileAnswer>, whole?: Uint8Array): string | undefined {
  if (outcome.kind !== "value") return JSON.stringify(outcome).slice(0, 600);
  const { refused, failed, resumed, saved } = outcome.value;
  for (const told of [refused, failed, resumed]) {
    if (told === undefined || told === "done") continue;
    if (!/^(RangeError|TypeError|DivergedError): \w[^\n]{5,}$/.test(told) || FOREIGN.test(told)) return told;
  }
  if (refused?.startsWith("RangeError: ") === false) return `no RangeError: ${refused}`;
  if (whole && saved && Buffer.compare(whole, saved) !== 0) return "loaded as another model";
  return undefined;
}

/** The model that a file loads as, saved. A checkpoint is compared with what it loads as undamaged. */
async function savedAgain({ setting }: ModelFileCase, file: Uint8Array): Promise<Uint8Array> {
  const small = await smallModel(setting);
  if (file === small.model) return file;
  const { load } = await import("../src/index.js");
  return (await load(file)).save();
}

type Damage = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Case after case of the same two models: a short hunt has to fit few. */
async function prepared(seed: Random, number: number): Promise<Prepared> {
  const models = seed.fork("models", Math.floor(number / CASES_A_MODEL));
  const random = seed.fork("case", number);
  const setting = models.integer(SETTINGS);
  const { method, model, checkpoint } = await smallModel(setting);
  const isCheckpoint = checkpoint !== undefined && random.integer(3) === 0;
  const whole = isCheckpoint ? checkpoint : model;
  const other = (await smallModel(models.integer(SETTINGS))).model;
  const names = Object.keys(DAMAGES);
  const name = names[random.integer(names.length)]!;
  return {
    number,
    what: `${name} in ${isCheckpoint ? "a checkpoint" : "a model"} of ${method} (setting ${setting})`,
    given: { bytes: DAMAGES[name]!(whole, random, other), setting, resume: isCheckpoint },
    same: name === "one bit" || name === "a shorter file" ? whole : undefined,
  };
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  "one bit"(bytes, random) {
    const copy = bytes.slice();
    copy[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return copy;
  },
  "a shorter file": (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  "some bytes, of a file without a checksum"(bytes, random) {
    const copy = firstFormat(bytes);
    const header = 8 + Number(new DataView(copy.buffer).getBigUint64(0, true));
    const end = random.integer(2) === 0 ? header : copy.length;
    for (let i = random.integer(3); i >= 0; i--) copy[random.integer(end)] = random.integer(256);
    return copy;
  },
  "text of the header"(bytes, random) {
    const copy = firstFormat(bytes);
    const length = Number(new DataView(copy.buffer).getBigUint64(0, true));
    const text = new TextDecoder().decode(copy.subarray(8, 8 + length));
    return withHeader(changedText(text, random), copy.subarray(8 + length));
  },
  "an entry of the description": (bytes, random) =>
    described(bytes, (text) => JSON.stringify(changedJson(JSON.parse(text), random))),
  "several entries of the description": (bytes, random) =>
    described(bytes, (text) => {
      let value: unknown = JSON.parse(text);
      for (let i = random.integer(4); i >= 0; i--) value = changedJson(value, random);
      return JSON.stringify(value);
    }),
  "text of the description": (bytes, random) => described(bytes, (text) => changedText(text, random)),
  "an array"(bytes, random, other) {
    const { tensors, metadata } = readSafetensors(bytes);
    return writeDescribed(
      metadata.unlabeled!,
      changedArrays(tensors, random, readSafetensors(other).tensors),
    );
  },
  "arrays of another model"(bytes, _, other) {
    return writeDescribed(readSafetensors(bytes).metadata.unlabeled!, readSafetensors(other).tensors);
  },
};

function described(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  return writeDescribed(change(metadata.unlabeled!), tensors);
}

function firstFormat(bytes: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const description = metadata.unlabeled!.replaceAll('"rowShape":', '"imageShape":');
  const header = { ...JSON.parse(description), formatVersion: 1 };
  return writeSafetensors({ tensors, metadata: { unlabeled: JSON.stringify(header) } });
}

function withHeader(text: string, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

const NASTY: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 3, 0.5, 1e9, 1e12, 1e15, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324, -0],
  ...[
    "",
    "a",
    "adam",
    "sgd",
    "none",
    "custom",
    "__proto__",
    "constructor",
    "pca",
    "kMeans",
    "0",
    "NaN",
    "\u0000",
    "\ud800",
  ],
  ...[[], [0], [1], [-1], [1e9], [[]], [null], ["a"], [1, 2, 3, 4, 5], [1e15, 1e15]],
  ...[
    {},
    { name: "adam" },
    { name: "adam", beta1: 2 },
    { custom: "mine" },
    { length: 1e9 },
    { kind: "none" },
  ],
  new Array(2000).fill(1),
  "a".repeat(5000),
  JSON.parse('{"__proto__":{"latentDim":2},"constructor":1,"toString":2}'),
];

const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "position",
  "best",
  "columns",
  "rowShape",
  "training",
  "name",
  "validation",
];

/** A value with one of its parts, at any depth, replaced, taken out, put in, or put elsewhere. */
function changedJson(value: unknown, random: Random): unknown {
  const nasty = () => NASTY[random.integer(NASTY.length)];
  const isTree = typeof value === "object" && value !== null;
  if (!isTree || random.integer(12) === 0) {
    if (typeof value === "number" && random.integer(2) === 0)
      return [value + 1, -value, value * 2, value / 2, value * 1e6, value + 0.5][random.integer(6)];
    return nasty();
  }
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = random.integer(copy.length + 1);
    const kind = random.integer(4);
    if (kind === 0 || at === copy.length) copy.splice(at, 0, nasty());
    else if (kind === 1) copy.splice(at, 1);
    else copy[at] = changedJson(copy[at], random);
    return copy;
  }
  const entries = Object.entries(value);
  const at = random.integer(entries.length + 1);
  const kind = random.integer(6);
  if (kind === 0 || at === entries.length) entries.push([KEYS[random.integer(KEYS.length)]!, nasty()]);
  else if (kind === 1) entries.splice(at, 1);
  else if (kind === 2) entries[at] = [entries[at]![0], entries[random.integer(entries.length)]![1]];
  else entries[at] = [entries[at]![0], changedJson(entries[at]![1], random)];
  return Object.fromEntries(entries);
}

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "0",
  "9",
  "-",
  "e9",
  "1e999",
  "null",
  "\\u0000",
  "\\ud800",
  " ",
  "é",
  '"a":1,',
  '"__proto__":{},',
];

/** A text with a piece put in, taken out, doubled (and with it a key) or swapped. */
function changedText(text: string, random: Random): string {
  const at = random.integer(text.length);
  const length = 1 + random.integer(random.integer(4) === 0 ? 80 : 6);
  switch (random.integer(4)) {
    case 0:
      return text.slice(0, at) + PIECES[random.integer(PIECES.length)] + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2: {
      // Digits elsewhere: sizes and ranges.
      const numbers = [...text.matchAll(/\d+/g)];
      const found = numbers[random.integer(Math.max(1, numbers.length))];
      if (!found) return text;
      const put = String(
        [0, 1, 4, 8, 2 ** 31, 1e12, Number(found[0]) + 1, Number(found[0]) * 2][random.integer(8)],
      );
      return text.slice(0, found.index) + put + text.slice(found.index + found[0].length);
    }
    default: {
      const entries = [...text.matchAll(/"[^"\\]+":(\{[^{}]*\}|\[[^[\]]*\]|[^,{}[\]]+),/g)];
      const found = entries[random.integer(Math.max(1, entries.length))];
      return found ? text.slice(0, found.index) + found[0] + text.slice(found.index) : text + text.slice(at);
    }
  }
}

function changedArrays(
  arrays: Readonly<Record<string, NdArray>>,
  random: Random,
  others: Readonly<Record<string, NdArray>>,
): Record<string, NdArray> {
  const copy = { ...arrays };
  const names = Object.keys(copy);
  const name = names[random.integer(names.length)]!;
  const array = copy[name]!;
  const { shape } = array;
  const size = array.data.length;
  switch (random.integer(9)) {
    case 0:
      delete copy[name];
      break;
    case 1:
      copy[[...KEYS, "more", `${name}.slot0`, `best/${name}`][random.integer(KEYS.length + 3)]!] = array;
      break;
    case 2: {
      const foreign = Object.values(others);
      copy[name] = foreign[random.integer(foreign.length)]!;
      break;
    }
    case 3:
      copy[name] = copy[names[random.integer(names.length)]!]!;
      break;
    case 4:
      copy[name] = {
        ...array,
        shape: [[...shape].reverse(), [size], [1, ...shape], [...shape, 1], [size, 1]][random.integer(5)]!,
      };
      break;
    case 5:
      copy[name] = grown(array, random);
      break;
    case 6:
      copy[name] =
        array.dtype === "float32"
          ? { ...array, dtype: "float64", data: Float64Array.from(array.data as Float32Array) }
          : { ...array, dtype: "float32", data: Float32Array.from(array.data as Float64Array, Number) };
      break;
    case 7: {
      const value = [0, -1, 1e38, -1e38, 1e-45, 1e9, 0.5, Number.NaN, Number.POSITIVE_INFINITY][
        random.integer(9)
      ]!;
      if (array.data instanceof BigInt64Array) break;
      const data = array.data.slice() as Float32Array;
      if (random.integer(2) === 0) data.fill(value);
      else data[random.integer(size)] = value;
      copy[name] = { ...array, data };
      break;
    }
    default:
      copy[name] = {
        dtype: "int32",
        shape: [...shape],
        data: new Int32Array(size).fill(random.integer(3) - 1),
      };
  }
  return copy;
}

/** With another number of rows, or of columns, or of none. */
function grown({ dtype, shape }: NdArray, random: Random): NdArray {
  const axis = random.integer(Math.max(1, shape.length));
  const by = [-1, 1, 3, -1e9][random.integer(4)]!;
  const sizes = shape.map((n, i) => (i === axis ? Math.max(0, n + by) : n));
  const size = sizes.reduce((product, n) => product * n, 1);
  return dtype === "float64"
    ? { dtype, shape: sizes, data: new Float64Array(size).fill(0.1) }
    : { dtype: "float32", shape: sizes, data: new Float32Array(size).fill(0.1) };
}
