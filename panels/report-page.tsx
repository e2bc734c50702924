/**
 * @file A report as one HTML page that needs nothing else and sends nothing: a policy of its own allows one style and one script, by
 * their checksums, and pictures that it holds itself. Nothing in it depends on the day or the machine.
 */
import { renderToString } from "preact-render-to-string";
import { Drawing, type DrawnPanel, tableOf } from "./draw/panel.js";
import { dataAddress } from "./draw/pixels.js";
import { Table, Text } from "./draw/table.js";
import { grouped, shortened } from "./draw/words.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { printableJson } from "./printable.js";
import { printableParts } from "./printable-parts.js";
import type { Asked, Cell, ImagePanel, Panel, Report, ScatterPanel, Section, TablePanel } from "./report.js";

/** Bytes that a page has at most. */
export const MOST_BYTES = 1_000_000;
const SCHEMA_VERSION = 1;

/** Amounts that a page holds, from all there is to what always fits. */
interface Amounts {
  /** Points of all its pictures together. */
  readonly points: number;
  readonly lines: number;
  readonly images: boolean;
}
const LADDER: readonly Amounts[] = [
  { points: 20_000, lines: 1000, images: true },
  { points: 8000, lines: 200, images: true },
  { points: 4000, lines: 60, images: false },
  { points: 1000, lines: 10, images: false },
];

/** The page: the same bytes for the same report. At most a megabyte: where it would be more, it holds less and says so. */
export async function reportPage(report: Report): Promise<string> {
  const shown = printableParts(report);
  const [style, script] = await Promise.all([hash(PAGE_STYLE), hash(PAGE_SCRIPT)]);
  const policy = `default-src 'none'; style-src '${style}'; script-src '${script}'; img-src data:; base-uri 'none'; form-action 'none'`;
  let page = "";
  for (const amounts of LADDER) {
    page = `<!doctype html>\n${renderToString(<Page report={shown} policy={policy} amounts={amounts} />)}\n`;
    if (new TextEncoder().encode(page).length <= MOST_BYTES) break;
  }
  return page;
}

async function hash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}

interface PageProps {
  readonly report: Report;
  readonly policy: string;
  readonly amounts: Amounts;
}

function Page({ report, policy, amounts }: PageProps) {
  const { title, summary, asked, sections } = report;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>{shortened(title, 100)}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: PAGE_STYLE }} />
      </head>
      <body>
        <main>
          <h1>
            <Text of={title} />
          </h1>
          {summary !== undefined && <p>{summary}</p>}
          <Contents sections={sections} />
          <AskedTable asked={asked} />
          {sections.map((section, i) => (
            <SectionPart
              key={section.heading}
              section={section}
              name={`s${i + 1}`}
              {...share(amounts, sections)}
            />
          ))}
          <Repeat asked={asked} />
        </main>
        <script
          id="numbers"
          type="application/json"
          dangerouslySetInnerHTML={{ __html: numbersJson(report, amounts.lines) }}
        />
        <script dangerouslySetInnerHTML={{ __html: PAGE_SCRIPT }} />
      </body>
    </html>
  );
}

/** Points for each picture of points. */
function share({ points, ...rest }: Amounts, sections: readonly Section[]): Amounts {
  const pictures = sections.flatMap(({ panels }) => panels).filter(({ kind }) => kind === "scatter").length;
  return { ...rest, points: Math.floor(points / Math.max(1, pictures)) };
}

