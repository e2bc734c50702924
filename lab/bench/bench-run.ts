/**
 * @file One run of the bench in the worker: any method on the data, step by step where it is trained, with panels of what it has learned
 * so far.
 */
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import type { Panel } from "../../panels/report.js";
import { directionsPanel, lossPanel, spectrumPanel } from "../../panels/sections/learned.js";
import { placesBy } from "../../panels/sections/map.js";
import { reconstructionPanel } from "../../panels/sections/reconstruction.js";
import { fewRows, pointsOf } from "../../panels/sections/rows.js";
import { type Dataset, factsOf } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Matrix, takeRows } from "../../src/data/matrix.js";
import type { ScaleKind } from "../../src/data/scale.js";
import { defaultScaleOf } from "../../src/methods/default-scale.js";
import { type Method, partNames } from "../../src/methods/method.js";
import type { MethodEntry } from "../../src/methods/method-entry.js";
import type { Coder, Epoch, PartName } from "../../src/methods/model.js";
import { methodNamed } from "../../src/methods/registry.js";
import { heldOut, heldOutLast } from "../../src/metrics/split.js";
import { fit } from "../../src/training/fit.js";
import type { FitOptions } from "../../src/training/fit-options.js";
import { startTraining, type TrainingSession } from "../../src/training/training-session.js";
import { LossCurve } from "../loss-curve.js";
import { withoutGaps } from "../open-data.js";
import { methodOf, trainingOf } from "../options.js";
import { breathe, Pace } from "../pace.js";
import {
  type BenchAsked,
  type BenchPlace,
  type Change,
  messageOf,
  type News,
  type Stage,
} from "../protocol.js";
import { commandOf, commandWords, programOf, type Repeated } from "../repeat.js";
import type { Corrupted } from "./corrupted-rows.js";

/** Points of the map of codes, and rows that errors are counted on, while it runs. */
const MOST_ROWS = 1000;
/** The same where every row wants a search of its own. */
const SEARCHED_ROWS = 100;
const IMAGES = 12;
/** Milliseconds from one picture of codes and reconstructions to the next, at least. */
const PICTURES_EVERY = 700;

type Tell = (news: Extract<News, { kind: "bench" | "file" | "failed" }>) => void;
type Panels = Partial<Record<BenchPlace, Panel>>;

/** Data and method of a run, ready to begin. */
interface Prepared {
  readonly entry: MethodEntry;
  readonly asked: BenchAsked;
  readonly data: Dataset;
  readonly method: Method<Coder>;
  /** The rows that are learned from. */
  readonly learned: Dataset;
  readonly options: FitOptions;
  readonly parts: readonly PartName[];
  /** Those that are graphs, and so can be had as ONNX. */
  readonly exported: readonly PartName[];
  /** Missing numbers were filled. */
  readonly filled: boolean;
  readonly notes: readonly string[];
}

export class BenchRun {
  readonly #run: number;
  readonly #tell: Tell;
  readonly #prepared: Prepared;
  /** None of a method that is solved. */
  readonly #session: TrainingSession<Coder> | undefined;
  readonly #curve = new LossCurve();
  readonly #pace = new Pace();
  readonly #changes: Change[] = [];
  readonly #abort = new AbortController();
  #stage: Stage = "ready";
  #working: Promise<void> = Promise.resolve();
  #model: Coder | undefined;
  #iteration = 0;
  /** Images as the model is given them at a level of noise. */
  #corrupted: { readonly level: string; readonly rows: Corrupted | undefined } | undefined;
  #pictured = 0;

  private constructor(run: number, tell: Tell, prepared: Prepared, session?: TrainingSession<Coder>) {
    this.#run = run;
    this.#tell = tell;
    this.#prepared = prepared;
    this.#session = session;
  }

  /** @throws RangeError or TypeError for options that the method or the data refuse. */
  static async begin(run: number, asked: BenchAsked, data: Dataset, tell: Tell): Promise<BenchRun> {
    const prepared = await prepare(asked, data);
    const { method, learned, options } = prepared;
    const trained = method.fitting.kind === "trained";
    const session = trained ? await startTraining(method, learned, options) : undefined;
    const bench = new BenchRun(run, tell, prepared, session);
    bench.#report(session ? await bench.#pictures() : {});
    return bench;
  }

