/**
 * @file A panel on the page: its picture, what is to be seen on it, and its numbers as a table, which is made when it is looked at.
 */
import { useRef, useState } from "preact/hooks";
import { Drawing, tableOf } from "../panels/draw/panel.js";
import { dataAddress } from "../panels/draw/pixels.js";
import { Table } from "../panels/draw/table.js";
import type { Panel } from "../panels/report.js";
import { save } from "./client.js";
import { isHidden } from "./hidden.js";

/** Points that are drawn anew some times a second. */
const MOST_POINTS = 2000;

/** @param id its name in `hide=`, too. */
export function PanelPart({ panel, id }: { readonly panel: Panel; readonly id: string }) {
  if (isHidden(id)) return null;
  if (panel.kind === "table")
    return (
      <section class="panel">
        <h2 class="title">{panel.title}</h2>
        <p class="small">{panel.see}</p>
        <Table {...panel} />
      </section>
    );
  return (
    <figure class="panel">
      {panel.kind === "image" ? (
        <>
          <h2 class="title">{panel.title}</h2>
          <img class="pixels" alt={`${panel.title}: ${panel.see}`} src={dataAddress(panel.png)} />
        </>
      ) : (
        <Drawing panel={panel} id={id} mostPoints={MOST_POINTS} />
      )}
      <figcaption>
        {[panel.see, panel.kind === "image" ? panel.caption : ""].filter(Boolean).join(" ")}
      </figcaption>
      <Behind panel={panel} />
    </figure>
  );
}

/** Numbers of a picture, and the picture as a file. */
function Behind({ panel }: { readonly panel: Panel }) {
  const [open, setOpen] = useState(false);
  const own = useRef<HTMLDetailsElement>(null);
  const table = open && !(panel.kind === "image" && !panel.numbers) ? tableOf(panel) : undefined;
  return (
    <details ref={own} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {panel.kind === "image" && !panel.numbers ? "This picture" : "Numbers of this picture"}
      </summary>
      {table && (
        <Table
          title={`Numbers of: ${table.title}`}
          columns={table.columns}
          rows={table.rows}
          mostLines={200}
        />
      )}
      {open && (
        <button type="button" onClick={() => keepPicture(panel, own.current!.closest("figure")!)}>
          Download the picture
        </button>
      )}
    </details>
  );
}

/** Gives the picture as a file: pixels as PNG, a drawing as SVG, as it stands on the page. */
function keepPicture(panel: Panel, figure: HTMLElement): void {
  const stem = panel.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "picture";
  if (panel.kind === "image") {
    save(`${stem}.png`, panel.png as Uint8Array<ArrayBuffer>);
    return;
  }
  const drawing = figure.querySelector("svg")!;
  // Colors stand in the drawing itself; without its classes no style of a page is wanted.
  save(`${stem}.svg`, new TextEncoder().encode(new XMLSerializer().serializeToString(drawing)));
}
