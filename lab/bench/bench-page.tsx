/**
 * @file Bench: any method with its options on the data, as it learns.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CurvesPanel } from "../../panels/report.js";
import { CheckBox } from "../check-box.js";
import { ask, bench, knownMethods, methods, openedData } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { Part } from "../hidden.js";
import { OptionInput } from "../option-input.js";
import { PanelPart } from "../panel-part.js";
import type { BenchPlace, DescribedOption } from "../protocol.js";
import { OnTheWay, RunButtons } from "../run-buttons.js";
import { beginFirst, changeAndRestart, download } from "../runs.js";
import { change, optionsIn, settings } from "../store.js";

/** Pictures in their order; the curves have inputs of their own. */
const PLACES: readonly BenchPlace[] = [
  "reconstructions",
  "codes",
  "clusters",
  "scores",
  "learned",
  "spectrum",
];
const GENERAL: readonly DescribedOption[] = [
  option("seed", "seed of all that is random", "an integer ≥ 0", "1"),
  option("validation", "share of the rows to tell the loss on", "a number between 0 and 1, or none"),
];

function option(name: string, help: string, want: string, usual?: string): DescribedOption {
  return { name, help, want, default: usual, otherwise: "none", required: false, isSwitch: false };
}

/** The inputs. */
export function Controls() {
  const all = settings();
  const method = all.method ?? "";
  const known = knownMethods.value[method];
  useEffect(() => {
    if (!known && methods.value.length > 0) ask({ kind: "describe", method });
  }, [method, known, methods.value.length]);
  const state = bench.value?.state;
  const trained = state?.trained !== false;
  const kinds = [...new Set(methods.value.map(({ kind }) => kind))];
  return (
    <>
      <Part name="method">
        <fieldset>
          <legend>Method</legend>
          <div class="option">
            <label for="method">method</label>
            <select
              id="method"
              aria-describedby="method-h"
              value={method}
              onChange={({ currentTarget }) => chooseMethod(currentTarget.value)}
            >
              {kinds.map((kind) => (
                <optgroup key={kind} label={kind}>
                  {methods.value
                    .filter((one) => one.kind === kind)
                    .map(({ name }) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
            <small id="method-h">{methods.value.find(({ name }) => name === method)?.summary}</small>
          </div>
          <Options options={known?.options.filter(({ required }) => required) ?? []} />
          <Options options={GENERAL.filter(({ name }) => trained || name === "seed")} />
        </fieldset>
      </Part>
      <RunButtons stage={state?.stage} trained={trained} />
      {state?.learningRate !== undefined && (
        <OnTheWay learningRate={state.learningRate} scalars={state.scalars} />
      )}
      <Part name="options">
        <Folded title="Options of the method" options={known?.options.filter(({ required }) => !required)} />
      </Part>
      <Part name="training">
        <Folded
          title="Training"
          options={known?.training.filter(({ name }) => trained || name === "scale")}
        />
      </Part>
    </>
  );
}

/** Another method, with what it must be told; what was said of the one before is its own. */
function chooseMethod(name: string): void {
  const gone = Object.keys(optionsIn(settings())).map((option) => [option, undefined]);
  changeAndRestart({ ...Object.fromEntries(gone), method: name });
}

function Folded({
  title,
  options,
}: {
  readonly title: string;
  readonly options: readonly DescribedOption[] | undefined;
}) {
  const all = settings();
  if (!options || options.length === 0) return null;
  const set = options.filter(({ name }) => all[name] !== undefined).length;
  return (
    <details class="options">
      <summary>
        {title}
        {set > 0 ? ` (${set} set)` : ""}
      </summary>
      <Options options={options} />
    </details>
  );
}

function Options({ options }: { readonly options: readonly DescribedOption[] }) {
  const all = settings();
  return (
    <>
      {options.map((one) => (
        <OptionInput
          key={one.name}
          option={one}
          value={all[one.name]}
          onChange={(value) => changeAndRestart({ [one.name]: value ?? neededText(one) })}
        />
      ))}
    </>
  );
}

/** Text of an option that must be given where nothing is said: all of them are sizes. */
const neededText = ({ required, name, default: usual }: DescribedOption) =>
  required ? "2" : name === "seed" ? usual : undefined;

/** The pictures. */
export function Panels() {
  const logX = useSignal(false);
  const logY = useSignal(true);
  const known = knownMethods.value[settings().method ?? ""];
  // A method just chosen wants what it must be told.
  useEffect(() => {
    const missing = known?.options.filter(({ required, name }) => required && settings()[name] === undefined);
    if (!known || !openedData.value || !missing) return;
    if (missing.length > 0) change(Object.fromEntries(missing.map((one) => [one.name, neededText(one)])));
    if (missing.length > 0 || !bench.value) beginFirst();
  }, [known, openedData.value, bench.value === undefined]);
  const found = bench.value;
  if (!found) return null;
  const { state, panels } = found;
  const curves = panels.curves as CurvesPanel | undefined;
  return (
    <>
      <Part name="numbers">
        <Numbers />
      </Part>
      {curves && (
        <section>
          <Part name="axes">
            <div class="tools">
              <CheckBox name="steps on a log axis" signal={logX} />
              <CheckBox name="loss on a log axis" signal={logY} />
            </div>
          </Part>
          <PanelPart panel={{ ...curves, logX: logX.value, logY: logY.value }} id="curves" />
        </section>
      )}
      {PLACES.map((place) => {
        const panel = panels[place];
        return panel && <PanelPart key={place} panel={panel} id={place} />;
      })}
      <Part name="repeat">
        <section>
          <h2>Repeat it, keep it</h2>
          <CopyPart title="Copy as command" text={state.command} />
          {state.program !== undefined && <CopyPart title="Copy as TypeScript" text={state.program} />}
          <div class="tools">
            {state.downloads.map((part) => (
              <button type="button" key={part} onClick={() => download(part)}>
                {DOWNLOADS[part] ?? `Download ONNX: ${part}`}
              </button>
            ))}
          </div>
        </section>
      </Part>
    </>
  );
}

const DOWNLOADS: Readonly<Record<string, string>> = {
  model: "Download the model",
  codes: "Download the codes (CSV)",
  report: "Download the report",
};

/** Numbers of a run as it stands. */
function Numbers() {
  const state = bench.value!.state;
  const { trained, step, steps, epoch, epochs, loss, validationLoss, stepsPerSecond, scale, notes } = state;
  const numbers: [string, string][] = [
    ...(trained
      ? [
          ["step", `${step} of ${steps}`] as [string, string],
          ["epoch", `${epoch} of ${epochs}`] as [string, string],
        ]
      : []),
    ...(!trained && step > 0 ? [["iteration", String(step)] as [string, string]] : []),
    ...(loss === undefined ? [] : [["loss", shown(loss)] as [string, string]]),
    ...(validationLoss === undefined
      ? []
      : [["loss of rows held out", shown(validationLoss)] as [string, string]]),
    ...(stepsPerSecond === undefined
      ? []
      : [["steps a second", stepsPerSecond.toFixed(0)] as [string, string]]),
    ["scale", scale],
  ];
  return (
    <>
      <dl class="numbers">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </>
  );
}

const shown = (value: number) => String(Number(value.toPrecision(5)));
