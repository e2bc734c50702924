/**
 * @file A study: claims of the lecture notes as they say them, and the numbers that hold them up or do not.
 *
 * A study measures figures, once for each seed. A claim says beforehand, in code, which figures it stands on, and from which number
 * on each side of it holds; its verdict is computed of these and of nothing else. A claim that holds on one side of a condition and
 * not on the other is conditional, and both numbers are shown.
 */
import type { DrawnPanel } from "../../panels/draw/panel.js";
import type { StudyData } from "./study-data.js";

/** `small` is for the embedded digits and minutes, `full` for images and as long as it takes. */
export type Size = "small" | "full";

/** Numbers by name, and lists of them along steps. */
export type Figures = Readonly<Record<string, number | readonly number[]>>;

/** Ingredients of the measurements of one seed. */
export interface Measuring {
  readonly data: StudyData;
  readonly size: Size;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** To be told of the share of the work of this seed that is done, in [0, 1]. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** A number that a claim stands on, over the seeds. */
export interface Side {
  /** Circumstances and the number: `k = 64: ‖W − I‖/√d after 100 epochs`. */
  readonly condition: string;
  /** Mean over the seeds. */
  readonly value: number;
  /** Half of the range over the seeds. */
  readonly spread: number;
  readonly relation: "≤" | "≥";
  readonly threshold: number;
  /** True if the mean is on the claim's side of the threshold. */
  readonly holds: boolean;
}

/** `not measured` where the data lack what the claim is about, such as labels. */
export type Verdict = "holds" | "does not hold" | "conditional" | "not measured";

/** A claim with its sides measured. */
export interface Check {
  readonly verdict: Verdict;
  readonly sides: readonly Side[];
}

/** A claim of the notes. */
export interface Claim {
  /** As the list of claims calls it: `B10`. */
  readonly id: string;
  /** Words of the notes. */
  readonly quote: string;
  /** Place in the notes. */
  readonly source: string;
  /** The claim as it is checked, in a sentence that can be true or false. */
  readonly statement: string;
  /** Meaning for somebody who uses the method. */
  readonly means: string;
  /** Name of the picture that shows it. */
  readonly picture?: string;
  /** Sides that it has to hold on; none where the figures it stands on were not measured. @param threshold in place of each side's own, where somebody doubts it. */
  sides(results: Results, threshold?: number): readonly Side[];
}

/** A question with claims to it. */
export interface Study {
  /** Name on the command line and of its page. */
  readonly id: string;
  readonly title: string;
  /** The question in a sentence. */
  readonly question: string;
  readonly claims: readonly Claim[];
  /** Settings that the figures depend on, beside the data, by size: what was measured with others is measured anew. */
  readonly settings: Readonly<Record<Size, object>>;
  /** Columns that have to vary, where it asks of a code of a fixed size. Default 1. */
  readonly leastColumns?: number;
  /** Figures of one seed. */
  measure(measuring: Measuring): Promise<Figures>;
  /** Pictures of the results by name, the first of them that of the page's head. */
  readonly pictures: Readonly<Record<string, (results: Results) => DrawnPanel>>;
}

/** Figures of all seeds. */
export class Results {
  readonly bySeed: readonly Figures[];

  /** @param bySeed figures of each seed, with the same names. */
  constructor(bySeed: readonly Figures[]) {
    this.bySeed = bySeed;
  }

  /** A number of every seed. @throws RangeError if there is none of that name. */
  numbers(name: string): readonly number[] {
    return this.bySeed.map((figures) => {
      const found = figures[name];
      if (typeof found !== "number") throw new RangeError(`no number "${name}" among the figures`);
      return found;
    });
  }

  /** True if there is a number or a list of that name. */
  has(name: string): boolean {
    return this.bySeed.every((figures) => figures[name] !== undefined);
  }

  /** Mean over the seeds of a number. */
  mean(name: string): number {
    return meanOf(this.numbers(name));
  }

  /** Means over the seeds of a list, place by place. @throws RangeError if there is none of that name. */
  list(name: string): readonly number[] {
    const lists = this.bySeed.map((figures) => {
      const found = figures[name];
      if (typeof found !== "object") throw new RangeError(`no list "${name}" among the figures`);
      return found;
    });
    return lists[0]!.map((_, at) => meanOf(lists.map((list) => list[at]!)));
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A side that holds where the mean is no larger. @param values one for each seed. */
export function atMost(condition: string, values: readonly number[], threshold: number): Side {
  return sideOf(condition, values, "≤", threshold);
}

/** A side that holds where the mean is no smaller. @param values one for each seed. */
export function atLeast(condition: string, values: readonly number[], threshold: number): Side {
  return sideOf(condition, values, "≥", threshold);
}

function sideOf(
  condition: string,
  values: readonly number[],
  relation: Side["relation"],
  threshold: number,
): Side {
  const value = meanOf(values);
  const spread = (Math.max(...values) - Math.min(...values)) / 2;
  const holds = relation === "≤" ? value <= threshold : value >= threshold;
  return { condition, value, spread, relation, threshold, holds };
}

/** A claim's verdict: it holds on all its sides, on none, or on some. */
export function check(claim: Claim, results: Results, threshold?: number): Check {
  const sides = claim.sides(results, threshold);
  return { verdict: verdictOf(sides), sides };
}

function verdictOf(sides: readonly Side[]): Verdict {
  if (sides.length === 0) return "not measured";
  const count = sides.filter(({ holds }) => holds).length;
  return count === sides.length ? "holds" : count === 0 ? "does not hold" : "conditional";
}
