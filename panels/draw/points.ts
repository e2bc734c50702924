/**
 * @file Points on their way to a picture: in which order they are drawn, and at which places.
 */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { ScatterPanel } from "../report.js";
import type { Coloring } from "./coloring.js";
import { type Area, round } from "./frame.js";
import { type Limits, robustLimits } from "./limits.js";
import { counted, grouped } from "./words.js";

/** Rounds in which points are drawn, so that no class lies on top of all others. */
const ROUNDS = 12;
const LEAST_IN_ROUND = 50;

/** `20,000 of 700,000 rows drawn; all used` */
export function drawnText(rows: number, drawn: number): string {
  return drawn === rows
    ? counted(rows, "row")
    : `${grouped(drawn)} of ${counted(rows, "row")} drawn; all used`;
}

/** Rows in rounds, and within them by group, each in ascending order; those that are under all others in a round before. */
export function inRounds(
  drawn: Uint32Array,
  { groups, count, under }: Coloring,
): { group: number; rows: number[] }[] {
  const out: { group: number; rows: number[] }[] = [];
  const beneath = Array.from(drawn).filter((row) => groups[row] === under);
  if (beneath.length > 0) out.push({ group: under!, rows: beneath });
  const rounds = Math.max(1, Math.min(ROUNDS, Math.floor(drawn.length / LEAST_IN_ROUND)));
  for (let first = 0; first < rounds; first++) {
    const byGroup: number[][] = Array.from({ length: count }, () => []);
    for (let i = first; i < drawn.length; i += rounds) byGroup[groups[drawn[i]!]!]!.push(drawn[i]!);
    byGroup.forEach((rows, group) => {
      if (rows.length > 0 && group !== under) out.push({ group, rows });
    });
  }
  return out;
}

/** Scales of an area, and what lies beyond its ends. */
export interface Places {
  readonly area: Area;
  readonly across: ScaleLinear<number, number>;
  readonly up: ScaleLinear<number, number>;
  /** Place of a row, as paths say it: at the edge, if it lies beyond. */
  at(row: number): string;
  isBeyond(row: number): boolean;
}

/** Share of the height that a flat picture has all the same. */
const LEAST_HEIGHT = 0.45;
/** Room beside the outermost points. */
const PADDING = 8;

/** @param box that the area may fill; it is less high where units are equal and the points are not as high. */
export function placesOf({ x, y, equalUnits }: ScatterPanel, box: Area): Places {
  const limits = { x: robustLimits(x), y: robustLimits(y) };
  const across = widened(limits.x);
  const up = widened(limits.y);
  const room = { width: box.right - box.left - 2 * PADDING, height: box.bottom - box.top - 2 * PADDING };
  let area = box;
  if (equalUnits) {
    const unit = Math.min(room.width / length(across), room.height / length(up));
    const height = Math.max(LEAST_HEIGHT * room.height, length(up) * unit);
    area = { ...box, bottom: Math.round(box.top + height + 2 * PADDING) };
    stretch(across, room.width / unit);
    stretch(up, (area.bottom - area.top - 2 * PADDING) / unit);
  }
  const scales = {
    across: scaleLinear([across.low, across.high], [area.left + PADDING, area.right - PADDING]),
    up: scaleLinear([up.low, up.high], [area.bottom - PADDING, area.top + PADDING]),
  };
  const within = (value: number, from: number, to: number) => round(Math.max(from, Math.min(to, value)));
  return {
    area,
    ...scales,
    at: (row) =>
      `${within(scales.across(x[row]!), area.left + 3, area.right - 3)} ${within(scales.up(y[row]!), area.top + 3, area.bottom - 3)}`,
    isBeyond: (row) => outside(x[row]!, limits.x) || outside(y[row]!, limits.y),
  };
}

const outside = (value: number, { low, high }: Limits) => value < low || value > high;
const length = ({ low, high }: Limits) => high - low;
const widened = ({ low, high }: Limits) =>
  high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 };

function stretch(limits: { low: number; high: number }, to: number): void {
  const [middle, half] = [(limits.low + limits.high) / 2, to / 2];
  limits.low = middle - half;
  limits.high = middle + half;
}
