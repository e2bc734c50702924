/**
 * @file Methods side by side as a table.
 */
import type { ComparisonEntry, ComparisonTrial, Judged } from "../src/tasks/compare.js";
import type { FigureName } from "../src/tasks/judging.js";
import { shownNumber, textTable } from "./text-table.js";

interface FigureColumn {
  readonly figure: FigureName;
  readonly heading: string;
  /** A mean, and its spread if there is one, in the units of the heading. */
  shown(mean: number, spread: number | undefined): string;
}

const percent = { factor: 100, digits: 1 };

/** Columns of the table, each there if one of the entries has the figure. */
const COLUMNS: readonly FigureColumn[] = [
  { figure: "heldOutError", heading: "held-out error", shown: withSpread },
  { figure: "explainedVarianceRatio", heading: "variance, %", shown: fixed(percent) },
  { figure: "outlierAuc", heading: "outliers, AUC", shown: fixed({ factor: 1, digits: 3 }) },
  { figure: "probeAccuracy", heading: "probe, %", shown: fixed(percent) },
  { figure: "knnAccuracy", heading: "5-NN, %", shown: fixed(percent) },
  { figure: "trustworthiness", heading: "trust, %", shown: fixed(percent) },
  { figure: "encodeSeconds", heading: "encode, ms", shown: (mean) => shownDuration(1000 * mean) },
  { figure: "modelBytes", heading: "size, kB", shown: (mean) => (mean / 1000).toFixed(1) },
  { figure: "fitSeconds", heading: "fit, s", shown: (mean) => shownDuration(mean) },
];

/** A line for every method at every size of its codes. */
export function comparisonTable(entries: readonly ComparisonEntry[]): string {
  const columns = COLUMNS.filter(({ figure }) =>
    entries.some(({ figures }) => figures[figure] !== undefined),
  );
  return textTable([
    ["method", "code", ...columns.map(({ heading }) => heading)],
    ...entries.map(({ name, latentDim, figures, spread }) => [
      name,
      String(latentDim),
      ...columns.map(({ figure, shown }) => {
        const mean = figures[figure];
        return mean === undefined ? "–" : shown(mean, spread[figure]);
      }),
    ]),
  ]);
}

/** One fit that is over, in a line: `3 of 9: autoencoder, 8 numbers, seed 0: held-out error 1.017`. */
export function judgedText(
  { name, latentDim, seed }: ComparisonTrial,
  { figures }: Judged,
  done: number,
  of: number,
): string {
  const { heldOutError, fitSeconds = 0 } = figures;
  const error = heldOutError === undefined ? "" : ` held-out error ${withSpread(heldOutError, undefined)},`;
  return `${done} of ${of}: ${name}, ${latentDim} numbers, seed ${seed}:${error} ${shownDuration(fitSeconds)} s`;
}

/** Four digits or more, and the spread with as many decimals. */
function withSpread(mean: number, spread: number | undefined): string {
  const size = Math.abs(mean);
  const shown =
    size >= 1000 && size < 1e6
      ? mean.toFixed(0)
      : size >= 1e-3 && size < 1e6
        ? mean.toPrecision(4)
        : shownNumber(mean);
  if (spread === undefined) return shown;
  const decimals = /e/.test(shown) ? undefined : (shown.split(".")[1]?.length ?? 0);
  return `${shown} ± ${decimals === undefined ? spread.toExponential(1) : spread.toFixed(decimals)}`;
}

function fixed({ factor, digits }: { factor: number; digits: number }): FigureColumn["shown"] {
  return (mean, spread) => {
    const shown = (factor * mean).toFixed(digits);
    return spread === undefined ? shown : `${shown} ± ${(factor * spread).toFixed(digits)}`;
  };
}

const shownDuration = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
