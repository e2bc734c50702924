/**
 * @file Figures of a study measured twice, and which of them came out otherwise.
 */
import type { Figures } from "../studies/lectures/study.js";

/** Names of figures that differ by more than a tolerance, those of lists with the place: `excess tied`, `errors 3`. @param tolerance share of the larger of the two, or of 1 where both are smaller; 0 for the same bits. */
export function differingFigures(a: Figures, b: Figures, tolerance: number): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => {
    const [first, second] = [numbersOf(a[name]), numbersOf(b[name])];
    if (first.length !== second.length) return [name];
    const places = first.flatMap((value, at) => (differ(value, second[at]!, tolerance) ? [at] : []));
    return typeof a[name] === "number" ? places.map(() => name) : places.map((at) => `${name} ${at}`);
  });
}

const numbersOf = (figure: Figures[string] | undefined): readonly number[] =>
  figure === undefined ? [] : typeof figure === "number" ? [figure] : figure;

function differ(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b)) return false;
  return !(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b)));
}
