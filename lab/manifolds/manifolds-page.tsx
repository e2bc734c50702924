/**
 * @file Manifolds: a rolled sheet in space beside maps of it, t-SNE step by step, and a grid of perplexities and seeds.
 */
import { batch, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { SCALE_STEPS } from "../../panels/draw/palette.js";
import { shownValue } from "../../panels/draw/words.js";
import { openedData, runtimeReady, work } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { isHidden, Part } from "../hidden.js";
import { OptionInput } from "../option-input.js";
import { PanelPart } from "../panel-part.js";
import type { DescribedOption } from "../protocol.js";
import { isStill } from "../scatter/scatter.js";
import { StillMap } from "../scatter/still-map.js";
import { change, choices, settings } from "../store.js";
import type { ManifoldsAsked, ManifoldsTold, MapName, Surface } from "./manifolds-words.js";
import type { Turn } from "./projected.js";
import { SpacePart } from "./space-part.js";

type Told<K extends ManifoldsTold["kind"]> = Extract<ManifoldsTold, { kind: K }>;
type Cell = Told<"cell">;

const surface = signal<Told<"surface"> | undefined>(undefined);
const maps = signal<Readonly<Partial<Record<MapName, Told<"map"> | Told<"frame">>>>>({});
/** Places of t-SNE on its way, and the one that is shown; the last where none is said. */
const frames = signal<readonly { readonly iteration: number; readonly places: Float32Array }[]>([]);
const shownFrame = signal<number | undefined>(undefined);
const playing = signal(false);
const cells = signal<ReadonlyMap<string, Cell>>(new Map());
const progress = signal<string | undefined>(undefined);
const turn = signal<Turn>({ around: 0.5, above: 0.35 });

const TITLES: Readonly<Record<MapName, string>> = {
  isomap: "Isomap",
  locallyLinearEmbedding: "Locally linear embedding",
  tsne: "t-SNE",
};
const NAMES = Object.keys(TITLES) as readonly MapName[];
const FIRST = {
  roll: "swiss-roll",
  rows: "1500",
  noise: "0",
  nNeighbors: "10",
  perplexity: "30",
  seed: "1",
  perplexities: "5,30,100",
  seeds: "1,2,3",
  maxIter: "500",
};
const said = (name: keyof typeof FIRST) => settings()[name] ?? FIRST[name];

const option = (
  name: keyof typeof FIRST,
  help: string,
  want: string,
  choices?: readonly string[],
): DescribedOption => ({
  ...{ name, help, want, choices, default: FIRST[name], required: false, isSwitch: false },
});
const OF_THE_SURFACE = [
  option(
    "roll",
    "the surface; data are the three columns that are open",
    "one of swiss-roll, s-curve, data",
    ["swiss-roll", "s-curve", "data"],
  ),
  option("rows", "points on it", "an integer from 50 to 3000"),
  option("noise", "standard deviation of normal noise on every coordinate", "a number ≥ 0"),
];
const OF_THE_MAPS = [
  option("nNeighbors", "neighbors of a row, for Isomap and locally linear embedding", "an integer ≥ 1"),
  option("perplexity", "neighbors of a row for t-SNE, smoothly counted", "a number > 1"),
  option("seed", "seed of all that is random", "an integer ≥ 0"),
];
const OF_THE_GRID = [
  option("perplexities", "those of the lines of the grid", "numbers > 1 between commas"),
  option("seeds", "those of its columns", "integers ≥ 0 between commas"),
  option("maxIter", "steps of each map", "an integer ≥ 1"),
];

/** Milliseconds that a setting has to stand before maps are made by it. */
const SETTLED = 250;
let stop = () => {};
/** Settings that the maps are of. */
let madeOf: string | undefined;

function surfaceAsked(): Surface {
  return { roll: said("roll") as Surface["roll"], rows: Number(said("rows")), noise: Number(said("noise")) };
}

function begin(asked: ManifoldsAsked): void {
  stop();
  // Answers to an earlier question are not heard.
  let current = true;
  progress.value = "beginning";
  const end = work(
    "manifolds",
    asked,
    (told) => {
      if (current) hear(told);
    },
    () => {
      if (current) progress.value = undefined;
    },
  );
  stop = () => {
    current = false;
    progress.value = undefined;
    end();
  };
}

function hear(told: ManifoldsTold): void {
  switch (told.kind) {
    case "surface": {
      surface.value = told;
      return;
    }
    case "progress":
      progress.value = told.text;
      return;
    case "frame":
      if (told.method === "tsne")
        frames.value = [...frames.value, { iteration: told.iteration!, places: told.places }];
      if (!isStill()) maps.value = { ...maps.value, [told.method]: told };
      return;
    case "map":
      maps.value = { ...maps.value, [told.method]: told };
      return;
    case "cell":
      cells.value = new Map(cells.value).set(keyOf(told.perplexity, told.seed), told);
  }
}

const keyOf = (perplexity: string, seed: number) => `${perplexity} ${seed}`;
const wholes = (text: string) => text.split(",").map((one) => Math.max(0, Math.round(Number(one)) || 0));

function makeMaps(): void {
  madeOf = wantedSettings();
  batch(() => {
    maps.value = {};
    frames.value = [];
    shownFrame.value = undefined;
    playing.value = false;
    cells.value = new Map();
  });
  const [seed = 0] = wholes(said("seed"));
  begin({
    ...{ kind: "maps", surface: surfaceAsked(), seed },
    ...{ nNeighbors: said("nNeighbors"), perplexity: said("perplexity"), choices: choices() },
  });
}

function makeGrid(): void {
  cells.value = new Map();
  begin({
    ...{ kind: "grid", surface: surfaceAsked(), maxIter: said("maxIter") },
    ...{ perplexities: perplexitiesSaid(), seeds: wholes(said("seeds")) },
  });
}

const perplexitiesSaid = () =>
  said("perplexities")
    .split(",")
    .map((one) => one.trim());

/** Settings by which maps are made anew where they change. */
function wantedSettings(): string {
  const texts = [...OF_THE_SURFACE, ...OF_THE_MAPS].map(({ name }) => said(name as keyof typeof FIRST));
  return [...texts, said("roll") === "data" ? openedData.value?.fingerprint : ""].join(" ");
}

/** The inputs. */
export function Controls() {
  const inputs = (options: readonly DescribedOption[]) =>
    options.map((one) => (
      <OptionInput
        key={one.name}
        option={one}
        value={settings()[one.name]}
        onChange={(value) => change({ [one.name]: value ?? (one.name === "seed" ? FIRST.seed : undefined) })}
      />
    ));
  const busy = progress.value !== undefined;
  return (
    <>
      <fieldset>
        <legend>Surface</legend>
        {inputs(OF_THE_SURFACE)}
      </fieldset>
      <fieldset>
        <legend>Maps</legend>
        {inputs(OF_THE_MAPS)}
      </fieldset>
      <details class="options">
        <summary>Grid of perplexities and seeds</summary>
        {inputs(OF_THE_GRID)}
      </details>
      <div class="tools">
        {busy && (
          <button type="button" class="main" onClick={() => stop()}>
            Stop
          </button>
        )}
        <button type="button" disabled={busy} onClick={makeMaps}>
          Make the maps again
        </button>
      </div>
    </>
  );
}

/** The pictures. */
export function Panels() {
  const data = openedData.value;
  const wanted = wantedSettings();
  useEffect(() => {
    if (!runtimeReady.value || madeOf === wanted) return;
    if (said("roll") === "data" && !data) return;
    const timer = setTimeout(makeMaps, SETTLED);
    return () => clearTimeout(timer);
  }, [wanted, runtimeReady.value, data]);
  const positions = surface.value?.positions;
  const groups = useMemo(() => (positions ? stepsOf(positions) : new Uint8Array()), [positions]);
  if (!surface.value) return <p role="status">{progress.value ?? ""}</p>;
  const { points, name } = surface.value;
  const made = NAMES.flatMap((one) => {
    const map = maps.value[one];
    return map?.kind === "map" ? [map] : [];
  });
  return (
    <>
      <p role="status" class="small">
        {progress.value === undefined ? "" : `${progress.value}.`}
      </p>
      <div class="manifolds">
        <figure class="map-figure">
          <h2 class="title">{name} in space</h2>
          <SpacePart
            label={`${name} in space, which the arrow keys turn`}
            points={points}
            groups={groups}
            turn={turn.value}
            onTurn={(next) => {
              turn.value = next;
            }}
          />
          <figcaption>
            {points.length / 3} points, colored by their place along the sheet. Drag it, or use the arrow
            keys, to turn it.
          </figcaption>
        </figure>
        {NAMES.map((one) => (
          <MapFigure key={one} name={one} groups={groups} />
        ))}
      </div>
      {made.length > 0 && (
        <PanelPart
          id="manifold-numbers"
          panel={{
            ...{ kind: "table", title: "Numbers of the maps" },
            see: "Trustworthiness is 1 where all of the 10 nearest points on the map are near on the surface too. The correlation is that of distances on the map with those along the sheet, over all pairs: 1 where the sheet lies flat as it is.",
            columns: ["map", "trustworthiness", "correlation of distances", "seconds"],
            rows: made.map(({ method, quality, seconds }) => [
              ...[TITLES[method], quality.trustworthiness, quality.correlation],
              Number(seconds.toPrecision(3)),
            ]),
          }}
        />
      )}
      <Part name="grid">
        <Grid groups={groups} />
      </Part>
      {made.map(
        ({ method, command }) =>
          command &&
          !isHidden("repeat") && (
            <CopyPart key={method} title={`Copy as command: ${TITLES[method]}`} text={command} />
          ),
      )}
    </>
  );
}

function MapFigure({ name, groups }: { readonly name: MapName; readonly groups: Uint8Array }) {
  const map = maps.value[name];
  const moves = name === "tsne" && frames.value.length > 0;
  const at = shownFrame.value;
  const shown = moves && at !== undefined ? frames.value[at]! : map;
  if (!shown || isHidden(name)) return null;
  const iteration = shown.iteration;
  return (
    <figure class="map-figure">
      <h2 class="title">{TITLES[name]}</h2>
      <StillMap label={`Map by ${TITLES[name]}`} places={shown.places} groups={groups} diameter={4} />
      {moves && <Player />}
      <figcaption>
        {iteration === undefined ? "" : `Step ${iteration}. `}
        {map?.kind === "map" &&
          `Trustworthiness ${shownValue(map.quality.trustworthiness)}${
            map.quality.correlation === undefined
              ? ""
              : `, correlation of distances ${shownValue(map.quality.correlation)}`
          }${iteration === undefined ? "" : " at the end"}.`}
      </figcaption>
    </figure>
  );
}

/** Steps of t-SNE once more: a slider, and a button that moves it. */
function Player() {
  const count = frames.value.length;
  const at = shownFrame.value ?? count;
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      const next = (shownFrame.value ?? -1) + 1;
      if (next >= frames.value.length) {
        playing.value = false;
        shownFrame.value = undefined;
      } else shownFrame.value = next;
    }, 40);
    return () => clearInterval(timer);
  }, [playing.value]);
  return (
    <div class="player">
      <button
        type="button"
        onClick={() => {
          if (!playing.value && shownFrame.value === undefined) shownFrame.value = 0;
          playing.value = !playing.value;
        }}
      >
        {playing.value ? "Pause" : "Play"}
      </button>
      <input
        type="range"
        aria-label="Step of t-SNE"
        aria-valuetext={at < count ? `step ${frames.value[at]!.iteration}` : "the end"}
        min="0"
        max={count}
        value={at}
        onInput={({ currentTarget }) => {
          const value = Number(currentTarget.value);
          playing.value = false;
          shownFrame.value = value < count ? value : undefined;
        }}
      />
    </div>
  );
}

