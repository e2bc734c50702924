/**
 * @file Fits of a comparison that are over, kept in its folder: a comparison that was stopped goes on from them.
 *
 * A file is named after all that the fit depends on: the data, the method and its options, size, seed, scale and what is held out. Other
 * questions asked in the same folder have files of their own.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../node/write.js";
import type { Dataset } from "../src/data/dataset.js";
import { fingerprint } from "../src/data/fingerprint.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import type { ComparisonTrial, Figures, Judged } from "../src/tasks/compare.js";
import { load } from "../src/training/load.js";
import { VERSION } from "../src/version.js";
import type { Outputs } from "./outputs.js";
import { type TrainingFlags, trainingFlagsFor } from "./training-flags.js";

/** Folder within that of a comparison. */
const FOLDER = "finished";

interface Question {
  readonly heldOut: number;
  readonly scale: ScaleKind;
  /** First seed, whose models are kept too. */
  readonly seed: number;
  /** Options of training that are said for all. */
  readonly training: TrainingFlags;
}

export class KeptFits {
  readonly #folder: string;
  readonly #question: Question;
  readonly #data: string;
  readonly #outputs: Outputs;
  #said: string | undefined;
  #written = 0;
  /** Fits that were found. */
  found = 0;

  /** @param folder of the comparison. @param outputs is told that there are files. */
  constructor(folder: string, input: Dataset, question: Question, outputs: Outputs) {
    this.#folder = join(folder, FOLDER);
    this.#question = question;
    const { x, labels, sequences } = input;
    this.#data = digest([fingerprint(x), labels, sequences]);
    this.#outputs = outputs;
  }

  /** A fit that was judged in an earlier run; `undefined` where there is none, or its files are not whole. */
  async known(trial: ComparisonTrial): Promise<Judged | undefined> {
    const path = this.#path(trial);
    const text = await readFile(`${path}.json`, "utf8").catch(() => undefined);
    const judged = text === undefined ? undefined : parsed(text);
    if (!judged) return undefined;
    if (trial.seed !== this.#question.seed) {
      this.found++;
      return judged;
    }
    const bytes = await readFile(`${path}.safetensors`).catch(() => undefined);
    const model = bytes && (await load(bytes, trial.method as Method<Coder>).catch(() => undefined));
    if (!model) return undefined;
    this.found++;
    return { ...judged, model };
  }

  /** Keeps what was found out, and of the first seed the model. @param of fits in all. */
  async keep(trial: ComparisonTrial, { figures, model, withoutLabels }: Judged, of: number): Promise<void> {
    const path = this.#path(trial);
    const whole = { force: true, makeFolder: true };
    if (model && trial.seed === this.#question.seed)
      await writeFileAtomic(`${path}.safetensors`, model.save(), whole);
    const { name, latentDim, seed } = trial;
    const content = { name, latentDim, seed, figures, ...(withoutLabels !== undefined && { withoutLabels }) };
    await writeFileAtomic(`${path}.json`, `${JSON.stringify(content, null, 2)}\n`, whole);
    this.#written++;
    if (this.#said !== undefined) this.#outputs.drops(this.#said);
    const done = this.#written + this.found;
    this.#said = `${this.#folder} (${done} of ${of} fits; the same command goes on from there)`;
    this.#outputs.keeps(this.#said);
  }

  /** The comparison is complete: its files are what there is to tell of. */
  complete(): void {
    if (this.#said !== undefined) this.#outputs.drops(this.#said);
  }

  #path(trial: ComparisonTrial): string {
    const { method, training, seed } = trial;
    const { heldOut, scale, training: common } = this.#question;
    const trained = method.fitting.kind === "trained";
    const how = trained
      ? [trainingFlagsFor(method, { ...common, ...training }, Number.MAX_SAFE_INTEGER), common.validation]
      : [];
    const key = digest([VERSION, this.#data, method.name, method.options, seed, heldOut, scale, how]);
    return join(this.#folder, key);
  }
}

function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

function parsed(text: string): Judged | undefined {
  try {
    const { figures, withoutLabels } = JSON.parse(text) as { figures?: Figures; withoutLabels?: string };
    const whole = figures && Object.values(figures).every((value) => typeof value === "number");
    return whole ? { figures, withoutLabels } : undefined;
  } catch {
    return undefined;
  }
}
