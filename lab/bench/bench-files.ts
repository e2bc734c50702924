/**
 * @file Files of a bench to take along: the model, its parts as ONNX, the codes of all rows, and the report.
 */
import { codeNames, numbersTable } from "../../panels/row-results.js";
import { nameOf } from "../../panels/sections/map.js";
import type { Dataset } from "../../src/data/dataset.js";
import type { Matrix } from "../../src/data/matrix.js";
import type { Coder, PartName } from "../../src/methods/model.js";
import { ofModel } from "../../src/tasks/quality.js";
import { resultFile } from "../result-file.js";

/** Rows whose content a report shows, as the verbs have it by themselves. */
const SHOWN_ROWS = 20;

/**
 * One of the files.
 * @param part `model`, `codes`, `report`, or a part that is had as ONNX. @param words of the command that fits the model, for the report.
 */
export async function benchFile(
  part: string,
  model: Coder,
  data: Dataset,
  words: readonly string[],
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const stem = `${nameOf(data).replace(/\.[^.]*$/, "")}-${model.method}`;
  switch (part) {
    case "model":
      return { name: `${stem}.safetensors`, bytes: Uint8Array.from(model.save()) };
    case "codes": {
      const { embedding } = model as Partial<{ embedding: Matrix }>;
      const codes = embedding?.rows === data.x.rows ? embedding : await model.encode(ofModel(model, data));
      const name = `${stem}-codes.csv`;
      const file = await resultFile(numbersTable(codes, codeNames(codes.cols)), data, name);
      return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }
    case "report": {
      const [{ verbReport }, { modelSections }] = await Promise.all([
        import("../../panels/verb-report.js"),
        import("../../panels/sections/model.js"),
      ]);
      const { method, inputDim, seed } = model;
      const { latentDim } = model as { readonly latentDim?: number };
      const figures = { method, n: data.x.rows, d: inputDim, latentDim, seed };
      const sections = await modelSections(model, data, { count: SHOWN_ROWS });
      const page = await verbReport(words, { input: data, figures, model }, sections, true);
      return { name: `${stem}.html`, bytes: new TextEncoder().encode(page) };
    }
    default:
      return { name: `${stem}-${part}.onnx`, bytes: Uint8Array.from(model.toOnnx(part as PartName)) };
  }
}