/** Maps by t-SNE of every perplexity with every seed. */
function Grid({ groups }: { readonly groups: Uint8Array }) {
  const [perplexities, seeds] = [perplexitiesSaid(), wholes(said("seeds"))];
  const known = cells.value;
  const done = [...known.values()].filter(({ quality }) => quality !== undefined);
  return (
    <section class="panel">
      <h2>Perplexity and seed</h2>
      <p class="small">
        t-SNE from random places, a line for every perplexity and a column for every seed: what differs within
        a line is chance, what differs between lines is the question that was asked.
      </p>
      <div class="tools">
        <button type="button" disabled={progress.value !== undefined} onClick={makeGrid}>
          Make {perplexities.length * seeds.length} maps
        </button>
      </div>
      {known.size > 0 && (
        <div class="multiples">
          {perplexities.map((perplexity) => (
            <div class="line" key={perplexity}>
              {seeds.map((seed) => {
                const cell = known.get(keyOf(perplexity, seed));
                return (
                  <figure key={seed}>
                    {cell ? (
                      <StillMap
                        label={`t-SNE, perplexity ${perplexity}, seed ${seed}`}
                        places={cell.places}
                        groups={groups}
                        diameter={2}
                      />
                    ) : (
                      <div class="still-map" />
                    )}
                    <figcaption>
                      perplexity {perplexity}, seed {seed}
                      {cell?.iteration === undefined ? "" : `: step ${cell.iteration}`}
                    </figcaption>
                  </figure>
                );
              })}
            </div>
          ))}
        </div>
      )}
      {done.length > 0 && (
        <PanelPart
          id="grid-numbers"
          panel={{
            ...{ kind: "table", title: "Numbers of the grid" },
            see: "A line for every map. Divergences of one perplexity can be compared, those of two cannot.",
            columns: ["perplexity", "seed", "divergence", "trustworthiness", "correlation of distances"],
            rows: done.map(({ perplexity, seed, klDivergence, quality }) => [
              ...[Number(perplexity), seed, klDivergence, quality!.trustworthiness, quality!.correlation],
            ]),
          }}
        />
      )}
    </section>
  );
}

/** Steps of the scale of colors, from the least position to the greatest. */
function stepsOf(positions: Float32Array): Uint8Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of positions) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const factor = high > low ? SCALE_STEPS / (high - low) : 0;
  return Uint8Array.from(positions, (value) => Math.min(SCALE_STEPS - 1, Math.floor((value - low) * factor)));
}
