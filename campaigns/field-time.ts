/**
 * @file Fields, headers and options as long as a file: each is read or refused in time in proportion to its length.
 */
import { gzipSync } from "node:zlib";
import type { ReadOptions } from "../src/data/formats/format.js";
import type { Random } from "../src/random.js";
import type { Campaign } from "./campaign.js";
import { CaseProcess } from "./case-process.js";
import { join } from "./damaged.js";
import { improper } from "./refusals.js";
import type { TimedAnswer, TimedCase } from "./timed-cases.js";

const MOST_SECONDS_PER_MEGABYTE = 1;
/** On a machine that is busy, so many times what a megabyte of plain numbers takes there. */
const MOST_TIMES_PLAIN = 25;
const CASES_BETWEEN_PLAIN = 10;
const PLAIN: TimedCase = {
  bytes: new TextEncoder().encode("1,2\n".repeat(250_000)),
  name: "data.csv",
  options: {},
};
/** A garbage collection, a first compilation. */
const GRACE_SECONDS = 0.5;

const utf8 = (text: string) => new TextEncoder().encode(text);
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.integer(items.length)]!;

/** Texts of `n` characters that patterns and scanners may look at again and again. */
const FIELDS: readonly ((n: number) => string)[] = [
  ...[
    "1",
    " ",
    "\t",
    "+",
    "-",
    ".",
    ",",
    ";",
    "'",
    "_",
    "e",
    "E",
    "x",
    "ü",
    "\u00a0",
    "0",
    "#",
    "\n",
    "\r",
    "\r\n",
    '"',
    "\\",
    "%",
    ":",
  ].map((unit) => (n: number) => unit.repeat(Math.ceil(n / unit.length))),
  (n) => `0.${"0".repeat(n)}1`,
  (n) => `1e${"1".repeat(n)}`,
  (n) => `1e-${"9".repeat(n)}`,
  (n) => `1${" ".repeat(n)}1`,
  (n) => `1.${" ".repeat(n)}`,
  (n) => `1${",123".repeat(n / 4)}`,
  (n) => `1${" 123".repeat(n / 4)}`,
  (n) => `1${".123".repeat(n / 4)}`,
  (n) => `0x${"f".repeat(n)}`,
  (n) => "1e".repeat(n / 2),
  (n) => "1e+".repeat(n / 3),
  (n) => "1 ".repeat(n / 2),
  (n) => " 1".repeat(n / 2),
  (n) => "1\n ".repeat(n / 3),
  (n) => '" '.repeat(n / 2),
  (n) => '"a'.repeat(n / 2),
  (n) => `"${'""'.repeat(n / 2)}"`,
  (n) => `"${"\r".repeat(n)}"`,
  (n) => `"${" ".repeat(n)}" `,
  (n) => `"a"${" ".repeat(n)}`,
  (n) => `"a"${" ".repeat(n)}b`,
  (n) => `"${'"a'.repeat(n / 2)}${" ".repeat(n / 2)}`,
  (n) => '"",'.repeat(n / 3),
  (n) => '"\n",'.repeat(n / 4),
  (n) => "inf".repeat(n / 3),
  (n) => "nan".repeat(n / 3),
  (n) => Array.from({ length: n / 7 }, (_, i) => `n${i}`).join(","),
  (n) => Array.from({ length: n / 7 }, (_, i) => i).join(";"),
];

/** The texts in the places that they may have; each is a kind of case. */
type Place = (field: string, random: Random) => TimedCase;

/** A number that is none, where one is wanted: the first place that all texts are tried in. */
const AMONG_NUMBERS: Place = (field) => table(`a,b\n1,2\n3,${field}x\n4,5\n`, {});

const TABLES: readonly Place[] = [
  (field: string) => field,
  (field: string) => `${field},b\n1,2\n`,
  (field: string) => `${field}x,b\n1,2\n`,
  (field: string) => `a,b\n1,2\n3,${field}\n4,5\n`,
  (field: string) => `a,t\n1,x\n3,w${field}\n4,y\n`,
  (field: string) => `a,t\n1,x\n3,"w${field}"\n4,y\n`,
  (field: string) => `a,b\n${"1,2\n".repeat(300_000)}3,${field}x\n4,5\n`,
  (field: string) => `${field}\na,b\n1,2\n`,
  // Numbers, dates and categories as people write them.
  (field: string) => `a;b\n1,5;2,25\n3,${field};4\n`,
  (field: string) => `a;b\n€ 1.200,50;2\n€ ${field};4\n`,
  (field: string) => `a,b\n2024-01-31,1\n${field},2\n2024-02-01,3\n`,
  (field: string) => `a,b\nyes,1\n${field},2\nno,3\n`,
  (field: string) => `a,b\nlow,1\n${field},2\nhigh,3\nlow,4\nhigh,5\nlow,6\n`,
  (field: string) => `# ${field}\na,b\n1,2\n`,
  (field: string) => `sep=;${field}\na;b\n1;2\n`,
].map((text) => (field: string, random: Random) => {
  const delimiter = pick(random, [",", ";", "\t", "auto"] as const);
  const told = { delimiter, header: pick(random, [true, false, "auto"] as const) };
  return table(text(field), random.integer(2) === 0 ? told : {});
});

