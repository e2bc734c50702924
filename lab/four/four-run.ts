/**
 * @file One run of Four in the worker: linear autoencoders of one size and seed, each with another encoder, the tied one among them, trained in
 * step on the same batches, beside what linear algebra says is the best.
 */
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import { shownValue } from "../../panels/draw/words.js";
import type { CurvesPanel } from "../../panels/report.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { takeRows, toMatrix } from "../../src/data/matrix.js";
import { applyScale } from "../../src/data/scale.js";
import { scatterMatrix } from "../../src/linalg/covariance.js";
import { type Dense, dense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { svd } from "../../src/linalg/svd.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import {
  linearAutoencoder,
  linearAutoencoderOptions,
  type Parameterization,
} from "../../src/methods/linear/linear-autoencoder.js";
import { lossOf } from "../../src/methods/losses.js";
import type { Method } from "../../src/methods/method.js";
import { defineMethod } from "../../src/methods/method-entry.js";
import type { Coder } from "../../src/methods/model.js";
import { identityDistance, noiseGain } from "../../src/metrics/linear-map.js";
import { mapError, wienerFrontier } from "../../src/metrics/linear-optima.js";
import type { FitOptions } from "../../src/training/fit-options.js";
import { startTraining, type TrainingSession } from "../../src/training/training-session.js";
import { withoutGaps } from "../open-data.js";
import { methodOf, trainingOf } from "../options.js";
import { breathe, Pace } from "../pace.js";
import {
  type FourAsked,
  type FourState,
  type LinearState,
  messageOf,
  type News,
  type Stage,
} from "../protocol.js";
import { commandOf } from "../repeat.js";
import { type MapOptions, mapOfParameters } from "./map-of-parameters.js";

const KINDS: readonly Parameterization[] = ["free", "projection", "shared", "unrolled", "tied"];
const entry = defineMethod({
  name: "linearAutoencoder",
  summary: "",
  options: linearAutoencoderOptions,
  create: linearAutoencoder,
});
/** Rows that are learned from at most: more would say the same, later. */
const MOST_ROWS = 2000;
/** ‖W − I‖_F/√d below which a map is called the identity: on average nine tenths of a direction come back. */
const IDENTITY = 0.1;
/** Errors below this share of the variance are rounding, and are drawn there. */
const ROUNDING = 1e-7;
/** Points of a line of errors; where there are twice as many, every other is left out. */
const POINTS = 200;
/** Points of a walk through the plane, and of the frontier in it. */
const WALK_POINTS = 60;
const FRONTIER_POINTS = 48;
/** Variances of noise of the ends of the frontier, as shares of the largest variance of the rows. */
const FRONTIER_NOISE = [1e-3, 1e3] as const;
/** Share of the time that figures may take. */
const FIGURES_SHARE = 0.3;
/** Steps of a cut, as a share of those before it: errors fall early, and on an axis of logarithms this is seen. */
const CUT_SHARE = 0.25;
/** First points of a line, which wait for nothing. */
const FIRST_POINTS = 40;

type Tell = (news: Extract<News, { kind: "four" | "failed" }>) => void;
type Session = TrainingSession<Coder>;

/** Facts that are known before the first step. */
interface Setting {
  readonly asked: FourAsked;
  readonly data: Dataset;
  readonly options: FitOptions;
  readonly methods: readonly Method<Coder>[];
  readonly moments: Moments;
  /** The Wiener frontier: errors on clean rows, and shares of noise that are left. */
  readonly frontier: { readonly errors: readonly number[]; readonly gains: readonly number[] };
  /** All rows are learned from. */
  readonly whole: boolean;
  /** Missing numbers were filled. */
  readonly filled: boolean;
  readonly notes: readonly string[];
}

/** Moments of the rows, in the units of training. */
interface Moments {
  readonly rows: number;
  readonly columns: number;
  readonly mean: Float64Array;
  /** 1/n Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ `[d, d]`. */
  readonly covariance: Dense;
  /** Variances along the principal axes, largest first. */
  readonly variances: Float64Array;
}

export class FourRun {
  readonly #run: number;
  readonly #tell: Tell;
  readonly #setting: Setting;
  readonly #sessions: readonly Session[];
  readonly #pace = new Pace();
  #stage: Stage = "ready";
  #working: Promise<void> = Promise.resolve();
  #ended = false;
  /** The state that was told last. */
  #told: FourState | undefined;
  /** Steps at which errors are known, and the errors of each model. */
  #steps: number[] = [];
  #errors: number[][] = KINDS.map(() => []);
  /** Shares of noise that are left, at the same steps. */
  #gains: number[][] = KINDS.map(() => []);
  /** Milliseconds that the last figures took, and when they were done. */
  #figuresTook = 0;
  #figuresAt = 0;

