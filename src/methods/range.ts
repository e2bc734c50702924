/**
 * @file The range of numbers that a method takes, declared and checked in one.
 */
import type { Matrix } from "../data/matrix.js";
import type { Method } from "./method.js";

/** Numbers of a range: `unit` lie in [0, 1], `non-negative` are ≥ 0. */
export type ValueRange = NonNullable<Method["range"]>;

const RANGES: Readonly<Record<ValueRange, { wants: string; holds(value: number): boolean }>> = {
  unit: {
    wants: 'numbers in [0, 1], PLACE (scale "unit" makes them so)',
    holds: (value) => value >= 0 && value <= 1,
  },
  "non-negative": { wants: "numbers ≥ 0, PLACE", holds: (value) => value >= 0 },
};

/**
 * Both members of a method that takes numbers of one range alone; neither where it takes any.
 * @param what names in errors who wants it: the method, and the option that does.
 */
export function ofRange(what: string, range: ValueRange | undefined): Pick<Method, "range" | "checkValues"> {
  return range === undefined ? {} : { range, checkValues: (x) => refuseOutside(what, range, x) };
}

/** @throws RangeError naming the first number outside of the range; missing ones are passed over. */
function refuseOutside(what: string, range: ValueRange, { data, cols }: Matrix): void {
  const { wants, holds } = RANGES[range];
  const at = data.findIndex((value) => !holds(value) && !Number.isNaN(value));
  if (at < 0) return;
  const place = `row ${Math.floor(at / cols)} column ${at % cols} is ${data[at]}`;
  throw new RangeError(`${what} wants ${wants.replace("PLACE", place)}`);
}
