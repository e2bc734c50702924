/**
 * @file Tables: headed, in a frame that can be scrolled, folded behind their first lines where they are long.
 */
import type { Cell, TablePanel } from "../report.js";
import { grouped, shortened, shownCell } from "./words.js";

/** Lines in sight, and in the document. */
const OPEN = 40;
export const MOST_LINES = 1000;
const MOST_COLUMNS = 60;
const LETTERS = 100;
const LETTERS_OF_TITLE = 400;

type Lines = Pick<TablePanel, "title" | "columns" | "rows">;

export function Table({
  title,
  columns,
  rows,
  mostLines = MOST_LINES,
}: Lines & { readonly mostLines?: number }) {
  const kept = rows.slice(0, mostLines);
  const shown = Math.min(MOST_COLUMNS, columns.length);
  const left = [
    kept.length < rows.length ? `${grouped(kept.length)} of ${grouped(rows.length)} lines are shown.` : "",
    shown < columns.length ? `${shown} of ${grouped(columns.length)} columns are shown.` : "",
  ].filter(Boolean);
  const [first, rest] = [kept.slice(0, OPEN), kept.slice(OPEN)];
  const head = columns.slice(0, shown);
  return (
    <>
      <Frame title={title} columns={head} rows={first} />
      {rest.length > 0 && (
        <details>
          <summary>{grouped(rest.length)} further lines</summary>
          <Frame title={`${title}, further lines`} columns={head} rows={rest} />
        </details>
      )}
      {left.length > 0 && <p class="small">{left.join(" ")}</p>}
    </>
  );
}

function Frame({ title, columns, rows }: Lines) {
  const numeric = columns.map((_, j) =>
    rows.every((row) => row[j] === undefined || typeof row[j] === "number"),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled can be reached by keys.
    <section class="frame" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((name, j) => (
              <th key={`${j} ${name}`} scope="col" {...(numeric[j] && { class: "n" })}>
                <Text of={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={`${i} ${row[0]}`}>
              {columns.map((name, j) => (
                <td key={`${j} ${name}`} {...(numeric[j] && { class: "n" })}>
                  <Text of={row[j]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Content of a cell. Text keeps its direction to itself; where it is cut, a title has more of it. */
export function Text({ of }: { readonly of: Cell }) {
  const text = shownCell(of);
  if (typeof of !== "string") return <>{text}</>;
  const short = shortened(text, LETTERS);
  return short === text ? <bdi>{text}</bdi> : <bdi title={shortened(text, LETTERS_OF_TITLE)}>{short}</bdi>;
}