  private constructor(run: number, tell: Tell, setting: Setting, sessions: readonly Session[]) {
    this.#run = run;
    this.#tell = tell;
    this.#setting = setting;
    this.#sessions = sessions;
  }

  /** @throws RangeError or TypeError for options that the method or the data refuse. */
  static async begin(run: number, asked: FourAsked, data: Dataset, tell: Tell): Promise<FourRun> {
    const { given, options, filled, notes } = await prepare(asked, data);
    const methods = KINDS.map((kind) => methodOf(entry, textsOf(asked, kind), undefined));
    const { link } = lossOf(String(methods[0]!.options.loss));
    if (link) throw new RangeError("four: want a loss without a link, with which the map is linear");
    const sessions: Session[] = [];
    for (const method of methods) sessions.push(await startTraining(method, given, options));
    const moments = await momentsOf(given, sessions[0]!);
    const frontier = await frontierOf(moments);
    const whole = given.x.rows === data.x.rows;
    const setting = { asked, data, options, methods, moments, frontier, whole, filled, notes };
    const four = new FourRun(run, tell, setting, sessions);
    await four.#report();
    return four;
  }

  go(): void {
    if (this.#stage !== "ready" && this.#stage !== "paused") return;
    this.#stage = "running";
    this.#tell({ kind: "four", run: this.#run, state: { ...this.#told!, stage: "running" } });
    this.#working = this.#train().catch((error) => {
      this.#stage = "paused";
      this.#tell({ kind: "failed", what: "go", message: messageOf(error) });
    });
  }

  async pause(): Promise<void> {
    if (this.#stage !== "running") return;
    this.#stage = "paused";
    await this.#working;
  }

  async step(count: number): Promise<void> {
    await this.pause();
    if (this.#done) return;
    await this.#advance(count);
    this.#stage = this.#done ? "done" : "paused";
    await this.#report();
  }

  setLearningRate(value: number): void {
    for (const session of this.#sessions) session.setLearningRate(value);
  }

  setScalar(name: string, value: number): void {
    for (const session of this.#sessions) session.setScalar(name, value);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#working;
    for (const session of this.#sessions) await session.release();
  }

  get #done(): boolean {
    return this.#sessions[0]!.done;
  }

  async #advance(count: number): Promise<void> {
    for (const session of this.#sessions) await session.step(count);
  }

  async #train(): Promise<void> {
    // Otherwise changed meanwhile, which TypeScript does not see.
    const running = () => this.#stage === "running" && !this.#ended;
    while (running() && !this.#done) {
      const started = performance.now();
      const early = Math.ceil(CUT_SHARE * (1 + this.#sessions[0]!.stepsTaken));
      const count = Math.min(this.#pace.steps, early);
      await this.#advance(count);
      this.#pace.took(count, performance.now() - started);
      await breathe();
      const since = performance.now() - this.#figuresAt;
      const due = this.#steps.length < FIRST_POINTS || this.#figuresTook < FIGURES_SHARE * since;
      if (running() && due) await this.#report();
    }
    if (this.#ended) return;
    if (this.#done) this.#stage = "done";
    await this.#report();
  }

  async #report(): Promise<void> {
    const started = performance.now();
    const { asked, options, methods, moments, whole, notes } = this.#setting;
    const { variances } = moments;
    const found: Awaited<ReturnType<typeof figuresOf>>[] = [];
    // One after the other, since WebAssembly has one stack.
    for (const [i, session] of this.#sessions.entries())
      found.push(await figuresOf(session, methods[i]!, moments));
    const first = this.#sessions[0]!;
    this.#keep(first.stepsTaken, found);
    const leastError = variances.slice(asked.latentDim).reduce((sum, value) => sum + value, 0);
    const models = found.map(({ spectrum: _, ...state }, i): LinearState => ({ name: KINDS[i]!, ...state }));
    this.#figuresTook = performance.now() - started;
    this.#figuresAt = performance.now();
    this.#told = {
      stage: this.#stage,
      step: first.stepsTaken,
      epoch: first.epoch,
      epochs: options.epochs ?? 100,
      stepsPerSecond: this.#pace.rate,
      learningRate: first.learningRate,
      scalars: first.scalars,
      columns: moments.columns,
      rows: moments.rows,
      leastError,
      models,
      errors: this.#errorsPanel(leastError),
      plane: this.#planePanel(),
      spectrum: this.#spectrumPanel(found.map(({ spectrum }) => spectrum)),
      ...(whole && { commands: this.#commands() }),
      scale: String(options.scale),
      notes,
    };
    this.#tell({ kind: "four", run: this.#run, state: this.#told });
  }

  #commands(): string {
    const { asked, data, options, filled } = this.#setting;
    const { seed } = asked;
    return KINDS.map((parameterization) =>
      commandOf({
        ...{
          entry,
          data,
          filled,
          scale: String(options.scale),
          trained: true,
          changes: [],
          step: 0,
          steps: 0,
        },
        asked: {
          method: entry.name,
          options: textsOf(asked, parameterization),
          seed,
          choices: asked.choices,
        },
      }).replace("model.safetensors", `${parameterization}.safetensors`),
    ).join("\n");
  }

  #keep(step: number, found: readonly { readonly error: number; readonly noiseGain: number }[]): void {
    if (this.#steps.at(-1) === step) {
      this.#steps.pop();
      for (const line of [...this.#errors, ...this.#gains]) line.pop();
    }
    this.#steps.push(step);
    for (const [i, { error, noiseGain }] of found.entries()) {
      this.#errors[i]!.push(error);
      this.#gains[i]!.push(noiseGain);
    }
    if (this.#steps.length < 2 * POINTS) return;
    this.#steps = everyOther(this.#steps);
    this.#errors = this.#errors.map(everyOther);
    this.#gains = this.#gains.map(everyOther);
  }

  #floor(): number {
    return ROUNDING * this.#setting.moments.variances.reduce((sum, value) => sum + value, 0);
  }

  #errorsPanel(leastError: number): CurvesPanel {
    const floor = this.#floor();
    const isLow = this.#errors.some((line) => line.some((error) => error < floor));
    return {
      kind: "curves",
      title: "Error on clean rows",
      see: "The mean squared error of a row after each step. No linear map of this rank has less than the line of Eckart and Young: the variance along the principal axes that are left out.",
      xName: "step",
      yName: "squared error of a row",
      x: this.#steps,
      series: [
        ...KINDS.map((name, i) => ({
          name,
          values: this.#errors[i]!.map((error) => Math.max(error, floor)),
        })),
        ...(leastError > 0 ? [{ name: "Eckart–Young", values: this.#steps.map(() => leastError) }] : []),
      ],
      logY: true,
      ...(isLow && {
        caption: `errors below ${floor.toExponential(0)}, which are rounding, are drawn there`,
      }),
    };
  }

  /** Places of a line follow each other, so that each has those of all lines, and no value at most. */
  #planePanel(): CurvesPanel {
    const { frontier, moments } = this.#setting;
    const floor = this.#floor();
    const every = Math.ceil(this.#steps.length / WALK_POINTS);
    const some = <T>(list: readonly T[]) => list.filter((_, i) => i % every === 0 || i === list.length - 1);
    const lines = [
      ...KINDS.map((name, i) => ({
        name,
        x: some(this.#errors[i]!).map((error) => Math.max(error, floor)),
        y: some(this.#gains[i]!),
      })),
      { name: "Wiener frontier", x: frontier.errors, y: frontier.gains },
    ];
    const before = (at: number) => lines.slice(0, at).reduce((sum, { x }) => sum + x.length, 0);
    const all = before(lines.length);
    return {
      kind: "curves",
      title: "Error on clean rows, and noise that is let through",
      see: `A line is the way of a model so far, from its first weights on: to the left the error gets less, downwards noise. No linear map lies below the Wiener frontier, which ends at a copy, where all noise comes through. The variance of the rows is ${shownValue(moments.variances.reduce((sum, value) => sum + value, 0))}.`,
      xName: "squared error of a row",
      yName: "share of noise that is left",
      x: lines.flatMap(({ x }) => x),
      series: lines.map(({ name, y }, at) => {
        const values: number[] = new Array(all).fill(Number.NaN);
        values.splice(before(at), y.length, ...y);
        return { name, values };
      }),
      logX: true,
      logY: false,
    };
  }

  #spectrumPanel(spectra: readonly Float64Array[]): CurvesPanel {
    const { asked, moments } = this.#setting;
    const best = bestSpectrum(moments.variances, asked);
    const x = Array.from({ length: moments.columns }, (_, i) => i + 1);
    return {
      kind: "curves",
      title: "Singular values of the map from row to reconstruction",
      see: "A direction with 1 comes back as it is, one with 0 is lost: of rank k there are k that are not 0. A copy has 1 everywhere.",
      xName: "direction",
      yName: "singular value",
      x,
      series: [
        ...KINDS.map((name, i) => ({ name, values: Array.from(spectra[i]!) })),
        ...(best ? [{ name: "closed form", values: best }] : []),
      ],
      logY: false,
    };
  }
}

/** Options of one of the models; those of unrolled steps are of none but that. */
function textsOf({ options, latentDim }: FourAsked, parameterization: Parameterization) {
  const own = Object.entries(options).filter(
    ([name]) => parameterization === "unrolled" || !/^step(s|Size)$/.test(name),
  );
  return { latentDim: String(latentDim), parameterization, ...Object.fromEntries(own) };
}

async function prepare(asked: FourAsked, data: Dataset) {
  const notes: string[] = [];
  let given = data;
  if (data.x.rows > MOST_ROWS) {
    const drawn = drawnRows(data.x.rows, MOST_ROWS);
    const { table: _, order: __, labels: ___, ...rest } = data;
    given = { ...rest, x: takeRows(data.x, drawn) };
    notes.push(`${MOST_ROWS} of ${data.x.rows} rows, drawn at random, are learned from.`);
  }
  const filled = given.x.data.some(Number.isNaN);
  if (filled) {
    given = await withoutGaps(given);
    notes.push("Missing numbers are filled by low-rank completion.");
  }
  const scale = defaultScaleOf(
    { name: "linearAutoencoder", fitting: { kind: "trained" } },
    factsOf(given),
  ).scale;
  const training = trainingOf(entry, asked.options, given.x.rows);
  const options: FitOptions = { seed: asked.seed, scale, ...training };
  return { given, options, filled, notes };
}

/** Every other, and the last. */
const everyOther = (list: readonly number[]) => list.filter((_, i) => i % 2 === 0 || i === list.length - 1);

/** Figures of a model, in the units of training. */
async function figuresOf(session: Session, { options }: Method<Coder>, moments: Moments) {
  const { parameters } = session.snapshot();
  const map = await mapOfParameters(parameters, options as unknown as MapOptions);
  const spectrum = (await svd(map)).s;
  const distance = identityDistance(map);
  return {
    loss: session.history.at(-1)?.loss,
    error: Math.max(0, await mapError(map, momentsAbout(moments, parameters.center?.data as Float32Array))),
    identityDistance: distance,
    noiseGain: noiseGain(map),
    spectralNorm: spectrum[0]!,
    isCopy: distance < IDENTITY,
    spectrum,
  };
}

/** 1/n Σᵢ (xᵢ − c)(xᵢ − c)ᵀ. @param center c; default: 0. */
function momentsAbout({ covariance, mean, columns: d }: Moments, center: Float32Array | undefined): Dense {
  const off = mean.map((value, j) => value - (center?.[j] ?? 0));
  return dense(
    d,
    d,
    covariance.data.map((value, at) => value + off[Math.floor(at / d)]! * off[at % d]!),
  );
}

/** Those of the data that were open last, by their scaling: a new run on the same rows has the same. */
const known = new WeakMap<object, Map<string, Promise<Moments>>>();

function momentsOf({ x }: Dataset, { scaling }: Session): Promise<Moments> {
  const ofData = known.get(x) ?? new Map<string, Promise<Moments>>();
  known.set(x, ofData);
  const key = JSON.stringify(scaling);
  const found = ofData.get(key) ?? computeMoments(applyScale(toMatrix(x, "four"), scaling));
  ofData.set(key, found);
  return found;
}

async function computeMoments(x: ReturnType<typeof applyScale>): Promise<Moments> {
  const { matrix, mean } = await scatterMatrix(x);
  const covariance = dense(
    x.cols,
    x.cols,
    matrix.data.map((value) => value / x.rows),
  );
  const { values } = await eigh(covariance);
  const variances = values.map((value) => Math.max(0, value)).sort((a, b) => b - a);
  return { rows: x.rows, columns: x.cols, mean, covariance, variances };
}

/** Points from little noise to much; none where the rows do not vary. */
async function frontierOf({ covariance, variances }: Moments) {
  const largest = variances[0]!;
  if (!(largest > 0)) return { errors: [], gains: [] };
  const [low, high] = FRONTIER_NOISE.map(Math.log) as [number, number];
  const noise = Array.from(
    { length: FRONTIER_POINTS },
    (_, i) => largest * Math.exp(low + ((high - low) * i) / (FRONTIER_POINTS - 1)),
  );
  const points = await wienerFrontier(covariance, noise);
  return {
    errors: points.map(({ cleanError }) => cleanError),
    gains: points.map(({ noiseGain }) => noiseGain),
  };
}

/**
 * Singular values of the best map of rank k from rows with normal noise back to the rows, λ / (λ + σ²) along each axis: 1 without noise.
 * None where entries are hidden, or the noise is of another kind.
 */
function bestSpectrum(variances: Float64Array, { latentDim, options }: FourAsked): number[] | undefined {
  const { noise, maskRatio } = options;
  if (Number(maskRatio ?? 0) > 0) return undefined;
  const gaussian = noise === undefined ? "0" : /^gaussian:(.*)$/.exec(noise)?.[1];
  if (gaussian === undefined) return undefined;
  const variance = Number(gaussian) ** 2;
  return Array.from(variances, (value, i) => (i < latentDim && value > 0 ? value / (value + variance) : 0));
}
