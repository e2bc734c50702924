/**
 * @file Types and roles of the columns, as they are guessed and to be changed.
 */
import { useState } from "preact/hooks";
import {
  type ChosenRole,
  choicesIn,
  chosenRole,
  chosenType,
  type DescribedColumn,
  withRole,
  withType,
} from "./choices.js";
import { changeChoices } from "./runs.js";
import { settings } from "./store.js";

/** Columns that stand there at once. */
const MOST_SHOWN = 40;
const TYPES = ["number", "boolean", "category", "ordinal", "date", "text", "id"] as const;
const ROLES: Readonly<Record<ChosenRole, string>> = {
  feature: "learned from",
  carried: "carried along",
  label: "label",
  id: "names the rows",
};

export function ColumnsPart({ columns }: { readonly columns: readonly DescribedColumn[] }) {
  const [sought, setSought] = useState("");
  const found = columns.filter(({ name }) => name.toLowerCase().includes(sought.toLowerCase()));
  const shown = found.slice(0, MOST_SHOWN);
  return (
    <details>
      <summary>Types and roles of the columns</summary>
      <p class="small">
        As guessed (*), or as you choose: the file is read again by it. A column that is told its type is
        learned from. The label is never learned from; it colors and judges.
      </p>
      {columns.length > MOST_SHOWN && (
        <div class="option">
          <label for="sought">find a column</label>
          <input
            id="sought"
            type="text"
            autocomplete="off"
            value={sought}
            onInput={({ currentTarget }) => setSought(currentTarget.value)}
          />
          <small role="status">
            {shown.length} of {columns.length.toLocaleString("en")} columns
          </small>
        </div>
      )}
      <ul class="choices">
        {shown.map((column) => (
          <li key={column.word}>
            <ColumnChoice column={column} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function ColumnChoice({ column }: { readonly column: DescribedColumn }) {
  const { name, word, type, role, why } = column;
  const choices = choicesIn(settings());
  const [toldType, toldRole] = [chosenType(choices, word), chosenRole(choices, word)];
  return (
    <>
      <span class="column" title={why}>
        <bdi>{name}</bdi>
      </span>
      <select
        aria-label={`type of ${name}`}
        value={toldType ?? ""}
        onChange={({ currentTarget: { value } }) =>
          changeChoices(withType(choices, word, value || undefined))
        }
      >
        <option value="">{toldType === undefined ? `${type} *` : "as guessed"}</option>
        {/* Such as date:DD/MM/YYYY, of a link. */}
        {toldType !== undefined && !TYPES.some((one) => one === toldType) && (
          <option value={toldType}>{toldType}</option>
        )}
        {TYPES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <select
        aria-label={`role of ${name}`}
        value={toldRole ?? ""}
        onChange={({ currentTarget: { value } }) =>
          changeChoices(withRole(choices, column, (value || undefined) as ChosenRole | undefined))
        }
      >
        <option value="">{toldRole === undefined ? `${ROLES[role]} *` : "as guessed"}</option>
        {Object.entries(ROLES).map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
}
