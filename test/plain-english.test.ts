/** @file Plain English: American spelling, so that there is one for a thing, and comments that begin with what they are of. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const NOT_OURS = /(^|\/)(node_modules|dist|results|golden|\.git|unlabeled-out)(\/|$)/;
const BRITISH =
  /\b\w*(?:neighbour|colour|behaviour|favour|centr(?:e[ds]?\b|ing\b)|grey|licence|(?:ab|od|av)ell(?:ed|ing)|cancelled|learnt|fulfils?\b|(?:al|im|ard|or|gn|mar|dom|gan|il|ter)is(?:e|ed|es|er|ing|ation)\b)\w*/gi;
/** Names of other people's: options of sharp, and keys of reference figures. */
const THEIRS =
  /aria-labelledby|toColourspace|"grey16"|optdigits centred only|["'.](?:un)?centred\b|\b(?:un)?centred:/gm;

test("all is spelled in American English, but for names of other people's", () => {
  const files = filesIn(".").filter(
    (file) => /\.(tsx?|mjs|md|py)$/.test(file) && file !== "test/plain-english.test.ts",
  );
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) => {
    const words = readFileSync(file, "utf8").replace(THEIRS, "").match(BRITISH) ?? [];
    return words.map((word) => `${file}: ${word}`);
  });
  expect(found).toEqual([]);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.test(path)) return [];
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

test("comments of what ships begin with the thing or the verb", () => {
  const shipped = filesIn(".").filter((file) =>
    /^(src|node|cli|panels|assembly|examples)\/.*\.(tsx?|mjs)$/.test(file),
  );
  expect(shipped.length).toBeGreaterThan(300);
  const evasive = /(?:\/\*\*(?:\n\s*\*)?|^\s*\/\/|\* @file) (?:What|How|Whether|Of|Where|By)\b.*/gm;
  const found = shipped.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(evasive)].map(([line]) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