const NAMES = Array.from({ length: 50_000 }, (_, j) => `n${j}`);
const WIDE = `${NAMES.join(",")}\n${NAMES.map((_, j) => j).join(",")}\n`;

const OPTIONS: readonly Place[] = [
  (field: string) => ({ columns: [field] }),
  (field: string) => ({ columns: field.split(",") }),
  () => ({ columns: NAMES.toReversed() }),
  (field: string) => ({ label: field }),
  (field: string) => ({ missing: [field] }),
  (field: string) => ({ missing: field.split(";") }),
  (field: string) => ({ skipRows: field.length }),
  (field: string) => ({ exclude: [field, "Q1-Q9", `${field.slice(0, 1000)}*`] }),
  (field: string) => ({ columns: [`${"*a".repeat(field.length / 2)}b`, `!${field}`] }),
  (field: string) => ({ id: field.split(";") }),
  (field: string) => ({ types: { a: field, [field]: "number" } }),
  (field: string) => ({ types: { a: `date:${field}` } }),
  (field: string) => ({ order: { a: field.split(",") } }),
  (field: string) => ({ comment: field }),
  (field: string) => ({ encodingOfText: field }),
].map((options) => (field: string, random: Random) => {
  return table(random.integer(2) === 0 ? "a,b\n1,2\n" : WIDE, options(field));
});

function table(text: string, options: ReadOptions): TimedCase {
  return { bytes: utf8(text), name: "data.csv", options };
}

const JSON_TEXTS: readonly Place[] = [
  (field: string) => `[{"a":1},{"a":"${field.replaceAll(/["\\\p{Cc}]/gu, " ")}"}]`,
  (field: string) => `[{"a":1},{"a":${field}}]`,
  (field: string) => `[{"${field.replaceAll(/["\\\p{Cc}]/gu, " ")}":1}]`,
  (field: string) => `{"a":[${field}]}`,
  (field: string) => `{"a":1}\n${field}\n{"a":2}\n`,
  (field: string) => `${"[".repeat(field.length)}1${"]".repeat(field.length)}`,
  (field: string) => `[${'{"a":'.repeat(field.length / 5)}1${"}".repeat(field.length / 5)}]`,
].map((text) => (field: string, random: Random) => {
  return { bytes: utf8(text(field)), name: pick(random, ["data.json", "data.jsonl"]), options: {} };
});

const WIDE_TEXTS: readonly Place[] = [AMONG_NUMBERS, ...TABLES].map(
  (place) => (field: string, random: Random) => {
    const one = place(field, random);
    if (!("bytes" in one)) return one;
    const text = new TextDecoder().decode(one.bytes);
    return { ...one, bytes: new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le")) };
  },
);

const NPY: readonly Place[] = [
  (field: string) => `{'descr': '<f4', 'fortran_order': False, 'shape': (1,${field}x), }`,
  (field: string) => `{'descr': '<f4', 'fortran_order': False, 'shape': (${field}), }`,
  (field: string) => `{'descr': '${field}', 'fortran_order': False, 'shape': (1,), }`,
  (field: string) => `{'descr': [${field}], 'fortran_order': False, 'shape': (1,), }`,
  (field: string) => `{'descr'${field}: '<f4', 'fortran_order': False, 'shape': (1,), }`,
  (field: string) => `${field}{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }`,
  (field: string) => `{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }${field}`,
  (field: string) => `{${field}`,
].map((dict) => (field: string) => {
  const header = utf8(dict(field));
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0, 0, 0);
  new DataView(start.buffer).setUint32(8, header.length, true);
  return { bytes: join(start, header, new Uint8Array(4)), name: "data.npy", options: {} };
});

const IDX: Place = (field, random) => {
  const rank = 1 + random.integer(255);
  const sizes = Uint8Array.from({ length: 4 * rank }, () => random.integer(2));
  const bytes = join(Uint8Array.of(0, 0, 8, rank), sizes, utf8(field));
  return { bytes, name: "data.idx", options: { columns: ["1"] } };
};

const NETPBM: readonly Place[] = [
  (field: string) => `P2 ${field} 1 255 0`,
  (field: string) => `P2 1 1 255 ${field}`,
  (field: string) => `P2 1 1 255 0 ${field}`,
  (field: string) => `P2 #${field}\n1 1 255 0`,
  (field: string) => `P2 1000 1000 255 ${field}`,
  (field: string) => `P5 1 1 255${field}`,
].map((text) => (field: string) => ({ bytes: utf8(text(field)), name: "image", options: {} }));

