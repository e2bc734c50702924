/**
 * @file Pictures as files, `--picture FILE`: .svg and .png of a panel alone, .html of the panel in a page like that of a report.
 * A verb calls `checkPicture` before any work, and in `outputs.finish`
 *
 *     if (picture !== undefined) await put(picture, () => pictureFile(picture, panel, { input, command }));
 */
import { extname } from "node:path";
import { drawingToPng, needDrawingToPng } from "../node/drawing-to-png.js";
import { askedOf } from "../panels/asked.js";
import type { Panel, TablePanel } from "../panels/report.js";
import type { Dataset } from "../src/data/dataset.js";
import { checkEnding } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export const PICTURE_ENDINGS = [".svg", ".png", ".html"];
/** Help of `--picture`, behind what it is of. */
export const PICTURE_KINDS = PICTURE_ENDINGS.join(", ").replace(/, (?=[^,]*$)/, " or ");

/**
 * @param pixels its panel may be one of pixels, of which a PNG needs nothing.
 * @throws UsageError for another ending; RangeError for a PNG of a drawing where there is nothing to make one.
 */
export async function checkPicture(path: string | undefined, { pixels = false } = {}): Promise<void> {
  if (path === undefined) return;
  checkEnding(path, PICTURE_ENDINGS, "--picture ");
  if (endingOf(path) === ".png" && !pixels) await needDrawingToPng(path);
}

/** The file, as its name says. */
export async function pictureFile(
  path: string,
  panel: Exclude<Panel, TablePanel>,
  { terminal, input, seed }: { terminal: Terminal; input: Pick<Dataset, "name" | "x">; seed?: number },
): Promise<string | Uint8Array> {
  if (endingOf(path) === ".html") {
    const { reportPage } = await import("../panels/report-page.js");
    return reportPage({
      title: panel.title,
      asked: askedOf(terminal.words, input, { seed }),
      sections: [{ heading: "Picture", panels: [panel] }],
      numbers: {},
    });
  }
  if (panel.kind === "image" && endingOf(path) === ".png") return panel.png;
  const { svgOf } = await import("../panels/picture-file.js");
  const svg = svgOf(panel);
  return endingOf(path) === ".svg" ? svg : drawingToPng(svg, path);
}

const endingOf = (path: string) => extname(path).toLowerCase();
