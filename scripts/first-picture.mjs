/**
 * A step of the build: the first picture that the page of the lab shows, learned by the library itself: see lab/first-picture.tsx.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const SHOWN_COMPONENTS = 16;
const SHOWN_IMAGES = 10;

/**
 * Writes it.
 * @param folder of compiled modules that find their packages.
 * @param into receives first-picture.json.
 */
export async function makeFirstPicture(folder, into) {
  const module = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href);
  const [{ fit, pca }, { digits }, { takeRows }, { reconstructionSheet, shownRows }] = await Promise.all(
    ["src/index", "src/data/digits", "src/data/matrix", "panels/image-sheet"].map(module),
  );
  const { x, labels, rowShape } = digits();
  const [flat, wide] = await Promise.all(
    [2, SHOWN_COMPONENTS].map((latentDim) => fit(pca({ latentDim }), x, { seed: 1 })),
  );
  const codes = (await flat.encode(x)).data;
  const ranges = [0, 1].map((axis) => {
    const own = codes.filter((_, at) => at % 2 === axis);
    return [Math.min(...own), Math.max(...own)];
  });
  const levels = Uint8Array.from(codes, (value, at) => {
    const [low, high] = ranges[at % 2];
    return Math.round((255 * (value - low)) / (high - low));
  });
  const own = takeRows(x, shownRows(x.rows, labels, SHOWN_IMAGES));
  const back = await wide.reconstruct(own);
  const errors = { ...back, data: back.data.map((value, at) => 8 + (value - own.data[at]) / 2) };
  const sheet = await reconstructionSheet(own, [back, errors], rowShape);
  const base64 = (bytes) => Buffer.from(bytes).toString("base64");
  writeFileSync(
    join(into, "first-picture.json"),
    JSON.stringify({ codes: base64(levels), ranges, labels: labels.join(""), sheet: base64(sheet) }),
  );
}
