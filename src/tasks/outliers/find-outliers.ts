/**
 * @file Unusual rows of a table, and why: the task behind `unlabeled outliers`.
 */
import { cellText } from "../../data/csv/write.js";
import { columnNames, type Dataset, isDataset } from "../../data/dataset.js";
import { type MatrixLike, type Numbers, takeRows, toNumbers } from "../../data/matrix.js";
import { applyScale, fitScale, type ScaleKind, type Scaling } from "../../data/scale.js";
import { random } from "../../random.js";
import { refuseInfinite } from "../../training/finite.js";
import { quantileOf } from "../robust-units.js";
import { type ColumnModel, fitColumnModel, MOST_NUMBERS, modelRows, putExpected } from "./column-model.js";
import { type ColumnUnits, columnUnits, ofUnits } from "./column-units.js";
import { combined, type DetectorScores, evidence, FENCE, mostOfKinds } from "./combine.js";
import {
  DETECTORS,
  type Detector,
  type DetectorRows,
  margins,
  type OutlierKind,
  type OutlierMethod,
} from "./detectors.js";
import { farthestColumns, type OutlierReason, reasonsOf } from "./explain.js";

/** Options of `findOutliers`. */
export interface FindOutliersOptions {
  /** One detector alone. Default: all that are combined. */
  readonly method?: OutlierMethod | undefined;
  /** Detectors that are told of beside those that make the score. Default none. */
  readonly beside?: readonly OutlierMethod[] | undefined;
  /** Rows that are known to be usual, of the same columns: detectors learn of half of them, and the other half tells which scores are usual. */
  readonly clean?: MatrixLike | Dataset | undefined;
  /**
   * Share of the rows that are outliers, in (0, 1); with `clean` the share of usual rows that may be called so. Default: with `clean` .01,
   * without it the rows beyond the fence.
   */
  readonly contamination?: number | undefined;
  /** Rows that are explained, those of the first ranks. Default 10. */
  readonly explained?: number | undefined;
  /** Columns that are told of a row, at most. Default 3. */
  readonly reasons?: number | undefined;
  /** Scaling of the columns. Default: `standard`, of images `none`. */
  readonly scale?: ScaleKind | undefined;
  /** Whole number in [0, 2⁵³). Default 0. */
  readonly seed?: number | undefined;
  /** Told before every detector. */
  readonly onDetector?: ((progress: DetectorProgress) => void) | undefined;
  /** Stops it with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Progress of `findOutliers`. */
export interface DetectorProgress {
  /** Share of the detectors that are done. */
  readonly fraction: number;
  /** The one whose turn it is, in words. */
  readonly detector: string;
}

/** Scores of one detector. */
export interface DetectorResult {
  /** Name of the detector. */
  readonly name: OutlierMethod;
  /** The same in words. */
  readonly title: string;
  /** Kind of outliers that it sees. */
  readonly kind: OutlierKind;
  /** Scores of the rows `[n]`, larger is more unusual, in units of its own. */
  readonly scores: ArrayLike<number>;
}

/** Row of a first rank. */
export interface OutlierRow {
  /** The row, from 0. */
  readonly row: number;
  /** Its rank, from 1. */
  readonly rank: number;
  /** Its score. */
  readonly score: number;
  /** True if it is an outlier. */
  readonly outlier: boolean;
  /** Columns that make it so, most first. */
  readonly reasons: readonly OutlierReason[];
}

/** Unusual rows. */
export interface OutlierSearch {
  /**
   * Score of every row `[n]`, larger is more unusual: −log₁₀ of the share of rows that are as unusual to detectors of one kind, see combine.ts; of
   * one detector alone its own.
   */
  readonly scores: Float64Array;
  /** Rank of every row `[n]`, from 1; rows of equal scores in their order. */
  readonly ranks: Uint32Array;
  /** 1 for rows that are outliers `[n]`. */
  readonly outliers: Uint8Array;
  /** Number of them. */
  readonly count: number;
  /** Rule that told them from the others: a clause. */
  readonly rule: string;
  /** Rows of the first ranks, with reasons. */
  readonly explained: readonly OutlierRow[];
  /** Detectors that made the score, and those beside them. */
  readonly detectors: readonly DetectorResult[];
  /** True if the scores are of several detectors. */
  readonly combined: boolean;
  /** The rows with gaps filled as the other columns tell, in the units of the data `[n, d]`. */
  readonly filled: Numbers;
  /** Scaling that the detectors saw. */
  readonly scale: ScaleKind;
  /** Seed of all that is random. */
  readonly seed: number;
  /** Rows that the detectors were fitted to. */
  readonly fittedRows: number;
}

/** Rows that detectors are fitted to at most, drawn at random of more. */
const FITTED_ROWS = 10_000;
const LEAST_ROWS = 3;
const USUAL_CONTAMINATION = 0.01;

/**
 * Finds unusual rows and says which columns make them so. Detectors of several kinds score every row, and are combined by rank: a row is as
 * unusual as the kind that finds it most unusual, where the median over the detectors of a kind counts. Missing numbers are taken as the
 * other columns of the row tell them, so that a gap makes no row unusual.
 * @param data rows `[n, d]`, NaN is missing; or a data set, whose columns are then told as in its table.
 * @throws RangeError for data or options that do not fit. The reason of the signal.
 */
export async function findOutliers(
  data: MatrixLike | Dataset,
  options: FindOutliersOptions = {},
): Promise<OutlierSearch> {
  const { seed = 0, signal, onDetector, method, clean, explained = 10, reasons = 3 } = options;
  const { contamination } = options;
  if (contamination !== undefined && !(contamination > 0 && contamination < 1))
    throw new RangeError(`findOutliers: contamination must be a number in (0, 1), got ${contamination}`);
  const set = isDataset(data) ? data : undefined;
  const x = numbersOf(data, "findOutliers", clean === undefined ? LEAST_ROWS : 1);
  const usual = clean === undefined ? undefined : numbersOf(clean, "findOutliers: clean", 2 * LEAST_ROWS);
  if (usual && usual.cols !== x.cols)
    throw new RangeError(`findOutliers: clean rows must have ${x.cols} numbers, got ${usual.cols}`);
  const { learned, places, held } = dividedRows(x, usual, seed);
  const hints = { range: set?.range, groups: set?.groups };
  const names = columnNames(set?.columns, x.cols);
  const units = columnUnits(learned, names, set?.encoding, hints);
  const narrow = units.columns.length > 0 && x.cols <= MOST_NUMBERS;
  const model = narrow ? await fitColumnModel(learned, units) : undefined;
  const ready = (rows: Numbers, scaling: Scaling): DetectorRows => {
    const filled = filledRows(rows, units, model);
    return { ...filled, scaled: applyScale(filled.x, scaling, "findOutliers") };
  };
  const kind = options.scale ?? (set?.range ? "none" : "standard");
  const scaling = fitScale(filledRows(learned, units, model).x, kind, hints);
  const fittedRows = ready(learned, scaling);
  const asked = learned === x ? fittedRows : ready(x, scaling);
  const heldRows = held && ready(held, scaling);

  const main = chosenDetectors(method, fittedRows, units, model);
  const chosen = [...main, ...besides(options.beside, main, fittedRows, units, model)];
  const found: (DetectorScores & { readonly detector: Detector })[] = [];
  for (const [at, detector] of chosen.entries()) {
    signal?.throwIfAborted();
    onDetector?.({ fraction: at / chosen.length, detector: detector.title });
    const scorer = await detector.fit({ rows: fittedRows, units, model, seed, signal });
    const scores = await scorer(asked, places);
    const compared = heldRows ? await scorer(heldRows, new Int32Array(heldRows.x.rows).fill(-1)) : scores;
    found.push({
      detector,
      kind: detector.kind,
      scores,
      usual: compared,
      margins: margins(scores, compared, detector.power),
    });
  }
  const heard = found.slice(0, main.length);
  const single = heard.length === 1 ? heard[0]! : undefined;
  const scores = single ? Float64Array.from(single.scores) : combined(heard);
  const usualScores = () =>
    single
      ? Float64Array.from(single.usual)
      : combined(
          heard.map((one) => ({
            ...one,
            scores: one.usual,
            margins: margins(one.usual, one.usual, one.detector.power),
          })),
        );
  // Rows that the combination cannot tell apart are in the order of the mean over the detectors.
  const finer = single ? scores : meanEvidence(heard);
  const order = Uint32Array.from({ length: x.rows }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]! || finer[b]! - finer[a]! || a - b,
  );
  const ranks = new Uint32Array(x.rows);
  order.forEach((row, at) => {
    ranks[row] = at + 1;
  });
  const { count, rule } = threshold(
    scores,
    heard,
    clean === undefined ? undefined : usualScores(),
    contamination,
  );
  const outliers = Uint8Array.from(ranks, (rank) => Number(rank <= count));
  return {
    scores,
    ranks,
    outliers,
    count,
    rule,
    explained: Array.from(order.subarray(0, explained), (row, at) => ({
      row,
      rank: at + 1,
      score: scores[row]!,
      outlier: at < count,
      reasons: model
        ? reasonsOf(x, row, asked.model!, model, reasons, (column) => textOf(set, column, row))
        : farthestColumns(x, row, units, reasons),
    })),
    detectors: found.map(({ detector: { name, title }, kind: of, scores: own }) => ({
      name,
      title,
      kind: of,
      scores: own,
    })),
    combined: single === undefined,
    filled: asked.x,
    scale: kind,
    seed,
    fittedRows: learned.rows,
  };
}

