/**
 * @file Four: linear autoencoders that differ in their encoder alone, and the tied one beside them, on the same batches.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shownValue } from "../../panels/draw/words.js";
import type { CurvesPanel, TablePanel } from "../../panels/report.js";
import { CheckBox } from "../check-box.js";
import { four, openedData } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { isHidden, Part } from "../hidden.js";
import { OptionInput } from "../option-input.js";
import { PanelPart } from "../panel-part.js";
import type { DescribedOption, FourState } from "../protocol.js";
import { OnTheWay, RunButtons } from "../run-buttons.js";
import { beginFirst, changeAndRestart } from "../runs.js";
import { settings } from "../store.js";

/** Codes that the slider offers at most, in sizes of a row. */
const MOST_SIZES = 2;
type Rows = "clean" | "noisy" | "masked";
const ROWS: readonly Rows[] = ["clean", "noisy", "masked"];

const option = (name: string, help: string, want: string, usual: string): DescribedOption => ({
  ...{ name, help, want, default: usual },
  required: false,
  isSwitch: false,
});
const OPTIONS: readonly DescribedOption[] = [
  option("seed", "seed of all that is random", "an integer ≥ 0", "1"),
  option("initialScale", "factor of the matrices before training", "a number > 0", "1"),
  option("steps", "unrolled: gradient steps T on the code", "an integer from 1 to 1000", "10"),
  option(
    "stepSize",
    "unrolled: length η of a step",
    "a number > 0, or one of learned, lipschitz",
    "lipschitz",
  ),
  option("learningRate", "length of a step", "a number > 0", "0.01"),
  option("batchSize", "rows a step", "an integer ≥ 1, or all", "64"),
  option("epochs", "passes over the data", "an integer ≥ 1", "100"),
];

/** The inputs. */
export function Controls() {
  const all = settings();
  const state = four.value;
  const d = openedData.value?.columns ?? 64;
  const k = Number(all.latentDim ?? 1);
  const { rows, level } = rowsOf(all);
  return (
    <>
      <Part name="latentDim">
        <fieldset>
          <legend>Size of the code</legend>
          <label for="k">
            k = {k}
            {k === d ? " = d" : ""} of d = {d}
          </label>
          <input
            id="k"
            type="range"
            min={1}
            max={MOST_SIZES * d}
            value={k}
            list="k-marks"
            aria-valuetext={`${k} numbers, rows have ${d}`}
            onInput={({ currentTarget }) => changeAndRestart({ latentDim: currentTarget.value })}
          />
          <datalist id="k-marks">
            <option value={d} label="d" />
          </datalist>
          <p class="marks" aria-hidden="true">
            <span>1</span>
            <span>d</span>
            <span>2 d</span>
          </p>
        </fieldset>
      </Part>
      <Part name="rows">
        <fieldset>
          <legend>Training rows</legend>
          <div class="tools">
            {ROWS.map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="rows"
                  checked={rows === one}
                  onChange={() => changeAndRestart(settingsOfRows(one, 0.3))}
                />{" "}
                {one}
              </label>
            ))}
          </div>
          {rows !== "clean" && (
            <div class="option">
              <label for="level">
                {rows === "noisy" ? "deviation of the noise σ" : "share that is hidden"}
              </label>
              <input
                id="level"
                type="number"
                min="0.01"
                max={rows === "masked" ? 0.95 : undefined}
                step="0.01"
                key={level}
                defaultValue={String(level)}
                onChange={({ currentTarget: { value } }) => {
                  if (Number(value) > 0) changeAndRestart(settingsOfRows(rows, Number(value)));
                }}
              />
            </div>
          )}
        </fieldset>
      </Part>
      <RunButtons stage={state?.stage} trained />
      {state && <OnTheWay learningRate={state.learningRate} scalars={state.scalars} />}
      <Part name="options">
        <details class="options">
          <summary>Options</summary>
          {OPTIONS.map((one) => (
            <OptionInput
              key={one.name}
              option={one}
              value={all[one.name]}
              onChange={(value) =>
                changeAndRestart({ [one.name]: one.name === "seed" ? (value ?? "1") : value })
              }
            />
          ))}
        </details>
      </Part>
    </>
  );
}

function rowsOf({ noise, maskRatio }: Readonly<Record<string, string>>): { rows: Rows; level: number } {
  if (noise !== undefined) return { rows: "noisy", level: Number(noise.split(":")[1]) };
  if (maskRatio !== undefined) return { rows: "masked", level: Number(maskRatio) };
  return { rows: "clean", level: 0 };
}

function settingsOfRows(rows: Rows, level: number): Record<string, string | undefined> {
  return {
    noise: rows === "noisy" ? `gaussian:${level}` : undefined,
    maskRatio: rows === "masked" ? String(level) : undefined,
  };
}

/** The pictures. */
export function Panels() {
  const logX = useSignal(true);
  const logY = useSignal(true);
  useEffect(() => {
    if (openedData.value && !four.value) beginFirst();
  }, [openedData.value, four.value === undefined]);
  const state = four.value;
  if (!state) return null;
  const copies = state.models.filter(({ isCopy }) => isCopy).map(({ name }) => name);
  return (
    <>
      <div role="alert">
        {copies.length > 0 && (
          <p class="alarm">
            {listed(copies)} {copies.length === 1 ? "has" : "have"} become the identity: what goes in comes
            out, noise included.
          </p>
        )}
      </div>
      <PanelPart panel={tablePanel(state)} id="figures" />
      <Part name="axes">
        <div class="tools">
          <CheckBox name="steps on a log axis" signal={logX} />
          <CheckBox name="errors on a log axis" signal={logY} />
        </div>
      </Part>
      <div class="pair">
        <PanelPart panel={onAxes(state.errors, logX.value, logY.value)} id="errors" />
        <PanelPart panel={state.spectrum} id="spectrum" />
        <PanelPart panel={{ ...state.plane, logX: logY.value }} id="plane" />
      </div>
      {state.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {state.commands !== undefined && !isHidden("repeat") && (
        <section>
          <h2>Repeat it</h2>
          <CopyPart title="Copy as commands" text={state.commands} />
        </section>
      )}
    </>
  );
}

/** An axis of logarithms has no place for step 0. */
function onAxes(panel: CurvesPanel, logX: boolean, logY: boolean): CurvesPanel {
  if (!logX || panel.x.length < 2) return { ...panel, logX: false, logY };
  const series = panel.series.map(({ name, values }) => ({ name, values: values.slice(1) }));
  return { ...panel, x: panel.x.slice(1), series, logX, logY };
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

function tablePanel({ models, leastError, step, epoch, epochs, rows, scale }: FourState): TablePanel {
  return {
    kind: "table",
    title: `Step ${step}, epoch ${Math.min(epoch, epochs)} of ${epochs}`,
    see: `A line for each model: its loss in the last epoch, and its error on ${rows} clean rows (scale ${scale}). The least error of this rank is ${shownValue(leastError)}. An identity distance of 0 is a copy; noise gain is the share of white noise that is left, spectral norm the largest factor by which a row grows.`,
    columns: ["model", "training loss", "error", "identity distance", "noise gain", "spectral norm"],
    rows: models.map(({ name, loss, error, identityDistance, noiseGain, spectralNorm }) => [
      name,
      loss === undefined ? undefined : Number(loss.toPrecision(4)),
      ...[error, identityDistance, noiseGain, spectralNorm].map((value) => Number(value.toPrecision(4))),
    ]),
  };
}
