/**
 * @file A hole in an image, as text for the address: runs of pixels line by line, `27-30,35-38`.
 */

/** @param hidden 1 for pixels in the hole. @returns `""` where there is none. */
export function textOfHole(hidden: ArrayLike<number>): string {
  const runs: string[] = [];
  for (let at = 0; at < hidden.length; at++) {
    if (hidden[at] !== 1) continue;
    const from = at;
    while (hidden[at + 1] === 1) at++;
    runs.push(at > from ? `${from}-${at}` : String(from));
  }
  return runs.join(",");
}

/** Pixels in the hole of a text, of so many; what is no run is left out. */
export function holeOfText(text: string, size: number): Uint8Array<ArrayBuffer> {
  const hidden = new Uint8Array(size);
  for (const run of text.split(",")) {
    const found = /^(\d+)(?:-(\d+))?$/.exec(run.trim());
    if (found) hidden.fill(1, Number(found[1]), Number(found[2] ?? found[1]) + 1);
  }
  return hidden;
}
