/**
 * @file A study run: its figures for each seed, taken from where they are kept if they were measured before.
 */
import { fingerprint } from "../../src/data/fingerprint.js";
import { type Figures, Results, type Size, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

/** Figures measured before, by what they were measured of. */
export interface Kept {
  /** Those of that content, if there are any. */
  get(content: string): Promise<Figures | undefined>;
  put(content: string, figures: Figures): Promise<void>;
}

/** Settings of a run. */
export interface StudyRun {
  readonly data: StudyData;
  readonly size: Size;
  /** Number of seeds, which are 0, 1 … */
  readonly seeds: number;
  readonly kept?: Kept | undefined;
  readonly signal?: AbortSignal | undefined;
  /** To be told of the share of the work that is done, in [0, 1]. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** Measures a study; a run that was stopped goes on at the seed that it was stopped in. */
export async function runStudy(
  study: Study,
  { data, size, seeds, kept, signal, onProgress }: StudyRun,
): Promise<Results> {
  const bySeed: Figures[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const settings = study.settings[size];
    const content = JSON.stringify({ study: study.id, size, seed, settings, data: fingerprint(data.raw) });
    let figures = await kept?.get(content);
    if (!figures) {
      signal?.throwIfAborted();
      figures = await study.measure({
        data,
        size,
        seed,
        signal,
        onProgress: (fraction) => onProgress?.((seed + fraction) / seeds),
      });
      await kept?.put(content, figures);
    }
    bySeed.push(figures);
    onProgress?.((seed + 1) / seeds);
  }
  return new Results(bySeed);
}