function Contents({ sections }: { sections: readonly Section[] }) {
  if (sections.length < 3) return null;
  return (
    <nav aria-label="Contents">
      <ul>
        {sections.map(({ heading }, i) => (
          <li key={heading}>
            <a href={`#s${i + 1}`}>
              <Text of={heading} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function AskedTable({ asked }: { asked: Asked }) {
  const { data, seed, versions, further = {} } = asked;
  const rows: [string, Cell][] = [
    ["data", data.name],
    ["rows", grouped(data.rows)],
    ["numbers in a row", grouped(data.columns)],
    ...(data.fingerprint === undefined
      ? []
      : [["fingerprint of the data", data.fingerprint] as [string, Cell]]),
    ...Object.entries(further),
    ...(seed === undefined ? [] : [["seed", String(seed)] as [string, Cell]]),
    [
      "versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
  ];
  return (
    <section>
      <h2>What was asked</h2>
      <pre>{shortened(asked.command, 500)}</pre>
      <Table title="What was asked" columns={["asked", "value"]} rows={rows} />
    </section>
  );
}

function Repeat({ asked: { command, versions } }: { asked: Asked }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    <section>
      <h2>Repeat it</h2>
      <p>With the same file, {named.join(" and ")}, this gives the same numbers:</p>
      <pre>{shortened(command, 500)}</pre>
      <p class="small">
        This file holds all it shows and loads nothing. Its numbers are in it once more as JSON:{" "}
        <code>unlabeled report extract FILE</code>
      </p>
    </section>
  );
}

function SectionPart({ section, name, ...amounts }: { section: Section; name: string } & Amounts) {
  const { heading, text, panels } = section;
  return (
    <section id={name}>
      <h2>
        <Text of={heading} />
      </h2>
      {text !== undefined && <p>{text}</p>}
      {panels.map((panel, i) => (
        <PanelPart key={panel.title} panel={panel} id={`${name}p${i + 1}`} {...amounts} />
      ))}
    </section>
  );
}

function PanelPart({ panel, id, ...amounts }: { panel: Panel; id: string } & Amounts) {
  switch (panel.kind) {
    case "table":
      return (
        <>
          <h3>
            <Text of={panel.title} />
          </h3>
          <p class="small">{panel.see}</p>
          <Table {...panel} mostLines={amounts.lines} />
        </>
      );
    case "image":
      return <ImagePart panel={panel} {...amounts} />;
    default:
      return <DrawingPart panel={panel} id={id} {...amounts} />;
  }
}

function DrawingPart({
  panel,
  id,
  points,
  lines,
}: { panel: Exclude<DrawnPanel, ImagePanel>; id: string } & Amounts) {
  return (
    <figure>
      <Drawing panel={panel} id={id} mostPoints={points} />
      <figcaption>{panel.see}</figcaption>
      {panel.kind === "scatter" && panel.details && <Details panel={panel} />}
      <Behind table={tableOf(panel)!} lines={lines} />
    </figure>
  );
}

/** Contents of rows that the script shows at their points, as JSON. */
function Details({ panel: { details, rowNumbers } }: { panel: ScatterPanel }) {
  const rows = Object.fromEntries(
    [...details!.rows].map(([row, cells]) => [
      rowNumbers?.[row] ?? row + 1,
      cells.map((cell) => cell ?? "–"),
    ]),
  );
  const json = inDocument({ columns: details!.columns, rows });
  return <script type="application/json" dangerouslySetInnerHTML={{ __html: json }} />;
}

function Behind({ table, lines }: { table: TablePanel; lines: number }) {
  return (
    <details>
      <summary>Numbers of this picture</summary>
      <Table
        title={`Numbers of: ${table.title}`}
        columns={table.columns}
        rows={table.rows}
        mostLines={lines}
      />
    </details>
  );
}

function ImagePart({ panel, images, lines }: { panel: ImagePanel } & Amounts) {
  const { title, see, png, caption } = panel;
  const table = tableOf(panel);
  return (
    <figure>
      <h3>
        <Text of={title} />
      </h3>
      {images ? (
        <img alt={`${title}: ${see}`} src={dataAddress(png)} />
      ) : (
        <p>Left out, since the page would be too large.</p>
      )}
      <figcaption>{[see, caption].filter(Boolean).join(" ")}</figcaption>
      {table && <Behind table={table} lines={lines} />}
    </figure>
  );
}

/** JSON that holds no `<`, so that no element begins or ends in it. */
function inDocument(content: unknown): string {
  return printableJson(JSON.stringify(content)).replaceAll("<", "\\u003c");
}

/** All numbers of a report: those of the whole, and the tables of its panels. */
function numbersJson({ title, summary, asked, sections, numbers }: Report, lines: number): string {
  const told = sections.map(({ heading, text, panels }) => ({
    heading,
    text,
    panels: panels.map((panel) => {
      const table = tableOf(panel);
      return {
        title: panel.title,
        kind: panel.kind,
        ...(table && { columns: table.columns, rows: table.rows.slice(0, lines) }),
        ...(table && table.rows.length > lines && { rowsInAll: table.rows.length }),
      };
    }),
  }));
  return inDocument({ schemaVersion: SCHEMA_VERSION, title, summary, asked, ...numbers, sections: told });
}
