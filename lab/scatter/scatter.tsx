/**
 * @file A map of very many points, as a component.
 */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { random } from "../../src/random.js";
import { type Ears, MapView, type Marks, packed, type Tool } from "./map-view.js";

const darkPage = matchMedia("(prefers-color-scheme: dark)");
/** The page is dark. */
export const isDark = signal(darkPage.matches);
darkPage.addEventListener("change", ({ matches }) => {
  isDark.value = matches;
});

const stillPage = matchMedia("(prefers-reduced-motion: reduce)");
/** Nothing is to move by itself. */
export const isStill = () => stillPage.matches;

/** Share of its color that a point keeps that is not chosen while others are. */
const FADED = 0.22;

export interface ScatterProps {
  /** Name of the picture, and the words for how it is used. */
  readonly label: string;
  /** Places of the points `[2n]`. */
  readonly places: Float32Array;
  readonly equalUnits: boolean;
  /** Group of each point `[n]`, and the first that is gray. */
  readonly groups: Uint8Array;
  readonly gray: number;
  /** Groups are steps of a scale. */
  readonly scale: boolean;
  /** Nonzero for points that are chosen `[n]`; none where nothing is. */
  readonly chosen: Uint8Array | undefined;
  readonly marks: Marks;
  readonly tool: Tool;
  readonly ears: Ears;
  /** Takes the map, for buttons. */
  readonly onMap?: (map: MapView) => void;
}

/** Colors of groups on the page as it is, light or dark. */
export function groupColors(scale: boolean, gray: number): (group: number) => string {
  const paper = isDark.value ? DARK : LIGHT;
  const colors = scale ? paper.scale : paper.classes;
  return (group) => (group >= gray ? paper.faint : colors[group % colors.length]!);
}

export function Scatter(props: ScatterProps) {
  const { label, places, equalUnits, groups, gray, scale, chosen, marks, tool, ears, onMap } = props;
  const host = useRef<HTMLDivElement>(null);
  const map = useRef<MapView>(undefined);
  /** Listeners as they are now: a map is made once. */
  const latest = useRef(ears);
  latest.current = ears;
  const n = places.length / 2;
  // No class lies above all others only since its rows are the last of the file.
  const order = useMemo(() => random(0).permutation(n), [n]);
  const dark = isDark.value;
  useEffect(() => {
    const made = new MapView(host.current!, {
      hover: (...heard) => latest.current.hover(...heard),
      pick: (point) => latest.current.pick(point),
      choose: (points, adds) => latest.current.choose(points, adds),
      clear: () => latest.current.clear(),
      step: (by) => latest.current.step(by),
      place: (x, y) => latest.current.place(x, y),
      seen: (part) => latest.current.seen(part),
      painted: (...heard) => latest.current.painted(...heard),
    });
    map.current = made;
    onMap?.(made);
    return () => made.release();
  }, []);
  useEffect(() => map.current!.setPlaces(places, equalUnits), [places, equalUnits]);
  useEffect(() => {
    const { paper, ink } = dark ? DARK : LIGHT;
    const colorOf = groupColors(scale, gray);
    const full = Uint32Array.from({ length: 256 }, (_, group) => packed(colorOf(group)));
    const faded = full.map((color) => mixed(color, packed(paper), FADED));
    const colors = new Uint32Array(n);
    for (let i = 0; i < n; i++) colors[i] = (chosen && !chosen[i] ? faded : full)[groups[i] ?? 0]!;
    map.current!.setColors(colors, chosen ? chosenLast(order, chosen) : order, { paper, ink });
  }, [groups, gray, scale, chosen, order, dark]);
  useEffect(() => map.current!.setMarks(marks), [marks]);
  useEffect(() => map.current!.setTool(tool), [tool]);
  return (
    <div
      class="map"
      ref={host}
      role="application"
      aria-roledescription="map"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is moved and chosen from by keys.
      tabIndex={0}
    />
  );
}

/** The order, those that are chosen behind all others. */
function chosenLast(order: Uint32Array, chosen: Uint8Array): Uint32Array {
  const out = new Uint32Array(order.length);
  let at = 0;
  for (const wanted of [false, true])
    for (let k = 0; k < order.length; k++) if (!!chosen[order[k]!] === wanted) out[at++] = order[k]!;
  return out;
}

function mixed(color: number, paper: number, share: number): number {
  let out = 0xff000000;
  for (const shift of [0, 8, 16]) {
    const part = share * ((color >>> shift) & 255) + (1 - share) * ((paper >>> shift) & 255);
    out |= Math.round(part) << shift;
  }
  return out >>> 0;
}
