/**
 * @file Names that were probably meant by a mistyped one.
 */

// Longer names are told apart by their beginnings, so that a name as long as a file does not take hours.
const COMPARED = 64;

/** The names nearest to `wanted`, nearest first; case does not count. */
export function nearestNames(names: readonly string[], wanted: string, most = 3): string[] {
  const compared = (name: string) => name.slice(0, COMPARED).toLowerCase();
  const target = compared(wanted);
  return names
    .map((name) => ({ name, distance: editDistance(compared(name), target) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Levenshtein distance. Source: Wagner & Fischer (1974), "The string-to-string correction problem", JACM 21. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substituted));
    }
    previous = current;
  }
  return previous[b.length]!;
}
