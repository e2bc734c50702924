/**
 * @file Contents of rows on the page: an image, and cells by their columns.
 */
import { useEffect, useRef } from "preact/hooks";
import type { RowContents, RowImage } from "./latent-words.js";

/** An image, drawn as large as the style says. */
export function ImagePart({ image, name }: { readonly image: RowImage; readonly name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = image;
  useEffect(() => {
    canvas.current!.getContext("2d")!.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [image]);
  return <canvas class="row-image" ref={canvas} width={width} height={height} role="img" aria-label={name} />;
}

export interface ContentsProps {
  readonly contents: RowContents;
  /** Place of the row among them. Default 0. */
  readonly at?: number;
  /** Cells at most. Default: all. */
  readonly most?: number;
}

/** One of the rows: its image, and its cells as a list. */
export function ContentsPart({ contents, at = 0, most }: ContentsProps) {
  const image = contents.images?.[at];
  const cells = (contents.cells[at] ?? []).slice(0, most);
  return (
    <div class="contents">
      {image && (
        <ImagePart
          image={image}
          name={cells[0] === undefined ? "Image that was decoded" : `Image of row ${cells[0]}`}
        />
      )}
      {cells.length > 0 && (
        <dl>
          {cells.map((cell, j) => (
            <div key={contents.columns[j]}>
              <dt>{contents.columns[j]}</dt>
              <dd>{cell === "" ? "–" : cell}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
