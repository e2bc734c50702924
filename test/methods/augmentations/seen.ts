/** @file Views of rows with all that was drawn for them, so that they can be computed once more by hand. */
import type { Matrix } from "../../../src/data/matrix.js";
import { everyNode } from "../../../src/engine/graph.js";
import { input, type NdArray, type Operand, runtime, type Tensor } from "../../../src/engine/index.js";
import { constant, sizeOf } from "../../../src/engine/tensor.js";
import { drawing, fillDraw, ownScalars } from "../../../src/engine/training-step.js";
import {
  type Augmenting,
  augmentationOf,
  augmentationOfAll,
} from "../../../src/methods/augmentations/augmentations-option.js";
import { asConstants } from "../../../src/methods/evaluate.js";
import { random } from "../../../src/random.js";
import { float32 } from "../../golden/golden.js";

export interface Seen {
  /** `[n, d]` */
  view: Float32Array;
  /** Numbers drawn, in the order in which they were asked for. */
  draws: Float32Array[];
  /** Operators of the graph. */
  operators: string[];
  /** The map of places, one line of six numbers a row, of augmentations that have one. */
  map: number[][];
}

const COEFFICIENTS = ["xx", "xy", "xt", "yx", "yy", "yt"] as const;

export async function seen(
  augmentations: Augmenting | readonly Augmenting[],
  x: Matrix,
  shape: readonly number[] = [x.cols],
  seed = 1,
): Promise<Seen> {
  const list = Array.isArray(augmentations)
    ? (augmentations as readonly Augmenting[])
    : [augmentations as Augmenting];
  const all = augmentationOfAll(list);
  all.check?.("test", shape);
  const rows = input("x", [x.rows, x.cols]);
  const { draws, noise } = drawing((name, sizes) => input(name, sizes));
  const from = {
    batch: {
      data: { x: rows },
      rows: () => constant(0),
      training: true,
      hasMissing: false,
      scalar: ownScalars,
      ...noise,
    },
    shape,
    parameters: asConstants(all.measure?.(x) ?? {}),
  };
  // Draws of a map asked for by itself come after those of the view, and are given the same numbers.
  const view = all.view(rows, from);
  const asked = draws.length;
  const map = list.length === 1 ? augmentationOf(list[0])?.map?.(rows, from) : undefined;
  const outputs: Record<string, Tensor> = { view };
  for (const name of COEFFICIENTS) {
    const value: Operand | undefined = map?.[name];
    if (typeof value === "object") outputs[name] = value;
  }
  const program = await (await runtime()).program(outputs);
  const feeds: Record<string, NdArray> = { x: float32([x.rows, x.cols], x.data) };
  const numbers = draws.map((draw, i) => {
    const data = new Float32Array(sizeOf(draw.shape));
    fillDraw(draw, data, random(seed), asked === 0 ? i : i % asked, 1);
    feeds[`draw${i}`] = float32(draw.shape, data);
    return data;
  });
  const results = await program.run(feeds);
  await program.release();
  return {
    view: results.view!.data as Float32Array,
    draws: numbers.slice(0, asked),
    operators: everyNode([view]).map(({ op }) => op),
    map: Array.from({ length: x.rows }, (_, i) =>
      map ? COEFFICIENTS.map((name) => Number(results[name]?.data[i] ?? map[name])) : [],
    ),
  };
}
