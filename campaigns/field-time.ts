/**
 * @file Fields, headers and options as long as a file: each is read or refused in time in proportion to its length.
 */
import { gzipSync } from "node:zlib";
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

/** What a long text may be in a table, for a table of two columns. */
const TABLES: readonly ((field: string) => string)[] = [
  (field) => field,
  (field) => `${field},b\n1,2\n`,
  (field) => `${field}x,b\n1,2\n`,
  (field) => `a,b\n1,2\n3,${field}\n4,5\n`,
  (field) => `a,b\n1,2\n3,${field}x\n4,5\n`,
  (field) => `a,t\n1,x\n3,w${field}\n4,y\n`,
  (field) => `a,t\n1,x\n3,"w${field}"\n4,y\n`,
  (field) => `a,b\n${"1,2\n".repeat(300_000)}3,${field}x\n4,5\n`,
  (field) => `${field}\na,b\n1,2\n`,
];

function tableCase(field: string, random: Random): TimedCase {
  const bytes = utf8(pick(random, TABLES)(field));
  const told = {
    delimiter: pick(random, [",", ";", "\t", "auto"] as const),
    header: pick(random, [true, false, "auto"] as const),
  };
  return { bytes, name: "data.csv", options: random.integer(2) === 0 ? told : {} };
}

function optionCase(field: string, random: Random): TimedCase {
  const names = Array.from({ length: 50_000 }, (_, j) => `n${j}`);
  const wide = `${names.join(",")}\n${names.map((_, j) => j).join(",")}\n`;
  const bytes = utf8(random.integer(2) === 0 ? "a,b\n1,2\n" : wide);
  const options = pick(random, [
    { columns: [field] },
    { columns: field.split(",") },
    { columns: names.toReversed() },
    { label: field },
    { missing: [field] },
    { missing: field.split(";") },
    { skipRows: field.length },
  ]);
  return { bytes, name: "data.csv", options };
}

function npyCase(field: string, random: Random): TimedCase {
  const dict = pick(random, [
    `{'descr': '<f4', 'fortran_order': False, 'shape': (1,${field}x), }`,
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${field}), }`,
    `{'descr': '${field}', 'fortran_order': False, 'shape': (1,), }`,
    `{'descr': [${field}], 'fortran_order': False, 'shape': (1,), }`,
    `{'descr'${field}: '<f4', 'fortran_order': False, 'shape': (1,), }`,
    `${field}{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }`,
    `{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }${field}`,
    `{${field}`,
  ]);
  const header = utf8(dict);
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0, 0, 0);
  new DataView(start.buffer).setUint32(8, header.length, true);
  return { bytes: join(start, header, new Uint8Array(4)), name: "data.npy", options: {} };
}

function idxCase(field: string, random: Random): TimedCase {
  const rank = 1 + random.integer(255);
  const bytes = join(
    Uint8Array.of(0, 0, 8, rank),
    Uint8Array.from({ length: 4 * rank }, () => random.integer(2)),
    utf8(field),
  );
  return { bytes, name: "data.idx", options: { columns: ["1"] } };
}

function netpbmCase(field: string, random: Random): TimedCase {
  const head = pick(random, [
    `P2 ${field} 1 255 0`,
    `P2 1 1 255 ${field}`,
    `P2 1 1 255 0 ${field}`,
    `P2 #${field}\n1 1 255 0`,
    `P2 1000 1000 255 ${field}`,
    `P5 1 1 255${field}`,
  ]);
  return { bytes: utf8(head), name: "image", options: {} };
}

function gzipCase(field: string, random: Random): TimedCase {
  const member = gzipSync("1,2\n");
  // The header of a member may hold a name, as long as it likes.
  const named = join(
    Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3),
    utf8(field),
    new Uint8Array(1),
    member.subarray(10),
  );
  const many = join(...Array.from({ length: field.length / member.length }, () => member));
  return {
    bytes: pick(random, [named, many, gzipSync(field), join(member, new Uint8Array(field.length))]),
    name: "data.csv.gz",
    options: {},
  };
}

function flagCase(field: string, random: Random): TimedCase {
  if (random.integer(20) > 0)
    return { text: pick(random, ["", "step:", "step:1:", "\n"]) + field + pick(random, ["", "x", "\n"]) };
  // One argument holds 128 KiB at most, and no byte that is 0.
  const text = `${field.slice(0, 60_000)}x`;
  const flags = [
    ["invert", "--blur", `1x${text}`],
    ["invert", "--blur", text],
    ["fit", "--schedule", `step:1:${text}`],
    ["fit", "--seed", text],
    ["fit", "--delimiter", text],
    ["invert", "--image-shape", text],
  ];
  const [verb, flag, value] = pick(random, flags) as [string, string, string];
  return { args: [verb, "digits", flag, value] };
}

const KINDS = [tableCase, tableCase, tableCase, optionCase, npyCase, idxCase, netpbmCase, gzipCase, flagCase];

export const fieldTime: Campaign = {
  name: "field-time",
  summary: "whatever is as long as a file is read or refused within a second of the processor a megabyte",
  async run(hunt) {
    const child = new CaseProcess<TimedCase, TimedAnswer>("timed-cases.js", { seconds: 60 });
    let slowest = { relative: 0, where: "" };
    let perMegabyte = MOST_SECONDS_PER_MEGABYTE;
    try {
      while (hunt.more()) {
        if (hunt.cases % CASES_BETWEEN_PLAIN === 1) {
          const [plain] = await child.run([PLAIN]);
          if (plain?.kind !== "value") throw new Error(`plain numbers: ${JSON.stringify(plain)}`);
          perMegabyte = Math.max(MOST_SECONDS_PER_MEGABYTE, MOST_TIMES_PLAIN * plain.value.seconds);
        }
        const length = 250_000 + hunt.random.integer(1_000_000);
        const field = hunt.random.integer(FIELDS.length);
        const kind = pick(hunt.random, KINDS);
        const one = kind(FIELDS[field]!(length), hunt.random);
        const [outcome] = await child.run([one]);
        const { name, megabytes, shown } = described(one);
        const where = `${kind.name}, field ${field} of ${length} characters, ${shown}`;
        if (outcome?.kind !== "value") {
          hunt.fault(`${improper(outcome!, name) ?? JSON.stringify(outcome)} (${where})`);
          continue;
        }
        const { seconds, refusal } = outcome.value;
        const wrong = refusal && improper({ kind: "error", stack: "", ...refusal }, name);
        if (wrong) hunt.fault(`${wrong} (${where})`);
        const allowed = perMegabyte * megabytes + GRACE_SECONDS;
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
