/**
 * @file The child's side of the campaign on model files: loads one and computes with what it loaded.
 */
import { type Coder, configureRuntime, fit, load } from "../src/index.js";
import { serveCases } from "./case-process.js";
import { methodAt, rowsFor, trainingOf } from "./small-models.js";

export interface ModelFileCase {
  readonly bytes: Uint8Array;
  /** The setting that the file was made from. */
  readonly setting: number;
  /** Goes on training from it, too, if true. */
  readonly resume: boolean;
}

export interface ModelFileAnswer {
  /** Why the file was refused, or, of what was loaded, what went wrong then. */
  readonly refused?: string;
  readonly failed?: string;
  /** The model that was loaded, saved again. */
  readonly saved?: Uint8Array;
  readonly resumed?: string;
}

configureRuntime({ threads: 1 });

serveCases(async ({ bytes, setting, resume }: ModelFileCase): Promise<ModelFileAnswer> => {
  const rows = rowsFor(setting);
  const resumed = resume ? { resumed: await outcomeOf(() => resumedFit(setting, bytes)) } : {};
  let model: Coder;
  try {
    model = await load(bytes);
  } catch (error) {
    return { refused: told(error), ...resumed };
  }
  const failed = await outcomeOf(async () => {
    const has = (part: string) => (model.partNames as readonly string[]).includes(part);
    const own =
      model.inputDim === rows.cols
        ? rows
        : { rows: 2, cols: model.inputDim, data: new Float32Array(2 * model.inputDim) };
    if (has("encode")) {
      const codes = await model.encode(own);
      if (codes.cols !== model.latentDim)
        throw new Error(`codes of ${codes.cols} numbers, want ${model.latentDim}`);
      if (has("decode"))
        await model.decode(
          codes.data.every(Number.isFinite) ? codes : { ...codes, data: codes.data.map(() => 0) },
        );
    }
    if (has("score")) await model.score(own);
    Object.values(model);
  });
  const saved = model.save();
  await load(saved);
  return { ...(failed !== "done" && { failed }), saved, ...resumed };
});

async function resumedFit(setting: number, resume: Uint8Array): Promise<void> {
  const method = methodAt(setting);
  await fit(method, rowsFor(setting), { ...trainingOf(method), resume });
}

async function outcomeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "done";
  } catch (error) {
    return told(error);
  }
}

const told = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
