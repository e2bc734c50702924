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
import type { LoggedRun } from "../src/files/training-log.js";
import type { Method } from "../src/methods/method.js";
import type { Coder, Epoch } from "../src/methods/model.js";
import type { ComparisonTrial, Judged } from "../src/tasks/compare.js";
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

/** Name of a training among others: `autoencoder, 8 numbers, seed 0`. */
export function runName({ name, latentDim, seed }: ComparisonTrial): string {
  return `${name}, ${latentDim} numbers, seed ${seed}`;
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
  /** Histories of the trainings among them, by name. */
  readonly runs: LoggedRun[] = [];

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
    const { history, ...told } = judged;
    const first = trial.seed === this.#question.seed;
    const bytes = first ? await readFile(`${path}.safetensors`).catch(() => undefined) : undefined;
    const model = bytes && (await load(bytes, trial.method as Method<Coder>).catch(() => undefined));
    if (first && !model) return undefined;
    this.found++;
    this.runs.push({ name: runName(trial), history });
    return { ...told, model };
  }

  /** Keeps what was found out, and of the first seed the model. @param of fits in all. */
  async keep(trial: ComparisonTrial, { figures, model, withoutLabels }: Judged, of: number): Promise<void> {
    const path = this.#path(trial);
    const whole = { force: true, makeFolder: true };
    if (model && trial.seed === this.#question.seed)
      await writeFileAtomic(`${path}.safetensors`, model.save(), whole);
    const { name, latentDim, seed } = trial;
    const history = model?.history ?? [];
    const content = { name, latentDim, seed, figures, history, withoutLabels };
    await writeFileAtomic(`${path}.json`, `${JSON.stringify(content, null, 2)}\n`, whole);
    this.#written++;
    if (this.#said !== undefined) this.#outputs.drops(this.#said);
    const done = this.#written + this.found;
    this.#said = `${this.#folder} (${done} of ${of} fits; the same command goes on from there)`;
    this.#outputs.keeps(this.#said);
  }

  /** The comparison is complete: gives the folder, and the fits that are kept in it. */
  complete(): { readonly folder: string; readonly fits: number } {
    if (this.#said !== undefined) this.#outputs.drops(this.#said);
    return { folder: this.#folder, fits: this.#written + this.found };
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

/** A fit as its file has it; `undefined` for what is none. */
function parsed(text: string): (Judged & { readonly history: readonly Epoch[] }) | undefined {
  try {
    const { figures, withoutLabels, history } = JSON.parse(text) as Partial<
      Judged & { history: readonly Epoch[] }
    >;
    const whole = figures && Object.values(figures).every((value) => typeof value === "number");
    return whole && Array.isArray(history) ? { figures, withoutLabels, history } : undefined;
  } catch {
    return undefined;
  }
}
