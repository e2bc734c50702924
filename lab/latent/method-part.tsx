/**
 * @file Inputs of a map: its method with all options, its seed, and which numbers of the code it shows.
 */
import { useEffect } from "preact/hooks";
import { ask, knownMethods, methods } from "../client.js";
import { OptionInput } from "../option-input.js";
import type { DescribedOption } from "../protocol.js";
import { change } from "../store.js";
import {
  changeMap,
  dimsOf,
  makeMap,
  neededText,
  optionsOf,
  progress,
  settingOf,
  settingsOf,
  shown,
  stopMap,
  takeOptions,
} from "./latent-state.js";
import type { Slot } from "./latent-words.js";

/** Headings of methods without codes. */
const WITHOUT_CODES = ["outliers", "filling of gaps"];
const FIRST = ["pca", "tsne", "umap"];
const SEED: DescribedOption = {
  ...{ name: "seed", help: "seed of all that is random", want: "an integer ≥ 0", default: "1" },
  ...{ otherwise: undefined, required: false, isSwitch: false },
};

export function MethodPart({ slot, title }: { readonly slot: Slot; readonly title: string }) {
  const all = settingsOf(slot);
  const { method = "" } = all;
  const known = knownMethods.value[method];
  useEffect(() => {
    if (!known && methods.value.length > 0 && method) ask({ kind: "describe", method });
  }, [method, known, methods.value.length]);
  useEffect(() => {
    if (known) takeOptions(slot, known.options);
  }, [known]);
  const listed = methods.value.filter(({ kind }) => !WITHOUT_CODES.includes(kind));
  const kinds = [...new Set(listed.map(({ kind }) => kind))];
  const required = known?.options.filter((option) => option.required || option.name === "latentDim") ?? [];
  const latentDim = shown[slot].value?.latentDim ?? 2;
  const busy = progress[slot].value !== undefined;
  const id = `${slot}-method`;
  const inputs = (options: readonly DescribedOption[]) =>
    options.map((one) => (
      <OptionInput
        key={one.name}
        option={one}
        prefix={slot}
        value={all[one.name]}
        onChange={(value) => changeMap(slot, { [one.name]: value ?? neededText(one) })}
      />
    ));
  return (
    <fieldset>
      <legend>{title}</legend>
      <div class="option">
        <label for={id}>method</label>
        <select
          id={id}
          aria-describedby={`${id}-h`}
          value={method}
          onChange={({ currentTarget }) => chooseMethod(slot, currentTarget.value)}
        >
          <optgroup label="often">
            {FIRST.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </optgroup>
          {kinds.map((kind) => (
            <optgroup key={kind} label={kind}>
              {listed
                .filter((one) => one.kind === kind && !FIRST.includes(one.name))
                .map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <small id={`${id}-h`}>{methods.value.find(({ name }) => name === method)?.summary}</small>
      </div>
      {inputs([...required, SEED])}
      {latentDim > 2 && <Dims slot={slot} latentDim={latentDim} />}
      <details class="options">
        <summary>Options</summary>
        {inputs(known?.options.filter((option) => !required.includes(option)) ?? [])}
        {inputs(known?.training ?? [])}
      </details>
      <div class="tools">
        {busy ? (
          <button type="button" class="main" onClick={() => stopMap(slot)}>
            Stop
          </button>
        ) : (
          <button type="button" class="main" onClick={() => makeMap(slot)}>
            Make the map
          </button>
        )}
      </div>
    </fieldset>
  );
}

/** Another method; what was said of the one before is its own. */
function chooseMethod(slot: Slot, method: string): void {
  const gone = Object.keys(optionsOf(slot)).map((name) => [name, undefined]);
  changeMap(slot, { ...Object.fromEntries(gone), dims: undefined, method });
}

/** Numbers of the code that are shown across and upwards. */
function Dims({ slot, latentDim }: { readonly slot: Slot; readonly latentDim: number }) {
  const dims = dimsOf(slot, latentDim);
  const set = (axis: number, value: number) => {
    const next = [...dims];
    if (next[1 - axis] === value) next[1 - axis] = dims[axis]!;
    next[axis] = value;
    changeDims(slot, next);
  };
  return (
    <div class="two">
      {["across", "upwards"].map((name, axis) => (
        <div class="option" key={name}>
          <label for={`${slot}-${name}`}>{name}</label>
          <select
            id={`${slot}-${name}`}
            value={String(dims[axis])}
            onChange={({ currentTarget }) => set(axis, Number(currentTarget.value))}
          >
            {Array.from({ length: latentDim }, (_, j) => (
              <option key={`z${j + 1}`} value={String(j)}>
                z{j + 1}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}

function changeDims(slot: Slot, dims: readonly number[]): void {
  // The same codes from another side: nothing is fitted.
  change({ [settingOf(slot, "dims")]: dims.map((dim) => dim + 1).join(",") });
}
