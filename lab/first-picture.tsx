/**
 * @file The first picture: digits and their principal components, computed when the lab was built, until something is learned here.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ImagePanel, ScatterPanel } from "../panels/report.js";
import { PanelPart } from "./panel-part.js";

/** Parts of it that the build keeps. */
export interface FirstPicture {
  /** Places of the rows, x and y in turn, 0 to 255 from the least to the greatest, in base64. */
  readonly codes: string;
  /** The least and the greatest x, and those of y. */
  readonly ranges: readonly (readonly [number, number])[];
  /** A digit for every row. */
  readonly labels: string;
  /** PNG in base64. */
  readonly sheet: string;
}

const panels = signal<{ readonly codes: ScatterPanel; readonly sheet: ImagePanel } | undefined>(undefined);

const bytesOf = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

async function fetchFirstPicture(): Promise<void> {
  if (panels.value) return;
  const response = await fetch("first-picture.json").catch(() => undefined);
  if (!response?.ok) return;
  const { codes, ranges, labels, sheet } = (await response.json()) as FirstPicture;
  const levels = bytesOf(codes);
  const place = (axis: 0 | 1) =>
    Float32Array.from(
      labels,
      (_, i) => ranges[axis]![0] + ((ranges[axis]![1] - ranges[axis]![0]) * levels[2 * i + axis]!) / 255,
    );
  panels.value = {
    codes: {
      kind: "scatter",
      title: "Codes of the digits by pca",
      see: "A point for every image at its first two principal components, colored by digit: computed when the lab was built, to look at while the runtime comes.",
      ...{ x: place(0), y: place(1), xName: "z1", yName: "z2" },
      color: { name: "digit", labels: [...labels] },
    },
    sheet: {
      kind: "image",
      title: "Digits by sixteen components",
      see: "In the first line images of the data, in the second what pca gives back of them, in the third the error.",
      png: bytesOf(sheet),
    },
  };
}

/** Nothing until it is there. */
export function FirstPicturePart() {
  useEffect(() => void fetchFirstPicture(), []);
  const found = panels.value;
  if (!found) return null;
  return (
    <>
      <PanelPart panel={found.sheet} id="first-images" />
      <PanelPart panel={found.codes} id="first-codes" />
    </>
  );
}
