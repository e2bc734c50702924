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

/** One of the rows: its image, and its cells as a list. */
export function ContentsPart({ contents, at = 0 }: { readonly contents: RowContents; readonly at?: number }) {
  const image = contents.images?.[at];
  const cells = contents.cells[at] ?? [];
  return (
    <div class="contents">
      {image && <ImagePart image={image} name={`Image of row ${cells[0] ?? ""}`.trim()} />}
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
