/**
 * @file Points of rows in the colors of a column, with axes, a legend and a caption. A point far beyond all others stands at the
 * edge and is marked.
 */
import type { ScatterPanel, TablePanel } from "../report.js";
import { type Coloring, coloring, MOST_COLORS, SHAPES } from "./coloring.js";
import { drawnRows, MOST_POINTS } from "./drawn-rows.js";
import { type Area, Axes, Caption, Cut, captionHeight, Picture, round, WIDTH } from "./frame.js";
import { ClassLegend, legendHeight, ScaleLegend, SHAPES_OF_POINTS, styleOf } from "./legend.js";
import { LIGHT } from "./palette.js";
import { drawnText, inRounds, type Places, placesOf } from "./points.js";
import { counted, grouped } from "./words.js";

/** More classes have a small picture each, the most frequent of them. */
const MOST_CLASSES = MOST_COLORS * SHAPES;
const MOST_MULTIPLES = 24;
const MOST_IN_MULTIPLES = 4000;
const BOX = { left: 56, right: WIDTH - 10, top: 6, bottom: 366 };
const AXIS = 44;

/** Settings of a picture in a document. */
export interface PictureOptions {
  /** Name that nothing else in the document has. */
  readonly id: string;
  /** A file of its own, with a style of its own. */
  readonly standalone?: boolean;
  /** Points drawn at most. Default: 20,000. */
  readonly mostPoints?: number;
}

interface Drawn {
  readonly panel: ScatterPanel;
  readonly found: Coloring;
  readonly rows: Uint32Array;
  /** Diameter of a point. */
  readonly size: number;
  readonly id: string;
}

export function Scatter({
  panel,
  id,
  standalone,
  mostPoints = MOST_POINTS,
}: { panel: ScatterPanel } & PictureOptions) {
  const found = coloringOf(panel);
  const many = found.names !== undefined && found.count > MOST_CLASSES;
  const drawnOfAll = drawnRows(panel.x.length, many ? Math.min(MOST_IN_MULTIPLES, mostPoints) : mostPoints);
  const rows = drawnOfAll.filter((row) => Number.isFinite(panel.x[row]!) && Number.isFinite(panel.y[row]!));
  const placeless = drawnOfAll.length - rows.length;
  const drawn = {
    panel,
    found,
    rows,
    id,
    size: round(Math.max(1.8, Math.min(7, 160 / Math.sqrt(rows.length)))),
  };
  const { body, height, notes } = many ? multiples(drawn) : onePicture(drawn);
  const caption = [
    drawnText(panel.rowsInAll ?? panel.x.length, drawnOfAll.length),
    panel.caption,
    ...notes,
    placeless > 0 ? `${counted(placeless, "row")} without numbers left out` : "",
  ]
    .filter(Boolean)
    .join("; ");
  return (
    <Picture {...{ id, standalone, panel }} height={height + captionHeight(caption)}>
      {body}
      <Caption text={caption} top={height} />
    </Picture>
  );
}

const coloringOf = ({ color, x }: ScatterPanel) =>
  coloring(color?.labels, x.length, color?.classes, color?.under);

function onePicture(drawn: Drawn) {
  const { panel, found, rows, size } = drawn;
  const places = placesOf(panel, BOX);
  const { area, across, up } = places;
  const beyond = rows.filter(places.isBeyond);
  const under = area.bottom + AXIS;
  const title = panel.color?.name ?? "";
  const body = (
    <>
      <Axes x={across} y={up} xName={panel.xName} yName={panel.yName} area={area} />
      <g class="points" fill="none" stroke-width={size} stroke-opacity={rows.length > 3000 ? 0.7 : 0.85}>
        {inRounds(rows, found).map(({ group, rows: own }) => (
          <Points
            key={`${group} ${own[0]}`}
            {...{ group, found, places, size }}
            rows={own}
            rowNumbers={panel.rowNumbers}
          />
        ))}
      </g>
      {beyond.length > 0 && (
        <path
          class="ink-line"
          fill="none"
          stroke={LIGHT.ink}
          stroke-width="1.2"
          d={Array.from(beyond, (row) => `M${places.at(row)}m-4 -4l8 8m0 -8l-8 8`).join("")}
        />
      )}
      {found.names && <ClassLegend title={title} names={found.names} under={found.under} top={under} />}
      {found.range && <ScaleLegend title={title} {...found.range} top={under} />}
    </>
  );
  const notes =
    beyond.length === 0 ? [] : [`${counted(beyond.length, "row")} far beyond: at the edge, crossed`];
  return { body, height: under + legendHeight(found), notes };
}

