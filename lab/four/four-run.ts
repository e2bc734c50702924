/**
 * @file One run of Four in the worker: linear autoencoders of one size and seed, each with another encoder, trained in step on the same
 * batches, beside what linear algebra says is the best.
 */
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import type { CurvesPanel } from "../../panels/report.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { type Matrix, type MatrixLike, takeRows, toMatrix } from "../../src/data/matrix.js";
import { applyScale, undoScale } from "../../src/data/scale.js";
import { scatterMatrix } from "../../src/linalg/covariance.js";
import type { Dense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { svd } from "../../src/linalg/svd.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import {
  linearAutoencoder,
  linearAutoencoderOptions,
  type Parameterization,
} from "../../src/methods/linear/linear-autoencoder.js";
import { defineMethod } from "../../src/methods/method-entry.js";
import type { Coder } from "../../src/methods/model.js";
import { identityDistance, linearMap, noiseGain } from "../../src/metrics/linear-map.js";
import { squaredErrorPerSample } from "../../src/metrics/reconstruction.js";
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

const KINDS: readonly Parameterization[] = ["free", "projection", "shared", "unrolled"];
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
/** Share of the time that figures may take. */
const FIGURES_SHARE = 0.3;

type Tell = (news: Extract<News, { kind: "four" | "failed" }>) => void;
type Session = TrainingSession<Coder>;

/** Facts that are known before the first step. */
interface Setting {
  readonly asked: FourAsked;
  readonly data: Dataset;
  readonly options: FitOptions;
  /** Rows in the units of the data, and in those of training. */
  readonly rows: Matrix;
  readonly scaled: Matrix;
  /** Variances along the principal axes in the units of training, largest first. */
  readonly variances: Float64Array;
  /** All rows are learned from. */
  readonly whole: boolean;
  /** Missing numbers were filled. */
  readonly filled: boolean;
  readonly notes: readonly string[];
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
    const sessions: Session[] = [];
    for (const parameterization of KINDS) {
      const method = methodOf(entry, textsOf(asked, parameterization), undefined);
      sessions.push(await startTraining(method, given, options));
    }
    const rows = toMatrix(given.x, "four");
    const scaled = applyScale(rows, sessions[0]!.scaling);
    const variances = await principalVariances(scaled);
    const whole = given.x.rows === data.x.rows;
    const setting = { asked, data, options, rows, scaled, variances, whole, filled, notes };
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
      await this.#advance(this.#pace.steps);
      this.#pace.took(this.#pace.steps, performance.now() - started);
      await breathe();
      const since = performance.now() - this.#figuresAt;
      if (running() && this.#figuresTook < FIGURES_SHARE * since) await this.#report();
    }
    if (this.#ended) return;
    if (this.#done) this.#stage = "done";
    await this.#report();
  }

  async #report(): Promise<void> {
    const started = performance.now();
    const { asked, options, rows, scaled, variances, whole, notes } = this.#setting;
    const found: Awaited<ReturnType<typeof figuresOf>>[] = [];
    // One after the other, since WebAssembly has one stack.
    for (const session of this.#sessions) found.push(await figuresOf(session, rows, scaled));
    const first = this.#sessions[0]!;
    this.#keepErrors(
      first.stepsTaken,
      found.map(({ error }) => error),
    );
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
      columns: rows.cols,
      rows: rows.rows,
      leastError,
      models,
      errors: this.#errorsPanel(leastError),
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

  #keepErrors(step: number, errors: readonly number[]): void {
    if (this.#steps.at(-1) === step) {
      this.#steps.pop();
      for (const line of this.#errors) line.pop();
    }
    this.#steps.push(step);
    errors.forEach((error, i) => void this.#errors[i]!.push(error));
    if (this.#steps.length < 2 * POINTS) return;
    const halved = (list: readonly number[]) => list.filter((_, i) => i % 2 === 0 || i === list.length - 1);
    this.#steps = halved(this.#steps);
    this.#errors = this.#errors.map(halved);
  }

  #errorsPanel(leastError: number): CurvesPanel {
    const floor = ROUNDING * this.#setting.variances.reduce((sum, value) => sum + value, 0);
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

  #spectrumPanel(spectra: readonly Float64Array[]): CurvesPanel {
    const { asked, variances, scaled } = this.#setting;
    const best = bestSpectrum(variances, asked);
    const x = Array.from({ length: scaled.cols }, (_, i) => i + 1);
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

/** Figures of a model, in the units of training. */
async function figuresOf(session: Session, rows: Matrix, scaled: Matrix) {
  const { scaling } = session;
  const error = squaredErrorPerSample(scaled, applyScale(await session.reconstruct(rows), scaling));
  const { matrix: map } = await linearMap({
    inputDim: rows.cols,
    reconstruct: async (x: MatrixLike) =>
      applyScale(await session.reconstruct(undoScale(toMatrix(x, "four"), scaling)), scaling),
  });
  const spectrum = (await svd(map)).s;
  const distance = identityDistance(map);
  return {
    error,
    identityDistance: distance,
    noiseGain: noiseGain(map),
    spectralNorm: spectrum[0]!,
    isCopy: distance < IDENTITY,
    spectrum,
  };
}

/** Variances along the principal axes, largest first. */
async function principalVariances(x: Matrix): Promise<Float64Array> {
  const { matrix } = await scatterMatrix(x);
  const { values } = await eigh(matrix as Dense);
  return values.map((value) => Math.max(0, value) / x.rows).sort((a, b) => b - a);
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
