/**
 * @file Printed lines that say the same: words are equal, whole numbers too, others to what a last digit or two of
 * another processor's rounding makes of them, and times are any.
 */

/** A training's figures move by less between processors and runtimes, and what is wrong in a page by more. */
const RELATIVE = 0.02;
const NUMBER = /^([[(]*)([-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(%|[,;:)\]]*)$/;

/** True if a line that a page shows is what a program printed. */
export function sameFigures(shown: string, got: string): boolean {
  const [a, b] = [words(shown), words(got)];
  return (
    a.length === b.length && a.every((word, i) => /^s[,;)]?$/.test(a[i + 1] ?? "") || sameWord(word, b[i]!))
  );
}

const words = (line: string) => line.trim().split(/[\s│|]+|(?<==)|,(?=\S)/);

function sameWord(shown: string, got: string): boolean {
  if (shown === got) return true;
  const [a, b] = [shown.match(NUMBER), got.match(NUMBER)];
  if (!a || !b || a[1] !== b[1] || a[3] !== b[3]) return false;
  const [x, y] = [a[2]!, b[2]!].map((digits) => Number(digits.replace("−", "-"))) as [number, number];
  if (Number.isInteger(x) && Number.isInteger(y)) return x === y;
  const decimals = a[2]!.split(/\.|e/)[1]?.length ?? 0;
  return Math.abs(x - y) <= Math.max(1.5 * 10 ** -decimals, RELATIVE * Math.abs(x));
}

/**
 * The first line shown that was not printed behind those before it; `…` stands for lines left out. The last number of a row
 * under a heading that ends in "seconds" is a time, and so is one under `encode, ms` and `fit, s` of a comparison.
 */
export function firstNotPrinted(shown: string, printed: string): string | undefined {
  const lines = printed.split("\n");
  const timed = / seconds$/m.test(shown);
  const compared = / encode, ms +size, kB +fit, s$/m.test(shown);
  const row = (line: string) =>
    compared
      ? line.replace(/ +\S+( +\S+) +\S+$/, "$1")
      : timed
        ? line.replace(/ [\d.]+$/, "")
        : line.replace(/^(\s*"?seconds"?:?\s+)[\d.]+/, "$1");
  let at = 0;
  for (const line of shown.split("\n")) {
    if (line.trim() === "" || line.trim() === "…") continue;
    const found = lines.findIndex((got, i) => i >= at && sameFigures(row(line), row(got)));
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}
