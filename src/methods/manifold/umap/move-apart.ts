/**
 * @file Balls moved until none overlaps another, each little.
 */

/** Rounds at most; a few balls are apart after some ten. */
const MOST_ROUNDS = 200;
/** Balls beyond these stay where they are: every round looks at all pairs. */
const MOST_BALLS = 1000;
/** Free space between two balls, as a share of their radii. */
const GAP = 1.5;

/**
 * @param centers `[c, dims]`, moved; of equal ones the later goes along the first axis.
 * @param radii `[c]`.
 */
export async function moveApart(
  centers: Float64Array,
  radii: Float64Array,
  dims: number,
  breathe?: () => Promise<void>,
): Promise<void> {
  const largestFirst = Array.from(radii.keys())
    .sort((a, b) => radii[b]! - radii[a]! || a - b)
    .slice(0, MOST_BALLS);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false;
    for (const [rank, a] of largestFirst.entries()) {
      for (let other = rank + 1; other < largestFirst.length; other++)
        moved = separate(centers, radii, dims, a, largestFirst[other]!) || moved;
      await breathe?.();
    }
    if (!moved) return;
  }
}

/** Moves two balls along their line until they are apart, the smaller the more; true if they were not. */
function separate(centers: Float64Array, radii: Float64Array, dims: number, a: number, b: number): boolean {
  let square = 0;
  for (let axis = 0; axis < dims; axis++)
    square += (centers[b * dims + axis]! - centers[a * dims + axis]!) ** 2;
  const distance = Math.sqrt(square);
  const [ra, rb] = [radii[a]!, radii[b]!];
  const missing = GAP * (ra + rb) - distance;
  if (missing <= 1e-3 * (ra + rb)) return false;
  for (let axis = 0; axis < dims; axis++) {
    const along =
      distance > 0 ? (centers[b * dims + axis]! - centers[a * dims + axis]!) / distance : +(axis === 0);
    centers[a * dims + axis]! -= (along * missing * rb) / (ra + rb);
    centers[b * dims + axis]! += (along * missing * ra) / (ra + rb);
  }
  return true;
}