function Points({
  group,
  found,
  rows,
  rowNumbers,
  places,
  size,
}: {
  group: number;
  found: Coloring;
  rows: readonly number[];
  rowNumbers: ScatterPanel["rowNumbers"];
  places: Places;
  size: number;
}) {
  const { shape, ...style } = styleOf(group, found);
  const { mark, cap, width } = SHAPES_OF_POINTS[shape]!;
  return (
    <path
      {...style}
      stroke-linecap={cap}
      {...(width !== 1 && { "stroke-width": round(size * width) })}
      data-g={group}
      data-r={differences(rows.map((row) => rowNumbers?.[row] ?? row + 1))}
      d={rows.map((row) => `M${places.at(row)}${mark}`).join("")}
    />
  );
}

/** Numbers of rows, each but the first as its distance from the one before: of rows in order they are short. */
const differences = (rows: readonly number[]) => rows.map((row, i) => row - (rows[i - 1] ?? 0)).join(" ");

/** A small picture for each of the most frequent classes, its points before those of all. */
function multiples({ panel, found, rows, id }: Drawn) {
  const names = found.names!;
  const counts = new Uint32Array(found.count);
  for (const group of found.groups) counts[group]!++;
  const shown = Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, MOST_MULTIPLES);
  const side = 112;
  const box: Area = { left: 0, right: side, top: 0, bottom: side };
  const places = placesOf(panel, box);
  const { bottom } = places.area;
  const dots = (own: ArrayLike<number>) => Array.from(own, (row) => `M${places.at(row)}h0`).join("");
  const body = (
    <>
      <defs>
        <path id={`${id}-all`} d={dots(rows)} />
      </defs>
      {shown.map((group, i) => (
        <g
          key={group}
          transform={`translate(${4 + (i % 4) * (side + 8)} ${6 + Math.floor(i / 4) * (bottom + 26)})`}
        >
          <text class="ink" fill={LIGHT.ink} x="2" y="12" font-size="12">
            <Cut text={`${names[group]}`} most={17} />
          </text>
          <g transform="translate(0 16)" fill="none" stroke-linecap="round">
            <rect class="line" stroke={LIGHT.line} width={side} height={bottom} />
            <use class="line" stroke={LIGHT.line} stroke-width="1.6" href={`#${id}-all`} />
            <path
              class="s0"
              stroke={LIGHT.classes[0]}
              stroke-width="2.6"
              d={dots(rows.filter((row) => found.groups[row] === group))}
            />
          </g>
        </g>
      ))}
    </>
  );
  const notes = [
    `${panel.xName} across, ${panel.yName} upwards`,
    `the ${shown.length} most frequent of ${grouped(found.count)} values of ${panel.color!.name}, each before all rows`,
  ];
  return { body, height: 10 + Math.ceil(shown.length / 4) * (bottom + 26), notes };
}

/** Groups of points, where they lie. */
export function scatterTable(panel: ScatterPanel): TablePanel {
  const { x, y, xName, yName, color, title, see } = panel;
  const found = coloringOf(panel);
  const names = found.names ?? ["all rows"];
  const members: number[][] = names.map(() => []);
  for (let i = 0; i < x.length; i++) members[found.names ? found.groups[i]! : 0]!.push(i);
  return {
    kind: "table",
    title,
    see,
    columns: [
      color && found.names ? color.name : "group",
      "rows",
      ...[xName, yName].flatMap((name) => [`${name}, median`, `${name}, from`, `${name}, to`]),
    ],
    rows: names.map((name, group) => {
      const own = members[group]!;
      return [name, own.length, ...[x, y].flatMap((values) => middleAndEnds(own.map((row) => values[row]!)))];
    }),
  };
}

function middleAndEnds(values: readonly number[]): (number | undefined)[] {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0
    ? [undefined, undefined, undefined]
    : [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)];
}
