/**
 * @file Data to choose: embedded, dropped, chosen from this machine, or the file that the command was given.
 */

import { embeddedNames, failure, openedData } from "./client.js";
import { ColumnsPart } from "./columns-part.js";
import { chosenFolder, dropped } from "./folder-files.js";
import { PanelPart } from "./panel-part.js";
import { open } from "./runs.js";
import { settings } from "./store.js";

/** A file that the command serves. */
export interface ServedFile {
  readonly name: string;
  readonly address: string;
}

export function DataPart({ served }: { readonly served: ServedFile | undefined }) {
  const data = openedData.value;
  const name = settings().data ?? "";
  const embedded = embeddedNames.value;
  const own = !embedded.includes(name) && name !== served?.name ? [name] : [];
  return (
    <details class="box" open={!data}>
      <summary>
        Data: <bdi>{name}</bdi>
        {data
          ? `, ${data.rows.toLocaleString("en")} rows of ${data.columns.toLocaleString("en")} numbers`
          : ""}
      </summary>
      <div class="option">
        <label for="data">data</label>
        <select
          id="data"
          value={name}
          onChange={({ currentTarget: { value } }) => {
            if (value === served?.name) open({ kind: "served", ...served });
            else if (embedded.includes(value)) open({ kind: "embedded", name: value });
          }}
        >
          {own.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
          {served && <option value={served.name}>{served.name}</option>}
          {embedded.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <div class="option">
        <label for="file">a file of yours</label>
        <input
          id="file"
          type="file"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file) open({ kind: "file", file });
          }}
        />
        <small>CSV, Parquet, npy, IDX, JSON lines; or drop it anywhere. It stays in this tab.</small>
      </div>
      <div class="option">
        <label for="folder">a folder of images</label>
        <input
          id="folder"
          type="file"
          {...{ webkitdirectory: true }}
          onChange={({ currentTarget }) => {
            const source = chosenFolder(currentTarget.files!);
            if (source) open(source);
          }}
        />
        <small>PNG, JPEG, PGM, PPM of one size; folders in it are labels. Or drop it anywhere.</small>
      </div>
      {data && (
        <>
          {data.labelName !== undefined && (
            <p class="small">Colors are those of the column {data.labelName}.</p>
          )}
          {data.table && <ColumnsPart columns={data.table} />}
          <details>
            <summary>{data.section.heading}</summary>
            {data.section.text && <p class="small">{data.section.text}</p>}
            {data.section.panels.map((panel) => (
              <PanelPart key={panel.title} panel={panel} id="columns" />
            ))}
          </details>
        </>
      )}
    </details>
  );
}

/** Opens the file or the folder that is dropped anywhere on the page. */
export function takeDrops(): void {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer) return;
    dropped(event.dataTransfer).then(
      (source) => source && open(source),
      (error: Error) => {
        failure.value = error.message;
      },
    );
  });
}
