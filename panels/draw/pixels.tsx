/**
 * @file A picture of pixels within a drawing, and as an address that holds it itself.
 */
import type { ImagePanel } from "../report.js";
import { Caption, captionHeight, Picture, round, WIDTH } from "./frame.js";
import type { PictureOptions } from "./scatter.js";

const MARGIN = 10;
/** Places of width and height in a PNG file. */
const WIDTH_AT = 16;
const HEIGHT_AT = 20;

export function Pixels({ panel, id, standalone }: { panel: ImagePanel } & PictureOptions) {
  const { png, caption = "" } = panel;
  const { width, height } = sizeOf(png);
  const shown = Math.min(WIDTH - 2 * MARGIN, width);
  const tall = round((shown * height) / width);
  return (
    <Picture {...{ id, standalone, panel }} height={tall + 6 + captionHeight(caption)}>
      <image x={(WIDTH - shown) / 2} y={4} width={shown} height={tall} href={dataAddress(png)} />
      <Caption text={caption} top={tall + 6} />
    </Picture>
  );
}

function sizeOf({ buffer, byteOffset, byteLength }: Uint8Array): { width: number; height: number } {
  const view = new DataView(buffer, byteOffset, byteLength);
  return { width: view.getUint32(WIDTH_AT), height: view.getUint32(HEIGHT_AT) };
}

/** `data:image/png;base64,…` */
export function dataAddress(png: Uint8Array): string {
  let text = "";
  for (let at = 0; at < png.length; at += 0x8000)
    text += String.fromCharCode(...png.subarray(at, at + 0x8000));
  return `data:image/png;base64,${btoa(text)}`;
}