/** Text of a row in a column of the table, as it is written there: levels that are joined have one of their own. */
function textOf(set: Dataset | undefined, name: string, row: number): string | undefined {
  const { table, x } = set ?? {};
  // A row of several moments has no row of the table.
  if (!table || table.rows !== x?.rows) return undefined;
  const column = table.columns.find((one) => one.name === name);
  return column && cellText(column, row);
}

function numbersOf(data: MatrixLike | Dataset, where: string, least: number): Numbers {
  const x = toNumbers(isDataset(data) ? data.x : data, where);
  refuseInfinite(x, where);
  if (x.rows < least || x.cols === 0)
    throw new RangeError(`${where}: want at least ${least} rows and a column, got ${x.rows} × ${x.cols}`);
  return x;
}

/** Rows to fit to, the place of every row of x among them, and usual rows that are held out. */
function dividedRows(x: Numbers, usual: Numbers | undefined, seed: number) {
  const from = usual ?? x;
  const mixed = random(seed).fork("fitted rows").permutation(from.rows);
  const most = Math.min(FITTED_ROWS, usual ? Math.ceil(usual.rows / 2) : x.rows);
  const drawn = mixed.slice(0, most).sort();
  const learned = drawn.length < from.rows ? takeRows(from, drawn) : from;
  const places = new Int32Array(x.rows).fill(-1);
  if (!usual)
    drawn.forEach((row, at) => {
      places[row] = at;
    });
  const held = usual && takeRows(usual, mixed.slice(most).sort());
  return { learned, places, held };
}

