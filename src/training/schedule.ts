/**
 * @file Learning-rate schedules as data.
 */
/** A schedule described as data. */
export type Schedule =
  | {
      /** The base rate throughout. */
      readonly name: "constant";
    }
  | {
      /**
       * From the base rate down to 0 along half a cosine over the whole training. Source: Loshchilov & Hutter (2017),
       * "SGDR", ICLR.
       */
      readonly name: "cosine";
    }
  | {
      /** Times `factor` after every `every` epochs. */
      readonly name: "step";
      /** Epochs from one change to the next, ≥ 1. */
      readonly every: number;
      /** Multiplies the rate at each change, in (0, 1]. Default .1. */
      readonly factor?: number | undefined;
    };

/** True for a schedule with all in its range. */
export function isSchedule(value: unknown): value is Schedule {
  if (typeof value !== "object" || value === null || !("name" in value)) return false;
  const { name, every, factor = 0.1 } = value as { name: unknown; every?: number; factor?: number };
  if (name !== "step") return name === "constant" || name === "cosine";
  return Number.isSafeInteger(every) && every! >= 1 && factor > 0 && factor <= 1;
}
