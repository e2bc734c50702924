/**
 * @file Colors of the maps, which are ways to choose rows as well.
 */
import { signal } from "@preact/signals";
import { SCALE_STEPS } from "../../panels/draw/palette.js";
import { shownValue } from "../../panels/draw/words.js";
import { groupColors } from "../scatter/scatter.js";
import { chooseWhere, chosen, color, isGroupChosen, toggleGroup } from "./latent-state.js";

/** Ends of values that are chosen, as they are typed. */
const ends = signal<readonly [string, string]>(["", ""]);

export function PictureLegend() {
  const { column, names, gray, range } = color.value!;
  const colorOf = groupColors(range !== undefined, gray);
  if (names)
    return (
      <section class="legend" aria-label={`Colors: ${column}`}>
        <p class="small">
          Colors are those of <bdi>{column}</bdi>: choose one to select its rows.
        </p>
        <div class="tools">
          {names.map((name, group) => (
            <button
              type="button"
              key={name}
              aria-pressed={chosen.value !== undefined && isGroupChosen(group)}
              onClick={() => toggleGroup(group)}
            >
              <span class="swatch" style={{ background: colorOf(group) }} /> <bdi>{name}</bdi>
            </button>
          ))}
        </div>
      </section>
    );
  const { low, high } = range!;
  const [from, to] = ends.value;
  return (
    <section class="legend" aria-label={`Colors: ${column}`}>
      <p class="small">
        Colors are those of <bdi>{column}</bdi>, from {shownValue(low)} to {shownValue(high)}.
      </p>
      <div class="scale" aria-hidden="true">
        {Array.from({ length: SCALE_STEPS }, (_, step) => (
          <span key={`${column}-${step}`} style={{ background: colorOf(step) }} />
        ))}
      </div>
      <div class="walk">
        {(["from", "to"] as const).map((name, end) => (
          <label key={name}>
            {name}
            <input
              type="number"
              step="any"
              placeholder={String(shownValue(end === 0 ? low : high))}
              value={ends.value[end]}
              onChange={({ currentTarget }) => {
                ends.value = end === 0 ? [currentTarget.value, to] : [from, currentTarget.value];
              }}
            />
          </label>
        ))}
        <button type="button" onClick={() => chooseBetween(from, to)}>
          Select these values
        </button>
      </div>
    </section>
  );
}

function chooseBetween(from: string, to: string): void {
  const { values } = color.value!;
  const low = from === "" ? Number.NEGATIVE_INFINITY : Number(from);
  const high = to === "" ? Number.POSITIVE_INFINITY : Number(to);
  chooseWhere((row) => values![row]! >= low && values![row]! <= high, false);
}
