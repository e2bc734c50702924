/**
 * @file Claims of the notes that no study measures, and the reason.
 */
export interface LeftOut {
  /** As the list of claims calls it: `E13`. */
  readonly id: string;
  /** Words of the notes. */
  readonly quote: string;
  readonly reason: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  {
    id: "E13",
    quote: "unlabeled data are a regularizer that depends on the data",
    reason:
      "It asks for one loss of labels and of reconstructions at once. No method here is trained so: what is learned without labels comes first, and labels after it. E6 has what that is worth.",
  },
];
