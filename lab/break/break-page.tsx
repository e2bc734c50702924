/**
 * @file Break it: an image of which a part is painted out, and what models put in its place.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shownValue } from "../../panels/draw/words.js";
import { failure, openedData, work } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { isHidden, Part } from "../hidden.js";
import { PanelPart } from "../panel-part.js";
import { change, settings } from "../store.js";
import type { Filled, Prepared, Score } from "./break-words.js";
import { holeOfText, textOfHole } from "./hole.js";
import { Painting, Pixels, type Shown } from "./pixels-part.js";

type Brush = "paint out" | "show again" | "draw";
const BRUSHES: readonly Brush[] = ["paint out", "show again", "draw"];
/** Width of the brush, as a share of the image. */
const BRUSH = 0.15;
/** Milliseconds without a stroke until the numbers are read out. */
const QUIET = 700;

const progress = signal<{ readonly text: string; readonly share: number } | undefined>(undefined);
const prepared = signal<Prepared | undefined>(undefined);
const filled = signal<Filled | undefined>(undefined);
const scores = signal<readonly Score[]>([]);
const hidden = signal(new Uint8Array());
/** Pixels that were drawn by hand, in place of a row. */
const drawn = signal<Float32Array | undefined>(undefined);
const brush = signal<Brush>("paint out");
const spoken = signal("");

/** Data and seed that the models are fitted to: others want other models. */
let preparedFor = "";
let stop = () => {};
/** A question is on its way that has no answer yet. */
let waiting = false;
/** True where what is seen has changed since it was asked for. */
let stale = false;

const seedOf = () => Math.max(0, Math.round(Number(settings().seed ?? "")) || 0);
const noiseOf = () => Math.min(1, Math.max(0, Number(settings().noise ?? "") || 0));
/** The row, from 0. */
const rowOf = () => Math.round(Number(settings().row ?? "")) - 1;

function prepare(): void {
  const { name = "", fingerprint = "" } = openedData.value ?? {};
  const wanted = `${name} ${fingerprint} ${seedOf()}`;
  if (preparedFor === wanted) {
    refill();
    return;
  }
  stop();
  preparedFor = wanted;
  waiting = false;
  prepared.value = undefined;
  filled.value = undefined;
  scores.value = [];
  drawn.value = undefined;
  brush.value = "paint out";
  progress.value = { text: "Beginning", share: 0 };
  stop = work(
    "break",
    { kind: "prepare", seed: seedOf() },
    (told) => {
      if (told.kind === "progress") progress.value = told;
      if (told.kind !== "prepared") return;
      const { height, width, heldOut, rows } = told.prepared;
      prepared.value = told.prepared;
      const row = rowOf();
      if (!(row >= 0 && row < rows)) change({ row: String(heldOut[0]! + 1) });
      hidden.value = holeOfText(settings().hole ?? "", height * width);
      refill();
    },
    () => {
      progress.value = undefined;
      if (!prepared.value) preparedFor = "";
    },
  );
}

/** Asks for what is seen now; while an answer is awaited, once it is there. */
function refill(): void {
  const known = prepared.value;
  if (!known) return;
  stale = waiting;
  if (waiting) return;
  waiting = true;
  stop();
  stop = work(
    "break",
    {
      kind: "fill",
      seed: seedOf(),
      image: drawn.value ?? rowOf(),
      hidden: hidden.value.slice(),
      noise: noiseOf(),
    },
    (told) => {
      // The data were opened anew: the models are fitted once more.
      if (told.kind === "progress") progress.value = told;
      if (told.kind === "scored") scores.value = told.scores;
      if (told.kind !== "filled") return;
      progress.value = undefined;
      filled.value = told.filled;
      waiting = false;
      if (stale) refill();
    },
    () => {
      waiting = false;
      if (stale) refill();
    },
  );
}

function paint(x: number, y: number): void {
  const { height, width, channels, low, high } = prepared.value!;
  const radius = Math.max(0.5, (BRUSH * Math.max(height, width)) / 2);
  const size = height * width;
  const draws = brush.value === "draw";
  const holes = hidden.value.slice();
  const pixels = draws ? (drawn.value ?? new Float32Array(channels * size).fill(low)).slice() : undefined;
  for (let line = 0; line < height; line++)
    for (let column = 0; column < width; column++) {
      const away = Math.hypot(column + 0.5 - x, line + 0.5 - y);
      const at = line * width + column;
      if (pixels) {
        // Soft at its edge, as images of pens are.
        const ink = low + (high - low) * Math.max(0, Math.min(1, 1.3 - away / (2 * radius)));
        for (let c = 0; c < channels; c++) pixels[c * size + at] = Math.max(pixels[c * size + at]!, ink);
      } else if (away <= radius || (Math.floor(x) === column && Math.floor(y) === line))
        holes[at] = brush.value === "paint out" ? 1 : 0;
    }
  if (pixels) drawn.value = pixels;
  else hidden.value = holes;
  refill();
}

