/**
 * @file A model file in words, without running the model.
 */
import type { CheckpointRecord, ModelRecord } from "../src/files/model-file.js";
import { type Method, partNames } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { parametersOf } from "../src/training/trainer.js";
import { shownNumber } from "./text-table.js";

export interface ModelDescription {
  /** The same for programs: the common part of a report, and what there is further. */
  readonly report: object;
  readonly further: object;
  /** Name and value, for people. */
  readonly lines: readonly (readonly [string, string])[];
}

const SHOWN_NAMES = 8;

/**
 * @param method that of the record.
 * @param file where it was read.
 */
export function describeModel(
  record: ModelRecord | CheckpointRecord,
  method: Method<Coder>,
  file: { readonly path: string; readonly bytes: number },
): ModelDescription {
  const { data, options, seed, columns, rowShape, history, training } = record;
  const parts = partNames(method, data.cols);
  const arrays = Object.entries(parametersOf(record.parameters));
  const size = arrays.reduce((sum, [, array]) => sum + array.data.length, 0);
  const last = history.at(-1);
  const position = "position" in record ? record.position : undefined;
  const latentDim = method.codeSize(data.cols);
  const lines: (readonly [string, string])[] = [
    [position ? "checkpoint" : "model", record.method],
    ...Object.entries(options).map(([name, value]) => [`  ${name}`, shown(value)] as const),
    ["data", `${data.rows} rows × ${data.cols} columns, fingerprint ${data.fingerprint}`],
    ...(columns ? [["columns", shortList(columns)] as const] : []),
    ...(rowShape ? [["row shape", rowShape.join(" × ")] as const] : []),
    ["scale", record.scale.kind],
    ["seed", String(seed)],
    ...(training ? trainingLines(training) : []),
    ...(last ? [["history", epochText(last)] as const] : []),
    ...(position
      ? [["stands at", `epoch ${position.epoch} of ${training?.epochs}, step ${position.step}`] as const]
      : []),
    ["parts", parts.join(", ")],
    ["parameters", `${size} numbers`],
    ...arrays.map(([name, { dtype, shape }]) => [`  ${name}`, `${dtype} [${shape.join(", ")}]`] as const),
    ["size", `${file.bytes} bytes`],
  ];
  return {
    report: {
      method: record.method,
      n: data.rows,
      d: data.cols,
      latentDim,
      seed,
      metrics: {
        ...(last && { objective: last.loss }),
        ...(last?.validationLoss !== undefined && { validationLoss: last.validationLoss }),
      },
      files: [file.path],
    },
    further: {
      checkpoint: position !== undefined,
      options,
      scale: record.scale.kind,
      columns: columns ?? null,
      rowShape: rowShape ?? null,
      fingerprint: data.fingerprint,
      training: training ?? null,
      epochs: history.length,
      history,
      parts,
      parameters: Object.fromEntries(arrays.map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
      bytes: file.bytes,
    },
    lines,
  };
}

function trainingLines(training: NonNullable<ModelRecord["training"]>): (readonly [string, string])[] {
  const { epochs, batchSize, learningRate, optimizer, schedule } = training;
  return [
    ["training", `${epochs} epochs, batch size ${batchSize}, learning rate ${learningRate}`],
    ["  optimizer", shown(optimizer)],
    ["  schedule", shown(schedule)],
  ];
}

function epochText({
  epoch,
  loss,
  figures = {},
  validationLoss,
}: CheckpointRecord["history"][number]): string {
  const validation = validationLoss === undefined ? "" : `, validation loss ${shownNumber(validationLoss)}`;
  const others = Object.entries(figures).map(([name, figure]) => `, ${name} ${shownNumber(figure)}`);
  return `epoch ${epoch}: loss ${shownNumber(loss)}${others.join("")}${validation}`;
}

function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join(", ");
  const { name, ...rest } = value as Record<string, unknown>;
  const details = Object.entries(rest).map(([key, detail]) => `${key} ${shown(detail)}`);
  return [...(name === undefined ? [] : [String(name)]), ...details].join(", ");
}

function shortList(names: readonly string[]): string {
  if (names.length <= SHOWN_NAMES) return names.join(", ");
  return `${names.slice(0, SHOWN_NAMES).join(", ")}, … (${names.length})`;
}
