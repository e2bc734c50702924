/**
 * @file Lines: values along steps, and the shares of components with their sum.
 */
import { scaleLinear, scaleLog } from "d3-scale";
import type { CurvesPanel, SpectrumPanel, TablePanel } from "../report.js";
import { Axes, Caption, captionHeight, Picture, round, WIDTH } from "./frame.js";
import { ClassLegend, legendHeight } from "./legend.js";
import { LIGHT } from "./palette.js";
import type { PictureOptions } from "./scatter.js";

const AREA = { left: 62, right: WIDTH - 12, top: 8, bottom: 250 };
const AXIS = 44;
/** More points in a line are thinned. */
const MOST_STEPS = 400;

export function Curves({ panel, id, standalone }: { panel: CurvesPanel } & PictureOptions) {
  const { x, series, caption = "" } = panel;
  const known = series.flatMap(({ values }) => values.filter(Number.isFinite));
  const [low, high] = ends(known);
  const logY = panel.logY ?? (low > 0 && high / low > 50);
  const isLog = logY && low > 0;
  const around = isLog ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  const vertical = (isLog ? scaleLog() : scaleLinear())
    .domain(low < high ? [low, high] : around)
    .range([AREA.bottom - 4, AREA.top + 4]);
  const [first, last] = ends(x);
  const across = (panel.logX && first > 0 ? scaleLog() : scaleLinear())
    .domain(first < last ? [first, last] : [first - 0.5, last + 0.5])
    .range([AREA.left + 4, AREA.right - 4]);
  // Half a layer is none.
  const isWhole = !panel.logX && first < last && x.every(Number.isInteger);
  const steps = thinned(x.length);
  const under = AREA.bottom + AXIS;
  const names = series.map(({ name }) => name);
  const legend =
    names.length > 1 ? legendHeight({ names, range: undefined, groups: new Uint16Array(), count: 0 }) : 0;
  return (
    <Picture {...{ id, standalone, panel }} height={under + legend + captionHeight(caption)}>
      <Axes
        x={across}
        y={vertical}
        xName={panel.xName}
        yName={isLog ? `${panel.yName} (log)` : panel.yName}
        area={AREA}
        {...(isWhole && { xTicks: across.ticks(6).filter(Number.isInteger) })}
      />
      <g fill="none" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">
        {series.map(({ name, values }, i) => {
          const points = steps
            .filter((at) => Number.isFinite(values[at]))
            .map((at) => [across(x[at]!), vertical(values[at]!)]);
          return (
            <path
              key={name}
              class={`s${i % 20}`}
              stroke={LIGHT.classes[i % 20]}
              stroke-dasharray={dashes(i)}
              {...(points.length === 1 && { "stroke-width": 7 })}
              d={line(points)}
            />
          );
        })}
      </g>
      {legend > 0 && <ClassLegend title={panel.yName} names={names} top={under} dashes={dashes} />}
      <Caption text={caption} top={under + legend} />
    </Picture>
  );
}

const DASHES = [undefined, "7 4", "2 4", "10 3 2 3"];
const dashes = (i: number) => DASHES[i % DASHES.length];

/** One point is drawn as a dot. */
function line(points: readonly (readonly number[])[]): string {
  const [only] = points;
  if (points.length === 1) return `M${round(only![0]!)} ${round(only![1]!)}h.1`;
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x!)} ${round(y!)}`).join("");
}

function thinned(count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  const stride = Math.ceil(count / MOST_STEPS);
  return all.filter((i) => i % stride === 0 || i === count - 1);
}

function ends(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

export function curvesTable({ title, see, xName, x, series }: CurvesPanel): TablePanel {
  return {
    kind: "table",
    title,
    see,
    columns: [xName, ...series.map(({ name }) => name)],
    rows: x.map((at, i) => [at, ...series.map(({ values }) => finite(values[i]!))]),
  };
}

const finite = (value: number) => (Number.isFinite(value) ? value : undefined);

export function Spectrum({ panel, id, standalone }: { panel: SpectrumPanel } & PictureOptions) {
  const { shares, caption = "" } = panel;
  const sums = runningSums(shares);
  const top = Math.max(sums.at(-1) ?? 0, 1e-9);
  const across = scaleLinear([0.5, shares.length + 0.5], [AREA.left + 2, AREA.right - 2]);
  const vertical = scaleLinear([0, Math.min(1, top * 1.05)], [AREA.bottom, AREA.top + 4]);
  const wide = Math.max(0.6, Math.min(28, (0.72 * (AREA.right - AREA.left)) / Math.max(1, shares.length)));
  const under = AREA.bottom + AXIS;
  const names = ["each", "sum so far"];
  const legend = legendHeight({ names, range: undefined, groups: new Uint16Array(), count: 0 });
  const ticks = across.ticks(6).filter(Number.isInteger);
  return (
    <Picture {...{ id, standalone, panel }} height={under + legend + captionHeight(caption)}>
      <Axes x={across} y={vertical} xName={panel.xName} yName={panel.yName} area={AREA} xTicks={ticks} />
      <path
        class="s0"
        stroke={LIGHT.classes[0]}
        stroke-width={round(wide)}
        d={shares
          .map((share, i) => `M${round(across(i + 1))} ${AREA.bottom}V${round(vertical(share))}`)
          .join("")}
      />
      <path
        class="s1"
        fill="none"
        stroke={LIGHT.classes[1]}
        stroke-width="2"
        d={line(sums.map((sum, i) => [across(i + 1), vertical(sum)]))}
      />
      <ClassLegend title={panel.yName} names={names} top={under} />
      <Caption text={caption} top={under + legend} />
    </Picture>
  );
}

function runningSums(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}

export function spectrumTable({ title, see, xName, yName, shares }: SpectrumPanel): TablePanel {
  const sums = runningSums(shares);
  return {
    kind: "table",
    title,
    see,
    columns: [xName, yName, "sum so far"],
    rows: shares.map((share, i) => [i + 1, share, sums[i]]),
  };
}