/** The hole stands in the address once the brush is lifted. */
function lift(): void {
  change({ hole: textOfHole(hidden.value) || undefined });
}

function hide(which: (line: number, column: number) => boolean): void {
  const { height, width } = prepared.value!;
  hidden.value = Uint8Array.from({ length: height * width }, (_, at) =>
    Number(which(Math.floor(at / width), at % width)),
  );
  lift();
  refill();
}

/** Another row that no model has learned from. */
function choose(by: 1 | -1): void {
  const { heldOut } = prepared.value!;
  const at = heldOut.indexOf(rowOf());
  const next = heldOut[(Math.max(at, by > 0 ? -1 : 0) + by + heldOut.length) % heldOut.length]!;
  chooseRow(next + 1);
}

function chooseRow(row: number): void {
  drawn.value = undefined;
  if (brush.value === "draw") brush.value = "paint out";
  change({ row: String(row) });
}

function chooseBrush(next: Brush): void {
  brush.value = next;
  const { height, width, channels, low } = prepared.value!;
  if (next !== "draw" || drawn.value) return;
  drawn.value = new Float32Array(channels * height * width).fill(low);
  hidden.value = new Uint8Array(height * width);
  lift();
  refill();
}

/** The inputs. */
export function Controls() {
  const known = prepared.value;
  const noise = noiseOf();
  return (
    <>
      <Part name="image">
        <fieldset>
          <legend>Image</legend>
          <div class="option">
            <label for="row">row</label>
            <input
              id="row"
              type="number"
              min={1}
              max={known?.rows}
              key={settings().row}
              defaultValue={settings().row}
              disabled={!known}
              onChange={({ currentTarget: { value } }) => {
                const row = Math.round(Number(value));
                if (known && row >= 1 && row <= known.rows) chooseRow(row);
              }}
            />
          </div>
          <div class="tools">
            <button type="button" disabled={!known} onClick={() => choose(-1)}>
              Previous
            </button>
            <button type="button" disabled={!known} onClick={() => choose(1)}>
              Next
            </button>
          </div>
          <p class="small">Rows that no model has learned from, one after the other.</p>
        </fieldset>
      </Part>
      <Part name="brush">
        <fieldset disabled={!known}>
          <legend>Brush</legend>
          {BRUSHES.map((one) => (
            <label key={one} class="one">
              <input
                type="radio"
                name="brush"
                checked={brush.value === one}
                onChange={() => chooseBrush(one)}
              />{" "}
              {one === "draw" ? "draw an image of your own" : one}
            </label>
          ))}
          <div class="tools">
            <button type="button" onClick={() => hide((_, column) => 2 * column >= (known?.width ?? 0))}>
              Hide the right half
            </button>
            <button type="button" onClick={() => hide(() => false)}>
              Show all
            </button>
            {drawn.value && (
              <button
                type="button"
                onClick={() => {
                  drawn.value = new Float32Array(drawn.value!.length).fill(known!.low);
                  refill();
                }}
              >
                Clear the drawing
              </button>
            )}
          </div>
        </fieldset>
      </Part>
      <Part name="noise">
        <fieldset>
          <legend>Noise</legend>
          <label for="noise">deviation of the noise, in shares of the gray levels: {noise}</label>
          <input
            id="noise"
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={noise}
            onInput={({ currentTarget }) => change({ noise: currentTarget.value })}
          />
          <div class="option">
            <label for="break-seed">seed</label>
            <input
              id="break-seed"
              type="number"
              min={0}
              key={settings().seed}
              defaultValue={settings().seed}
              onChange={({ currentTarget: { value } }) =>
                change({ seed: String(Math.max(0, Math.round(Number(value)) || 0)) })
              }
            />
            <small>of the models, the noise and the rows held out</small>
          </div>
        </fieldset>
      </Part>
    </>
  );
}

