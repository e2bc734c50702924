/**
 * @file SVG made pixels by sharp, if it is installed.
 */

/** Pixels for a unit of the drawing. */
const DENSITY = 2;
const DOTS_PER_INCH_OF_A_UNIT = 96;

/** @throws RangeError if sharp is not installed, with the file that wants it. */
export async function needDrawingToPng(path: string): Promise<void> {
  await loaded(path);
}

/** PNG of a drawing on white, two pixels for each of its units. @throws RangeError as `needDrawingToPng`. */
export async function drawingToPng(svg: string, path: string): Promise<Uint8Array> {
  const sharp = await loaded(path);
  return sharp(Buffer.from(svg), { density: DENSITY * DOTS_PER_INCH_OF_A_UNIT })
    .flatten({ background: "#ffffff" })
    .png({ palette: true })
    .toBuffer();
}

async function loaded(path: string) {
  return import("sharp").then(
    (module) => module.default,
    () => {
      throw new RangeError(
        `${path}: a drawing as PNG needs the package sharp (npm install sharp); .svg and .html need nothing`,
      );
    },
  );
}
