/**
 * @file Latent: the codes of the data as a map, or two, to look at rows, to choose some, and to decode codes.
 */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { grouped, shownValue } from "../../panels/draw/words.js";
import { openedData } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { isHidden, Part } from "../hidden.js";
import { PanelPart } from "../panel-part.js";
import type { MapView, Tool } from "../scatter/map-view.js";
import { Scatter } from "../scatter/scatter.js";
import { change, settings } from "../store.js";
import { ContentsPart, ImagePart } from "./contents-part.js";
import * as state from "./latent-state.js";
import type { Slot } from "./latent-words.js";
import { PictureLegend } from "./legend-part.js";
import { MethodPart } from "./method-part.js";

const { shown, progress, color, columns, chosen, chosenCount, looked, hovered, decoded, made } = state;

const tool = signal<Tool>("pan");
/** Words on what is seen of a map. */
const seen = { a: signal(""), b: signal("") };
const painted = signal("");

/** The inputs. */
export function Controls() {
  const second = state.hasSecond();
  const told = columns.value;
  const marked = settings().color ?? told?.label ?? "";
  return (
    <>
      <MethodPart slot="a" title={second ? "First map" : "Map"} />
      <div class="option switch">
        <label for="second">a second map beside it</label>
        <input
          id="second"
          type="checkbox"
          checked={second}
          onChange={({ currentTarget }) => state.setSecond(currentTarget.checked)}
        />
      </div>
      {second && <MethodPart slot="b" title="Second map" />}
      {told && (
        <fieldset>
          <legend>Rows</legend>
          <div class="option">
            <label for="color">color</label>
            <select
              id="color"
              value={marked}
              onChange={({ currentTarget }) => change({ color: currentTarget.value })}
            >
              <option value="">none</option>
              {told.names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <ShownColumns names={told.names} />
        </fieldset>
      )}
    </>
  );
}

/** Columns that are shown of a row, to tick. */
function ShownColumns({ names }: { readonly names: readonly string[] }) {
  const ticked = state.shownColumns();
  const set = (name: string, isOn: boolean) => {
    const next = names.filter((one) => (one === name ? isOn : ticked.includes(one)));
    change({ columns: next.map((one) => one.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",") });
    if (looked.value) state.look(looked.value.slot, looked.value.point);
  };
  return (
    <details>
      <summary>
        Columns shown of a row ({ticked.length} of {names.length})
      </summary>
      <div class="ticks">
        {names.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={ticked.includes(name)}
              onChange={({ currentTarget }) => set(name, currentTarget.checked)}
            />{" "}
            <bdi>{name}</bdi>
          </label>
        ))}
      </div>
    </details>
  );
}

/** The maps, and what is told of rows. */
export function Panels() {
  const data = openedData.value;
  const second = state.hasSecond();
  useEffect(() => {
    state.takeData();
    if (data) state.beginMap("a");
  }, [data]);
  useEffect(() => {
    if (data && second) state.beginMap("b");
  }, [data, second]);
  const wanted = state.SLOTS.map(state.wantedOf);
  useEffect(() => state.settle("a"), [wanted[0]]);
  useEffect(() => {
    if (second) state.settle("b");
  }, [wanted[1], second]);
  const marked = settings().color;
  useEffect(() => state.takeColor(), [marked]);
  const slots: readonly Slot[] = second ? state.SLOTS : ["a"];
  const decodes = slots.some((slot) => shown[slot].value?.decodes);
  return (
    <>
      <ToolBar decodes={decodes} />
      <div class={second ? "maps two-maps" : "maps"}>
        {slots.map((slot) => (
          <MapPart key={slot} slot={slot} />
        ))}
      </div>
      <p class="small">
        Drag to move, turn the wheel or pinch to zoom, click a point to look at it and its nearest ones. Keys
        on a map: arrows, <kbd>+</kbd>, <kbd>−</kbd> and <kbd>0</kbd> move it; <kbd>Enter</kbd> looks at the
        point nearest to its middle, <kbd>n</kbd> and <kbd>p</kbd> go through its neighbors; <kbd>b</kbd>{" "}
        selects what is about the middle, <kbd>Esc</kbd> nothing. {painted.value}
      </p>
      <Part name="colors">{color.value && <PictureLegend />}</Part>
      <Part name="selection">
        <Selection slots={slots} />
      </Part>
      <Part name="row">
        <Looked />
      </Part>
      <Part name="decoder">
        {slots.map((slot) => (shown[slot].value?.decodes ? <Decoder key={slot} slot={slot} /> : null))}
      </Part>
      {slots.map((slot) => {
        const command = shown[slot].value?.command;
        return (
          command &&
          !isHidden("repeat") && (
            <CopyPart
              key={slot}
              title={`Copy as command${second ? `: ${shown[slot].value!.method}` : ""}`}
              text={command}
            />
          )
        );
      })}
    </>
  );
}