  /** Takes all steps that are left, until it is paused. */
  go(): void {
    if (this.#stage === "ready" || this.#stage === "paused") {
      this.#stage = "running";
      this.#model = undefined;
      this.#report({});
      const work = this.#session ? this.#train(this.#session) : this.#solve();
      this.#working = work.catch((error) => {
        this.#stage = "paused";
        this.#tell({ kind: "failed", what: "go", message: messageOf(error) });
      });
    }
  }

  /** Lets the steps under way end; a method that is solved is left to end. */
  async pause(): Promise<void> {
    if (!this.#session || this.#stage !== "running") return;
    this.#stage = "paused";
    await this.#working;
  }

  /** Takes some steps, with pictures after them. */
  async step(count: number): Promise<void> {
    await this.pause();
    if (!this.#session || this.#session.done) return;
    this.#curve.add(await this.#session.step(count));
    this.#stage = this.#session.done ? "done" : "paused";
    await this.#reportAtRest();
  }

  /** From the next step on. @throws RangeError for no number > 0. */
  setLearningRate(value: number): void {
    this.#session!.setLearningRate(value);
    this.#changed("learningRate", value);
  }

  /** From the next step on. @throws RangeError for a name that there is none of, or a number < 0. */
  setScalar(name: string, value: number): void {
    this.#session!.setScalar(name, value);
    this.#changed(name, value);
  }

  /** Tells one of the files that there are to take along. */
  async download(part: string): Promise<void> {
    await this.pause();
    const model = this.#model ?? (await this.#session!.model());
    // Loaded when somebody wants a file.
    const { benchFile } = await import("./bench-files.js");
    const file = await benchFile(part, model, this.#prepared.data, commandWords(this.#repeated()));
    this.#tell({ kind: "file", ...file });
  }

  async end(): Promise<void> {
    this.#abort.abort();
    if (this.#stage === "running") this.#stage = "paused";
    await this.#working;
    await this.#session?.release();
  }

  async #train(session: TrainingSession<Coder>): Promise<void> {
    // Otherwise changed meanwhile, which TypeScript does not see.
    const running = () => this.#stage === "running";
    while (running() && !session.done) {
      const started = performance.now();
      const losses = await session.step(this.#pace.steps);
      this.#pace.took(losses.length, performance.now() - started);
      this.#curve.add(losses);
      await breathe();
      const due = performance.now() - this.#pictured > PICTURES_EVERY;
      if (!session.done && running())
        this.#report(due ? await this.#pictures() : { curves: this.#lossPanel() });
    }
    if (session.done) this.#stage = "done";
    if (!this.#abort.signal.aborted) await this.#reportAtRest();
  }

  async #solve(): Promise<void> {
    const { method, learned, options } = this.#prepared;
    try {
      this.#model = await fit(method, learned, {
        ...options,
        signal: this.#abort.signal,
        onIteration: ({ iteration }) => {
          this.#iteration = iteration;
          if (performance.now() - this.#pictured < PICTURES_EVERY) return;
          this.#pictured = performance.now();
          this.#report({});
        },
      });
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      throw error;
    }
    this.#stage = "done";
    this.#report({
      ...(this.#model.history.length > 0 && { curves: lossPanel(method.name, this.#model.history) }),
      ...(await this.#ofRows(this.#model)),
      ...(await this.#ofAllRows(this.#model)),
      ...(await this.#learned(this.#model)),
    });
  }

  #changed(name: string, value: number): void {
    const step = this.#session!.stepsTaken;
    const last = this.#changes.findIndex((change) => change.step === step && change.name === name);
    if (last >= 0) this.#changes.splice(last, 1);
    this.#changes.push({ step, name, value });
    this.#report({});
  }

  /** All panels, of what there is between two runs of steps. */
  async #reportAtRest(): Promise<void> {
    const model = await this.#session!.model();
    this.#model = model;
    this.#report({ ...(await this.#pictures()), ...(await this.#learned(model)) });
  }

  async #learned(model: Coder): Promise<Panels> {
    const directions = await directionsPanel(model);
    const spectrum = spectrumPanel(model);
    return { ...(directions && { learned: directions }), ...(spectrum && { spectrum }) };
  }

  #lossPanel() {
    const { history, stepsPerEpoch } = this.#session!;
    return this.#curve.panel(this.#prepared.method.name, history, stepsPerEpoch);
  }

  /** Panels of a training under way. */
  async #pictures(): Promise<Panels> {
    const panels = { curves: this.#lossPanel(), ...(await this.#ofRows(this.#session!)) };
    this.#pictured = performance.now();
    return panels;
  }

  /** Codes and reconstructions of some rows: of few where a code is found by a search. */
  async #ofRows(model: Pick<Coder, "encode" | "reconstruct">): Promise<Panels> {
    const { data, parts } = this.#prepared;
    const { embedding } = model as Partial<{ embedding: Matrix }>;
    const coded = this.#shownRows("encode", embedding !== undefined);
    const codes = embedding
      ? takeRows(embedding, coded)
      : parts.includes("encode") && (await model.encode(takeRows(data.x, coded)));
    const rows = this.#shownRows("reconstruct");
    const back = parts.includes("reconstruct") && (await this.#reconstructions(rows, model));
    return {
      ...(codes && { codes: this.#codesPanel(codes, coded) }),
      ...(back && { reconstructions: back }),
    };
  }

  /**
   * Images of every label in turn, as the model is given them in training, and what comes back of them; or errors of the columns of some
   * rows.
   */
  async #reconstructions(some: Uint32Array, model: Pick<Coder, "reconstruct">): Promise<Panel> {
    const { data, method, options, asked } = this.#prepared;
    if (!isImage(data.rowShape)) {
      const x = takeRows(data.x, some);
      return reconstructionPanel({ ...data, x, labels: undefined }, await model.reconstruct(x));
    }
    const few = fewRows(data, IMAGES);
    const x = takeRows(data.x, few);
    const scalars = this.#session?.scalars ?? {};
    const level = String(scalars.noise);
    if (this.#corrupted?.level !== level) {
      // Loaded where there is noise: many methods have none.
      const { noise, maskRatio } = method.options;
      const isCorrupted = noise !== undefined || maskRatio !== undefined;
      const setting = {
        options: method.options,
        scale: options.scale as ScaleKind,
        scalars,
        seed: asked.seed,
      };
      this.#corrupted = {
        level,
        rows: isCorrupted
          ? await (await import("./corrupted-rows.js")).corruptedRows(few, data, setting)
          : undefined,
      };
    }
    const corrupted = this.#corrupted.rows;
    const back = await model.reconstruct(corrupted?.given ?? x);
    return reconstructionPanel({ ...data, x, labels: undefined }, back, corrupted?.seen);
  }

  /** Rows that a part is asked for: of sequences the first, elsewhere a sample. */
  #shownRows(part: PartName, known = false): Uint32Array {
    const { data, method, exported } = this.#prepared;
    const most = known || method.sequential || exported.includes(part) ? MOST_ROWS : SEARCHED_ROWS;
    const { rows } = data.x;
    return method.sequential
      ? Uint32Array.from({ length: Math.min(most, rows) }, (_, i) => i)
      : drawnRows(rows, most);
  }

  /** Clusters of the rows, and scores of models that give nothing back. */
  async #ofAllRows(model: Coder): Promise<Panels> {
    const { data, parts, options } = this.#prepared;
    const { labels } = model as Partial<{ labels: Int32Array }>;
    const panels: Panels = {};
    if (labels?.length === data.x.rows) {
      const { clustersPanel } = await import("../../panels/cluster-picture.js");
      panels.clusters = await clustersPanel(model, labels, data, options.scale!, 0);
    }
    if (parts.includes("score") && !parts.includes("reconstruct")) {
      const { scoreSections } = await import("../../panels/sections/scores.js");
      const rows = drawnRows(data.x.rows, MOST_ROWS);
      const scores = await model.score(takeRows(data.x, rows));
      const panel = scoreSections(scores, data, { count: 0 })[0]!.panels[0]!;
      const sampled = rows.length < data.x.rows;
      panels.scores = sampled
        ? { ...panel, title: `Scores of ${rows.length} of ${data.x.rows} rows` }
        : panel;
    }
    return panels;
  }

  #codesPanel(codes: Matrix, shown: Uint32Array): Panel {
    const points = pointsOf(this.#prepared.data, shown, 0);
    const colored = points.color ? `, colored by ${points.color.name}` : "";
    return {
      kind: "scatter",
      title: "Codes",
      see: `A point for every row at ${codes.cols > 1 ? "the first two numbers of its code" : "its code, upwards by its place in the data"}${colored}: rows that lie near each other are alike to the model.`,
      ...placesBy(codes, (j) => `z${j + 1}`),
      ...(codes.cols > 2 && { caption: `the first 2 of ${codes.cols} numbers` }),
      ...points,
    };
  }

  #report(panels: Panels): void {
    const { options, exported, notes } = this.#prepared;
    const session = this.#session;
    const last: Epoch | undefined = (session ?? this.#model)?.history.at(-1);
    const epochs = this.#epochs;
    const ended = this.#stage === "done" || this.#stage === "paused";
    this.#tell({
      kind: "bench",
      run: this.#run,
      panels,
      state: {
        stage: this.#stage,
        trained: session !== undefined,
        step: session?.stepsTaken ?? this.#iteration,
        steps: session ? epochs * session.stepsPerEpoch : 0,
        epoch: session ? Math.min(session.epoch, epochs) : 0,
        epochs,
        stepsPerSecond: this.#pace.rate,
        learningRate: session?.learningRate,
        scalars: session?.scalars ?? {},
        loss: last?.loss,
        validationLoss: last?.validationLoss,
        ...this.#repeat(),
        scale: String(options.scale),
        downloads: ended ? downloadsOf(this.#prepared.parts, exported) : [],
        notes: [...notes, ...(ended ? (this.#model?.notes ?? []) : [])],
      },
    });
  }

  #repeated(): Repeated {
    const { entry, asked, data, options, filled } = this.#prepared;
    const session = this.#session;
    return {
      ...{ entry, asked, data, filled, scale: String(options.scale), changes: this.#changes },
      trained: session !== undefined,
      step: session?.stepsTaken ?? 0,
      steps: session ? this.#epochs * session.stepsPerEpoch : 0,
    };
  }

  /** Words that repeat the run as it stands. */
  #repeat() {
    const { method, options } = this.#prepared;
    const repeated = this.#repeated();
    const lastRows = method.sequential && options.validation !== undefined;
    return { command: commandOf(repeated), ...(!lastRows && { program: programOf(repeated) }) };
  }

  get #epochs(): number {
    const { fitting } = this.#prepared.method;
    if (fitting.kind === "solved") return 0;
    return this.#prepared.options.epochs ?? fitting.defaults.epochs;
  }
}

