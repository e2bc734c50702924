/**
 * @file Labels of any kind as group numbers, for metrics that ask only which rows are together.
 */

/** Groups of rows, numbered by first appearance. */
export interface Groups {
  readonly count: number;
  /** `[n]` */
  readonly of: Int32Array;
}

/** Labels: words, or numbers such as those of clusters. */
export type Labels = ArrayLike<string | number>;

/** @throws RangeError if a label is missing: empty, or NaN. */
export function groupsOf(labels: Labels, where: string): Groups {
  const numbers = new Map<string | number, number>();
  const of = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === "" || Number.isNaN(label)) throw new RangeError(`${where}: row ${i} has no label`);
    let group = numbers.get(label);
    if (group === undefined) {
      group = numbers.size;
      numbers.set(label, group);
    }
    of[i] = group;
  }
  return { count: numbers.size, of };
}