const MEMBER = gzipSync("1,2\n");
const NAMED_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3);
const GZIP: readonly Place[] = [
  // The header of a member may hold a name, as long as it likes.
  (field: string) => join(NAMED_HEADER, utf8(field), new Uint8Array(1), MEMBER.subarray(10)),
  (field: string) => join(...Array.from({ length: field.length / MEMBER.length }, () => MEMBER)),
  (field: string) => join(MEMBER, new Uint8Array(field.length)),
  (field: string) => gzipSync(field),
].map((bytes) => (field: string) => ({ bytes: bytes(field), name: "data.csv.gz", options: {} }));

const TEXTS: readonly Place[] = ["", "step:", "step:1:", "\n"].map(
  (start) => (field: string, random: Random) => ({ text: start + field + pick(random, ["", "x", "\n"]) }),
);

const FLAGS: readonly Place[] = (
  [
    ["invert", "--blur", "1x"],
    ["invert", "--blur", ""],
    ["fit", "--schedule", "step:1:"],
    ["fit", "--seed", ""],
    ["fit", "--delimiter", ""],
    ["invert", "--row-shape", ""],
  ] as const
).map(([verb, flag, start]) => (field: string) => {
  // One argument holds 128 KiB at most.
  return { args: [verb, "digits", flag, `${start}${field.slice(0, 60_000)}x`] };
});

const PLACES: readonly Place[] = [
  ...TABLES,
  ...OPTIONS,
  ...JSON_TEXTS,
  ...WIDE_TEXTS,
  ...NPY,
  IDX,
  ...NETPBM,
  ...GZIP,
  ...TEXTS,
  ...FLAGS,
];

/** All texts among numbers, then all in all places, in an order of chance. */
function* plan(random: Random): Generator<{ field: number; place: Place; length: number }> {
  for (const field of random.permutation(FIELDS.length)) {
    yield { field, place: AMONG_NUMBERS, length: 200_000 };
  }
  for (;;) {
    for (const cell of random.permutation(FIELDS.length * PLACES.length)) {
      const place = PLACES[cell % PLACES.length]!;
      const length = 100_000 + random.integer(random.integer(5) === 0 ? 1_000_000 : 200_000);
      yield { field: Math.floor(cell / PLACES.length), place, length };
    }
  }
}

export const fieldTime: Campaign = {
  name: "field-time",
  summary: "whatever is as long as a file is read or refused within a second of the processor a megabyte",
  async run(hunt) {
    const child = new CaseProcess<TimedCase, TimedAnswer>("timed-cases.js", { seconds: 60 });
    let slowest = { relative: 0, where: "" };
    let perMegabyte = MOST_SECONDS_PER_MEGABYTE;
    try {
      for (const { field, place, length } of plan(hunt.random)) {
        if (!hunt.more()) break;
        if (hunt.cases % CASES_BETWEEN_PLAIN === 1) {
          const [plain] = await child.run([PLAIN]);
          if (plain?.kind !== "value") throw new Error(`plain numbers: ${JSON.stringify(plain)}`);
          perMegabyte = Math.max(MOST_SECONDS_PER_MEGABYTE, MOST_TIMES_PLAIN * plain.value.seconds);
        }
        const one = place(FIELDS[field]!(length), hunt.random);
        const [outcome] = await child.run([one]);
        const { name, megabytes, shown } = described(one);
        const where = `text ${field} of ${length} characters: ${shown}`;
        if (outcome?.kind !== "value") {
          hunt.fault(`${improper(outcome!, name) ?? JSON.stringify(outcome)} (${where})`);
          continue;
        }
        const { seconds, refusal } = outcome.value;
        const wrong = refusal && improper({ kind: "error", stack: "", ...refusal }, name);
        if (wrong) hunt.fault(`${wrong} (${where})`);
        // Compressed, a long text may be a short file.
        const allowed = perMegabyte * Math.max(megabytes, length / 1e6) + GRACE_SECONDS;
        if (seconds / allowed > slowest.relative) slowest = { relative: seconds / allowed, where };
        if (seconds > allowed) {
          hunt.fault(`${seconds.toFixed(1)} s for ${megabytes.toFixed(1)} MB (${where})`);
        }
      }
    } finally {
      child.close();
    }
    hunt.figure("most of the time allowed", `${slowest.relative.toFixed(2)} (${slowest.where})`);
  },
};

function described(one: TimedCase): { name: string; megabytes: number; shown: string } {
  if ("args" in one) return { name: "flag", megabytes: 10, shown: JSON.stringify(one.args).slice(0, 100) };
  if ("text" in one)
    return { name: "flag", megabytes: one.text.length / 1e6, shown: JSON.stringify(one.text.slice(0, 40)) };
  const options = JSON.stringify(one.options);
  const start = new TextDecoder().decode(one.bytes.subarray(0, 60));
  return {
    name: one.name,
    megabytes: (one.bytes.length + options.length) / 1e6,
    shown: `options ${options.slice(0, 100)}, ${JSON.stringify(start)}…`,
  };
}