const TOOLS: readonly (readonly [Tool, string])[] = [
  ["pan", "Move"],
  ["lasso", "Lasso"],
  ["brush", "Brush"],
  ["decode", "Decode"],
];

function ToolBar({ decodes }: { readonly decodes: boolean }) {
  return (
    <fieldset class="tool-bar">
      <legend>Pointer</legend>
      {TOOLS.filter(([name]) => decodes || name !== "decode").map(([name, title]) => (
        <label key={name}>
          <input
            type="radio"
            name="tool"
            checked={tool.value === name}
            onChange={() => {
              tool.value = name;
            }}
          />{" "}
          {title}
        </label>
      ))}
    </fieldset>
  );
}

/** Cells of a decoded row that stand over the map; all stand under it. */
const ANSWERED_CELLS = 8;
const NO_PLACES = new Float32Array();

function MapPart({ slot }: { readonly slot: Slot }) {
  const map = shown[slot].value;
  const view = useRef<MapView>(undefined);
  const k = map?.latentDim ?? 2;
  const dims = state.dimsOf(slot, k);
  const [i, j] = dims;
  const places = useMemo(() => (map ? placesOf(map.codes, k, i, j) : NO_PLACES), [map?.codes, k, i, j]);
  const colors = color.value;
  const groups = useMemo(
    () => (map && colors ? gathered(colors.groups, map.rows) : new Uint8Array(places.length / 2)),
    [map?.rows, colors, places.length],
  );
  const mask = chosen.value;
  const own = useMemo(() => (map && mask ? gathered(mask, map.rows) : undefined), [map?.rows, mask]);
  const at = looked.value;
  const path = made.value?.slot === slot ? made.value.path : undefined;
  const marks = useMemo(() => {
    const rowAt = at && shown[at.slot].value?.rows[state.lookedPoint(at)];
    const here =
      at?.slot === slot ? state.lookedPoint(at) : rowAt === undefined ? -1 : (map?.rows.indexOf(rowAt) ?? -1);
    return {
      current: here >= 0 ? here : undefined,
      near: at?.slot === slot ? at.near.points : [],
      path: path ? placesOf(path, k, i, j) : [],
    };
  }, [at, path, map?.rows, slot, k, i, j]);
  useEffect(() => {
    if (marks.current !== undefined && at) view.current?.reveal(marks.current);
  }, [marks.current]);
  const name = map ? `${map.method}${map.seed === undefined ? "" : `, seed ${map.seed}`}` : "";
  const busy = progress[slot].value;
  const axes = map?.names ?? [];
  return (
    <figure class="map-figure">
      <h2 class="title">{name || (busy === undefined ? "No map yet" : "Map")}</h2>
      <p class="small" role="status">
        {busy === undefined ? countText(map) : `${busy[0]!.toUpperCase()}${busy.slice(1)}.`}
      </p>
      <div class="map-frame">
        <Scatter
          label={`Map of the codes, ${name}`}
          places={places}
          equalUnits={k > 1}
          groups={groups}
          gray={colors?.gray ?? 255}
          scale={colors?.range !== undefined}
          chosen={own}
          marks={marks}
          tool={tool.value}
          onMap={(made) => {
            view.current = made;
          }}
          ears={{
            hover: (point, x, y) =>
              state.hover({ slot, row: point === undefined ? undefined : map?.rows[point], x, y }),
            pick: (point) => state.look(slot, point),
            choose: (points, adds) => state.choose(slot, points, adds),
            clear: () => {
              chosen.value = undefined;
            },
            step: state.stepNear,
            place: (x, y) => state.decodeAt({ slot, x, y }),
            seen: ({ x, y, points }) => {
              const ends = ([low, high]: readonly [number, number]) =>
                `${shownValue(low)} to ${shownValue(high)}`;
              seen[slot].value =
                `Across ${axes[i] ?? `z${i + 1}`}, ${ends(x)}; upwards ${k > 1 ? (axes[j] ?? `z${j + 1}`) : "the row"}, ${ends(y)}; ${grouped(points)} points in sight.`;
            },
            painted: (painter, milliseconds) => {
              const took = Object.entries(milliseconds).map(([one, time]) => `${one} ${time.toFixed(1)} ms`);
              painted.value = `Drawn by ${painter} (a frame: ${took.join(", ")}).`;
            },
          }}
        />
        {hovered.value?.slot === slot && tool.value !== "decode" && <Tip />}
        {decoded.value?.slot === slot && tool.value === "decode" && (
          <div class="tip answer" role="status">
            <ContentsPart contents={decoded.value.contents} most={ANSWERED_CELLS} />
            <p class="small">decoded in {decoded.value.milliseconds.toFixed(0)} ms</p>
          </div>
        )}
        <div class="zoom">
          <button type="button" aria-label={`Zoom in: ${name}`} onClick={() => view.current?.zoom(1.5)}>
            +
          </button>
          <button type="button" aria-label={`Zoom out: ${name}`} onClick={() => view.current?.zoom(1 / 1.5)}>
            −
          </button>
          <button type="button" aria-label={`Show all: ${name}`} onClick={() => view.current?.reset()}>
            ⤢
          </button>
        </div>
      </div>
      <figcaption>{seen[slot].value}</figcaption>
      {map?.notes?.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </figure>
  );
}

function countText(map: state.ShownMap | undefined): string {
  if (!map) return "";
  const count = map.rows.length === map.rowsInAll ? "" : ` of ${grouped(map.rowsInAll)}`;
  const took = map.seconds === undefined ? "" : `, made in ${map.seconds.toFixed(1)} s`;
  return `${grouped(map.rows.length)}${count} rows${took}.`;
}

/** Entries of rows, in the order of the points. */
function gathered(all: Uint8Array, rows: Uint32Array): Uint8Array {
  const out = new Uint8Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = all[rows[i]!]!;
  return out;
}

/** Places of codes by two of their numbers; of codes of one number, upwards by the row. */
function placesOf(codes: Float32Array, k: number, i: number, j: number): Float32Array {
  const places = new Float32Array((2 * codes.length) / k);
  for (let point = 0; point < places.length / 2; point++) {
    places[2 * point] = codes[point * k + i]!;
    places[2 * point + 1] = k > 1 ? codes[point * k + j]! : point;
  }
  return places;
}

/** Row under the pointer, beside it. */
function Tip() {
  const tip = useRef<HTMLDivElement>(null);
  const { x, y, contents } = hovered.value!;
  useEffect(() => {
    const { style, offsetWidth, offsetHeight, parentElement } = tip.current!;
    const { clientWidth, clientHeight } = parentElement!;
    style.left = `${x + 16 + offsetWidth > clientWidth ? Math.max(0, x - offsetWidth - 16) : x + 16}px`;
    style.top = `${Math.max(0, Math.min(clientHeight - offsetHeight, y - 8))}px`;
  }, [x, y, contents]);
  return (
    <div class="tip" ref={tip} aria-hidden="true">
      <ContentsPart contents={contents} />
    </div>
  );
}

/** Rows that are chosen: how many, of which color, and files of them. */
function Selection({ slots }: { readonly slots: readonly Slot[] }) {
  const map = shown.a.value;
  const count = chosenCount.value;
  const colors = color.value;
  const named = colors?.names;
  const lines = useMemo(() => {
    if (!colors || !named || !chosen.value) return [];
    const counts = named.map(() => [0, 0] as [number, number]);
    chosen.value.forEach((one, row) => {
      const line = counts[colors.groups[row]!]!;
      line[1]++;
      if (one) line[0]++;
    });
    return counts
      .map(([own, all], group) => [named[group]!, own, all, all > 0 ? own / all : 0] as const)
      .filter(([, own]) => own > 0);
  }, [colors, chosen.value]);
  if (!map) return null;
  const all = openedData.value?.rows ?? 0;
  return (
    <section class="panel">
      <h2>Selection</h2>
      <p role="status">
        {count === 0 ? "No rows are selected." : `${grouped(count)} of ${grouped(all)} rows are selected.`}
      </p>
      <div class="tools">
        <button
          type="button"
          disabled={count === 0}
          onClick={() => {
            chosen.value = undefined;
          }}
        >
          Clear
        </button>
        <button type="button" onClick={() => state.exportRows("rows", "a")}>
          Download {count === 0 ? "all rows" : "these rows"} as CSV
        </button>
        {slots.map((slot) => (
          <button
            type="button"
            key={slot}
            disabled={!shown[slot].value}
            onClick={() => state.exportRows("codes", slot)}
          >
            Download {count === 0 ? "all" : "their"} codes
            {slots.length > 1 ? ` of the ${slot === "a" ? "first" : "second"} map` : ""}
          </button>
        ))}
      </div>
      {lines.length > 0 && (
        <PanelPart
          id="selection"
          panel={{
            ...{ kind: "table", title: `Selected rows by ${colors!.column}` },
            see: "Selected rows of each, all there are, and the share.",
            columns: [colors!.column, "selected", "rows", "share"],
            rows: lines,
          }}
        />
      )}
    </section>
  );
}

/** The row that is looked at, and its neighbors by code. */
function Looked() {
  const at = looked.value;
  const contents = state.lookedContents.value;
  if (!at || !contents) return null;
  const { near, step, slot } = at;
  const row = (one: number) => contents.cells[one]?.[0] ?? "";
  const map = shown[slot].value!;
  return (
    <section class="panel">
      <h2>Row {row(step + 1)}</h2>
      <p class="small" role="status">
        {step < 0
          ? `Row ${row(0)}, with its ${near.points.length} nearest by code (${map.method}).`
          : `Neighbor ${step + 1} of row ${row(0)}, at distance ${shownValue(near.distances[step]!)}.`}
      </p>
      <ContentsPart contents={contents} at={step + 1} />
      <div class="tools">
        <button type="button" disabled={step < 0} onClick={() => state.stepNear(-1)}>
          Previous (p)
        </button>
        <button type="button" disabled={step >= near.points.length - 1} onClick={() => state.stepNear(1)}>
          Next nearest (n)
        </button>
        <button
          type="button"
          onClick={() =>
            state.chooseRows(
              [at.point, ...near.points].map((point) => map.rows[point]!),
              true,
            )
          }
        >
          Select it and its neighbors
        </button>
      </div>
      {contents.images && (
        <div class="images">
          {contents.images.map((image, one) => (
            <ImagePart key={`${row(one)}`} image={image} name={`Image of row ${row(one)}`} />
          ))}
        </div>
      )}
      <PanelPart
        id="neighbors"
        panel={{
          ...{
            kind: "table",
            title: "Nearest by code",
            see: "Nearest first, with the distance of the codes.",
          },
          columns: ["distance", ...contents.columns],
          rows: contents.cells.slice(1).map((cells, one) => [near.distances[one], ...cells]),
        }}
      />
    </section>
  );
}

/** Rows to walk between, as they are typed; the first two on the map where nothing is. */
const walkEnds = signal<readonly [string, string]>(["", ""]);

/** Codes that are decoded: at the pointer, between two rows, on a grid. */
function Decoder({ slot }: { readonly slot: Slot }) {
  const found = decoded.value?.slot === slot && decoded.value;
  const { rows } = shown[slot].value!;
  const [from, to] = walkEnds.value.map((typed, end) => typed || String((rows[end] ?? 0) + 1)) as [
    string,
    string,
  ];
  const picked = state.lookedContents.value?.cells[0]?.[0];
  return (
    <section class="panel">
      <h2>Decoder: {shown[slot].value!.method}</h2>
      <p class="small">
        Choose <em>Decode</em> above and move over the map, or use its arrow keys: the decoder answers with
        the row of that code
        {shown[slot].value!.latentDim > 2
          ? "; its other numbers are those of the row looked at, or means"
          : ""}
        .
      </p>
      {found && (
        <div class="decoded">
          <ContentsPart contents={found.contents} />
        </div>
      )}
      <div class="walk">
        {([0, 1] as const).map((end) => (
          <label key={end}>
            {end === 0 ? "from row" : "to row"}
            <input
              type="number"
              min="1"
              max={openedData.value?.rows}
              value={end === 0 ? from : to}
              onChange={({ currentTarget }) => {
                walkEnds.value = end === 0 ? [currentTarget.value, to] : [from, currentTarget.value];
              }}
            />
          </label>
        ))}
        {picked !== undefined && (
          <button
            type="button"
            onClick={() => {
              walkEnds.value = [to, picked];
            }}
          >
            Take row {picked}
          </button>
        )}
        <button type="button" onClick={() => state.walk(slot, Number(from) - 1, Number(to) - 1)}>
          Walk between them
        </button>
        <button type="button" onClick={() => state.decodeGrid(slot)}>
          Grid of codes
        </button>
      </div>
      {made.value?.slot === slot &&
        made.value.panels.map((panel, at) => <PanelPart key={panel.title} panel={panel} id={`made-${at}`} />)}
    </section>
  );
}