/** Rows with gaps filled as the other columns tell, and as the model of columns has them. */
function filledRows(
  x: Numbers,
  units: ColumnUnits,
  model: ColumnModel | undefined,
): Omit<DetectorRows, "scaled"> {
  const rows = model && modelRows(x, model);
  const own = rows && { model: rows };
  if (!x.data.some(Number.isNaN)) return { x, ...own };
  const data = Float64Array.from(x.data);
  if (rows) putExpected({ ...x, data }, rows, model!, (place, j) => ofUnits(place, j, units));
  // Columns that the model does not have.
  for (let at = 0; at < data.length; at++) if (Number.isNaN(data[at]!)) data[at] = units.middle[at % x.cols]!;
  return { x: { ...x, data }, ...own };
}

/** The detector that is asked for, or all that the rows suffice for. @throws RangeError where they do not suffice for the one. */
function chosenDetectors(
  method: OutlierMethod | undefined,
  { x }: DetectorRows,
  { columns }: ColumnUnits,
  model: ColumnModel | undefined,
): readonly Detector[] {
  const suits = (one: Detector) => suitsRows(one, x, columns.length, model);
  if (method === undefined) return DETECTORS.filter((one) => one.joins(x.rows, x.cols) && suits(one));
  const one = DETECTORS.find(({ name }) => name === method);
  if (!one) throw new RangeError(`findOutliers: no method is called ${method}`);
  if (columns.length === 0) throw new RangeError("findOutliers: every column is constant");
  if (one.name === "regression" && !model)
    throw new RangeError(`findOutliers: regression takes up to ${MOST_NUMBERS} numbers a row, got ${x.cols}`);
  if (!suits(one))
    throw new RangeError(
      `findOutliers: ${method} wants at least ${one.least(x.cols)} rows to learn from, got ${x.rows}`,
    );
  return [one];
}

function suitsRows(
  { name, least }: Detector,
  x: Numbers,
  columns: number,
  model: ColumnModel | undefined,
): boolean {
  if (x.rows < least(x.cols)) return false;
  return name === "distanceToMean" || (columns > 0 && (name !== "regression" || model !== undefined));
}

function besides(
  names: readonly OutlierMethod[] = [],
  main: readonly Detector[],
  { x }: DetectorRows,
  { columns }: ColumnUnits,
  model: ColumnModel | undefined,
): readonly Detector[] {
  return DETECTORS.filter(
    (one) => names.includes(one.name) && !main.includes(one) && suitsRows(one, x, columns.length, model),
  );
}

function meanEvidence(heard: readonly DetectorScores[]): Float64Array {
  const sums = new Float64Array(heard[0]!.scores.length);
  for (const { scores, usual } of heard)
    evidence(scores, usual).forEach((value, i) => {
      sums[i]! += value / heard.length;
    });
  return sums;
}

function threshold(
  scores: Float64Array,
  heard: readonly DetectorScores[],
  usual: Float64Array | undefined,
  contamination: number | undefined,
): { count: number; rule: string } {
  const n = scores.length;
  if (usual) {
    const share = contamination ?? USUAL_CONTAMINATION;
    const limit = quantileOf(usual.sort(), 1 - share);
    const count = scores.reduce((sum, score) => sum + Number(score > limit), 0);
    return {
      count,
      rule: `they score above the ${percent(1 - share)} quantile of ${usual.length} clean rows`,
    };
  }
  if (contamination !== undefined)
    return { count: Math.round(contamination * n), rule: `${percent(contamination)} of the rows, as asked` };
  const far = mostOfKinds(heard, (one) => one.margins);
  const count = far.reduce((sum, margin) => sum + Number(margin > FENCE), 0);
  return {
    count,
    rule: `as many as lie beyond the fence, ${FENCE} times as far above the third quartile of the scores as that is above the median`,
  };
}

const percent = (share: number) => `${Number((100 * share).toPrecision(4))} %`;
