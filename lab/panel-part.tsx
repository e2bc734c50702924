/**
 * @file A panel on the page: its picture, what is to be seen on it, and its numbers as a table, which is made when it is looked at.
 */
import { useState } from "preact/hooks";
import { Drawing, tableOf } from "../panels/draw/panel.js";
import { dataAddress } from "../panels/draw/pixels.js";
import { Table } from "../panels/draw/table.js";
import type { Panel } from "../panels/report.js";
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

function Behind({ panel }: { readonly panel: Panel }) {
  const [open, setOpen] = useState(false);
  if (panel.kind === "image" && !panel.numbers) return null;
  const table = open ? tableOf(panel) : undefined;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Numbers of this picture</summary>
      {table && (
        <Table
          title={`Numbers of: ${table.title}`}
          columns={table.columns}
          rows={table.rows}
          mostLines={200}
        />
      )}
    </details>
  );
}