/** Files that there are to take along: the model, codes of the rows, the report, and parts as ONNX. */
const downloadsOf = (parts: readonly PartName[], exported: readonly PartName[]): string[] => [
  "model",
  ...(parts.includes("encode") ? ["codes"] : []),
  "report",
  ...exported,
];

async function prepare(asked: BenchAsked, data: Dataset): Promise<Prepared> {
  const entry = await methodNamed(asked.method);
  const method = methodOf(entry, asked.options, data.rowShape);
  const filled = !method.acceptsMissing && data.x.data.some(Number.isNaN);
  const given = filled ? await withoutGaps(data) : data;
  const notes = filled
    ? [`Missing numbers are filled by low-rank completion, as ${method.name} wants every number.`]
    : [];
  const { x, sequences = [x.rows] } = given;
  const { seed, validation } = asked;
  // As the command line does it, so that the same seed gives the same rows.
  const holds = method.fitting.kind === "trained" && validation !== undefined;
  const last = holds && method.sequential ? heldOutLast(sequences, validation) : undefined;
  const split = last ?? (holds ? heldOut(x.rows, validation, seed) : undefined);
  const learned: Dataset = {
    ...given,
    x: split ? takeRows(x, split.train) : x,
    ...(method.sequential && { sequences: last?.trainSequences ?? sequences }),
  };
  const options: FitOptions = {
    seed,
    scale: scaleOf(asked.options.scale) ?? defaultScaleOf(method, factsOf(given)).scale,
    ...(method.fitting.kind === "trained" && trainingOf(entry, asked.options, learned.x.rows)),
    ...(split && {
      validation: last
        ? { x: takeRows(x, last.test), sequences: last.testSequences }
        : takeRows(x, split.test),
    }),
  };
  const graphs = method.parts(x.cols);
  const parts = partNames(method, x.cols);
  const isGraph = (part: PartName) =>
    graphs[part] !== undefined || (part === "reconstruct" && graphs.encode && graphs.decode);
  const exported = parts.filter(isGraph);
  return { entry, asked, data: given, method, learned, options, parts, exported, filled, notes };
}

function scaleOf(text: string | undefined): ScaleKind | undefined {
  const kinds: readonly ScaleKind[] = ["none", "standard", "unit"];
  const found = kinds.find((kind) => kind === text);
  if (text !== undefined && !found)
    throw new RangeError(`scale must be one of ${kinds.join(", ")}, got ${text}`);
  return found;
}
