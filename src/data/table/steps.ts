/**
 * @file Steps of time from one moment to the next: those that are none, and those that are not the usual one.
 */
import { quoted } from "../quoted.js";
import { type Sequences, spansOf } from "../sequences.js";
import type { TimeEncoding } from "./encoding.js";

/** Steps that differ by less than this share of the usual one are the usual one. */
const SAME = 0.01;
const MS_PER_DAY = 86_400_000;

/**
 * Sentences on steps that moments of the same time make none of, and on those that are not the usual one, the median of all.
 * @param times of the rows `[n]`. @param order of the rows.
 */
export function stepNotes(
  times: Float64Array,
  order: Uint32Array,
  sequences: Sequences,
  { name, type }: TimeEncoding,
): string[] {
  const units = type === "number" ? NUMBERS : onOneDayOfTheMonth(times) ? MONTHS : DAYS;
  const steps = new Float64Array(Math.max(0, order.length - sequences.length));
  let [count, ties] = [0, 0];
  for (const { from, to } of spansOf(sequences)) {
    for (let i = from + 1; i < to; i++) {
      const step = units.place(times[order[i]!]!) - units.place(times[order[i - 1]!]!);
      if (step === 0) ties++;
      else steps[count++] = step;
    }
  }
  const sorted = steps.subarray(0, count).sort();
  const usual = sorted[count >> 1] ?? 0;
  const others = sorted.filter((step) => Math.abs(step - usual) > SAME * usual).length;
  const column = quoted(name);
  const notes: string[] = [];
  if (ties > 0) {
    const subject = ties === 1 ? "1 row has" : `${ties} rows have`;
    notes.push(`${subject} the same ${column} as the row before: such rows stay in the order of the file`);
  }
  if (others > 0) {
    const told = `the usual one of ${units.text(usual)}, the longest is ${units.text(sorted[count - 1]!)}`;
    notes.push(`${others} of ${count} steps of ${column} ${others === 1 ? "is" : "are"} not ${told}`);
  }
  return notes;
}

/** A way to measure steps. */
interface Units {
  /** Place of a time, whose differences are steps. */
  place(time: number): number;
  /** A step in words. */
  text(step: number): string;
}

const NUMBERS: Units = { place: (time) => time, text: (step) => String(Number(step.toPrecision(6))) };

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;

const DAYS: Units = {
  // In whole milliseconds, so that hours of different days are alike.
  place: (time) => Math.round(time * MS_PER_DAY),
  text(step) {
    const units = Object.entries({ day: MS_PER_DAY, hour: 3_600_000, minute: 60_000, second: 1000 });
    const [unit, size] = units.find(([, ms]) => step % ms === 0) ??
      units.find(([, ms]) => step >= ms) ?? ["second", 1000];
    return counted(Number((step / size).toPrecision(4)), unit);
  },
};

const MONTHS: Units = {
  place(time) {
    const date = new Date(Math.round(time * MS_PER_DAY));
    return 12 * date.getUTCFullYear() + date.getUTCMonth();
  },
  text: (step) => (step % 12 === 0 ? counted(step / 12, "year") : counted(step, "month")),
};

/** True if all times are of the same day of the month, or of the last one: their steps are months, which are of unlike lengths. */
function onOneDayOfTheMonth(times: Float64Array): boolean {
  const isOn = (shift: number) => {
    const of = (time: number) => new Date(Math.round((time + shift) * MS_PER_DAY));
    const first = of(times[0]!);
    const day = first.getUTCDate();
    if (shift > 0 && day !== 1) return false;
    let months = new Set<number>();
    for (const time of times) {
      const date = of(time);
      if (date.getUTCDate() !== day || date.getTime() % MS_PER_DAY !== first.getTime() % MS_PER_DAY)
        return false;
      if (months.size < 2) months = months.add(date.getUTCMonth());
    }
    return months.size > 1;
  };
  return times.length > 1 && (isOn(0) || isOn(1));
}
