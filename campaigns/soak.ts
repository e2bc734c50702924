/**
 * @file Fits without end: memory comes to rest, and fits at the same time are what they are alone.
 *
 * Memory is resident memory after a collection, but for what the heap holds in reserve, in a process of its own. The slope
 * is that of a line through the highest points of eight parts of the later half of the fits: worker threads hold on to what
 * they have seen for a while and then let go of all of it, which is no leak.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Campaign, Hunt } from "./campaign.js";
import { fitSmall, SMALL_FITS, smallRows } from "./small-fits.js";

const CHILD = fileURLToPath(new URL("./soak-child.js", import.meta.url));
/** Bytes a fit may leave behind. */
const MOST_PER_FIT = 20_000;
const FITS = 1000;
const AT_ONCE = 50;
/** Milliseconds after which a child hangs. */
const HANGS = 1_800_000;

export const soak: Campaign = {
  name: "soak",
  summary: `${FITS} fits of every method leave no memory behind, and ${AT_ONCE} at once are what they are alone`,
  async run(hunt) {
    for (const { name } of SMALL_FITS) {
      if (!hunt.more()) return;
      await fitsAtOnce(hunt, [name], 8);
    }
    if (hunt.more())
      await fitsAtOnce(
        hunt,
        SMALL_FITS.map(({ name }) => name),
        AT_ONCE,
      );
    for (const { name } of SMALL_FITS) {
      if (!hunt.more()) return;
      await memoryOf(hunt, name, FITS);
    }
  },
};

/** Bytes left behind by a fit. */
export async function memoryOf(
  hunt: Hunt,
  name: string,
  fits: number,
  { threads = 2, backend = "auto", most = MOST_PER_FIT } = {},
): Promise<void> {
  const args = ["--expose-gc", CHILD, name, String(fits), String(threads), backend];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: HANGS });
  const slope = Math.round(slopeOf(JSON.parse(stdout) as [number, number][]));
  hunt.figure(`${name}: bytes a fit`, slope);
  if (slope > most)
    hunt.fault(
      `node --expose-gc dist/campaigns/soak-child.js "${name}" ${fits} ${threads} ${backend}: ${slope} bytes a fit`,
    );
}

const PARTS = 8;

/** The slope of least squares through the highest points of equal parts of the later half. */
export function slopeOf(points: readonly (readonly [number, number])[]): number {
  const later = points.slice(points.length >> 1);
  const parts = Array.from({ length: PARTS }, (_, part) =>
    later.slice(Math.floor((part * later.length) / PARTS), Math.floor(((part + 1) * later.length) / PARTS)),
  ).filter((part) => part.length > 0);
  const highest = parts.map((part) => part.reduce((a, b) => (b[1] > a[1] ? b : a)));
  const mean = (which: 0 | 1) => highest.reduce((sum, point) => sum + point[which], 0) / highest.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const [covariance, variance] = highest.reduce(
    ([c, v], [x, y]) => [c + (x - meanX) * (y - meanY), v + (x - meanX) ** 2],
    [0, 0],
  );
  return covariance / variance;
}

/** So many fits of these, at the same time and alone. */
export async function fitsAtOnce(hunt: Hunt, names: readonly string[], count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, i) => ({
    name: names[i % names.length]!,
    rows: smallRows(hunt.random.integer(1000)),
    seed: i,
  }));
  const digest = async ({ name, rows, seed }: (typeof jobs)[number]) =>
    createHash("sha256")
      .update(await fitSmall(name, rows, seed))
      .digest("hex");
  const together = await Promise.all(jobs.map(digest));
  for (const [i, job] of jobs.entries()) {
    if ((await digest(job)) !== together[i])
      hunt.fault(`${job.name}, seed ${job.seed}: other bits beside ${count - 1} fits than alone`);
  }
}