/** The pictures. */
export function Panels() {
  const data = openedData.value;
  const { seed, row, noise, hole = "" } = settings();
  useEffect(() => {
    if (data) prepare();
  }, [data, seed]);
  // An address that was changed by hand, or another row.
  useEffect(() => {
    const known = prepared.value;
    if (!known) return;
    if (textOfHole(hidden.value) !== hole) hidden.value = holeOfText(hole, known.height * known.width);
    refill();
  }, [row, noise, hole]);
  useEffect(() => () => stop(), []);
  const now = filled.value;
  useEffect(() => {
    const timer = setTimeout(() => {
      spoken.value = now ? sentenceOf(now) : "";
    }, QUIET);
    return () => clearTimeout(timer);
  }, [now]);
  const known = prepared.value;
  const busy = progress.value;
  return (
    <>
      {busy && failure.value === undefined && (
        <p class="fitting">
          <span role="status">{busy.text}.</span>{" "}
          <progress aria-label="Fitting four models" value={busy.share} />
        </p>
      )}
      <p class="unseen" aria-live="polite">
        {spoken.value}
      </p>
      {known && now && <Pictures known={known} now={now} />}
      {known && now && <PanelPart id="errors" panel={errorsPanel(now)} />}
      {known && scores.value.length > 0 && <PanelPart id="scores" panel={scoresPanel(scores.value)} />}
      {known?.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {known?.commands !== undefined && !isHidden("repeat") && (
        <section>
          <h2>Repeat it</h2>
          <CopyPart title="Copy as commands that fit the models" text={known.commands} />
        </section>
      )}
    </>
  );
}

function Pictures({ known, now }: { readonly known: Prepared; readonly now: Filled }) {
  const { height, width, channels, low, high } = known;
  const shown = (pixels: Float32Array, holes?: Uint8Array): Shown => ({
    ...{ pixels, height, width, channels, low, high },
    hidden: holes,
  });
  const own = drawn.value;
  return (
    <>
      <p class="small" id="painting-keys">
        Paint on the first image with the mouse or a finger. By keys: arrows move a frame on it, the space bar
        paints there, arrows with Shift draw a line.
      </p>
      <div class="pictures">
        <figure>
          <figcaption>
            <h2 class="title">{own ? "Your drawing" : `Row ${rowOf() + 1}`}</h2>
          </figcaption>
          <Painting
            shown={shown(noiseOf() > 0 ? now.noisy : (own ?? now.image), hidden.value)}
            label="The image, to paint on"
            onPaint={paint}
            onEnd={lift}
          />
          {!now.isNew && <p class="small">The models have learned from this row.</p>}
        </figure>
        {now.ways.map(({ name, pixels, hiddenError }) => (
          <figure key={name}>
            <figcaption>
              <h2 class="title">{name}</h2>
            </figcaption>
            <Pixels shown={shown(pixels)} label={`${name}: what the model gives back`} />
            <p class="small">
              {Number.isNaN(hiddenError) ? "nothing is painted out" : `error ${shownValue(hiddenError)}`}
            </p>
          </figure>
        ))}
      </div>
    </>
  );
}

const finite = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : undefined);

const errorsPanel = ({ ways, step, steps }: Filled) =>
  ({
    kind: "table",
    title: "Errors",
    see: `Roots of the mean squared error, as shares of the gray levels, beside the image without noise. The search for the code of the generative prior has taken ${step} of ${steps} steps.`,
    columns: ["way", "painted-out part", "whole image"],
    rows: ways.map(({ name, hiddenError, error }) => [name, finite(hiddenError), finite(error)]),
  }) as const;

const scoresPanel = (all: readonly Score[]) =>
  ({
    kind: "table",
    title: "Is it unusual?",
    see: "The image with its noise and without its holes: scores by three of the models, and the share of the rows of the data whose score is lower. Near 100 % it is unlike what they have seen.",
    columns: ["score by", "score", "rows with a lower score"],
    rows: all.map(({ name, score, below, rows }) => [
      name,
      Number(score.toPrecision(4)),
      `${below} of ${rows} (${Math.floor((100 * below) / rows)} %)`,
    ]),
  }) as const;

function sentenceOf({ ways }: Filled): string {
  const errors = ways
    .filter(({ hiddenError }) => !Number.isNaN(hiddenError))
    .map(({ name, hiddenError }) => `${name} ${shownValue(hiddenError)}`);
  return errors.length > 0
    ? `Errors of the painted-out part: ${errors.join(", ")}.`
    : "Nothing is painted out.";
}
