/**
 * @file Long sequences in blocks of moments: what a block ends with is carried into the next, so that neither a graph nor memory grows
 * with the length of a sequence. Several sequences run side by side.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { type Sequences, spansOf } from "../../data/sequences.js";
import { float32, int64 } from "../../engine/arrays.js";
import { gather } from "../../engine/ops/gather.js";
import { reshape } from "../../engine/ops/shape.js";
import { type Program, runtime } from "../../engine/session.js";
import { input, int64Array } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import { asConstants } from "../evaluate.js";
import type { SequenceNetwork } from "../networks/sequence-network.js";
import type { Parameters } from "../parameters.js";
import { inUnits, nextOf, standardized } from "./prediction.js";

/** Moments in a block. */
const BLOCK = 32;
/** Sequences side by side, at most. */
const MOST_LANES = 64;
/** And at least: a product of a single row would be summed in another way, and codes depend on which sequences stand beside. */
const LEAST_LANES = 2;

/** Blocks of moments of one fitted network. */
export interface BlockRuns {
  /** States `[n, k]` after every row of x, or predictions `[n, d]` of every row, for the first of a sequence the mean. */
  along(x: Matrix, what: "states" | "predictions", sequences: Sequences, pauses: Breathing): Promise<Matrix>;
  /** The `steps` rows that follow each sequence, one sequence after the other `[sequences · steps, d]`. */
  onward(x: Matrix, steps: number, sequences: Sequences, pauses: Breathing): Promise<Matrix>;
}

/** Sequences that run side by side, longest first. */
interface Lanes {
  readonly from: readonly number[];
  readonly length: readonly number[];
  /** Their places among all. */
  readonly place: readonly number[];
}

/** @param d numbers of a row. */
export function blockRuns(network: SequenceNetwork, p: Parameters, d: number): BlockRuns {
  const k = network.size;
  const c = network.carrySize;
  const programs = new Map<number, Promise<Program>>();

  /** States, predictions, and what is carried on after moment `at` of each lane, numbered through `[steps · lanes]`. */
  function program(steps: number): Promise<Program> {
    let made = programs.get(steps);
    if (!made) {
      const x = input("x", [steps, "lanes", d]);
      const carry = input("carry", ["lanes", c]);
      const at = input("at", ["lanes"], "int64");
      const symbols = asConstants(p);
      const u = standardized(x, symbols);
      const { states, carries } = network.run(u, carry, symbols);
      const flat = reshape(carries(0, steps), [`${steps} lanes`, c]);
      const predictions = inUnits(nextOf(states, u, symbols), symbols);
      const outputs = { states, predictions, next: gather(flat, at) };
      made = runtime().then((loaded) => loaded.program(outputs, { inputs: [x, carry, at] }));
      programs.set(steps, made);
    }
    return made;
  }

  /** Blocks of lanes. @param each is told of the moments `[begin, begin + steps)` of lanes and what they gave, `[steps, lanes, …]`. */
  async function run(
    x: Matrix,
    { from, length }: Lanes,
    pauses: Breathing,
    each: (
      begin: number,
      lanes: number,
      states: Float32Array,
      predictions: Float32Array,
      next: Float32Array,
    ) => void,
  ): Promise<void> {
    let carry = new Float32Array(Math.max(LEAST_LANES, from.length) * c);
    const compiled = await program(BLOCK);
    for (let begin = 0; begin < length[0]!; begin += BLOCK) {
      await pauses.breathe?.();
      const running = length.filter((moments) => moments > begin).length;
      const lanes = Math.max(LEAST_LANES, running);
      const block = new Float32Array(BLOCK * lanes * d);
      const at = new Uint32Array(lanes);
      for (let lane = 0; lane < running; lane++) {
        const moments = Math.min(BLOCK, length[lane]! - begin);
        at[lane] = (moments - 1) * lanes + lane;
        for (let t = 0; t < moments; t++) {
          const row = (from[lane]! + begin + t) * d;
          block.set(x.data.subarray(row, row + d), (t * lanes + lane) * d);
        }
      }
      const found = await compiled.run({
        x: float32([BLOCK, lanes, d], block),
        carry: float32([lanes, c], carry.subarray(0, lanes * c)),
        at: { dtype: "int64", shape: [lanes], data: int64Array(at) },
      });
      carry = found.next!.data as Float32Array<ArrayBuffer>;
      each(begin, lanes, found.states!.data as Float32Array, found.predictions!.data as Float32Array, carry);
    }
  }

  return {
    async along(x, what, sequences, pauses) {
      const size = what === "states" ? k : d;
      const out = matrix(x.rows, size);
      // A prediction is of the row after.
      const later = what === "states" ? 0 : 1;
      for (const lanes of lanesOf(sequences)) {
        if (later) for (const row of lanes.from) out.data.set(p.mean!.data as Float32Array, row * d);
        await run(x, lanes, pauses, (begin, count, states, predictions) => {
          const values = later ? predictions : states;
          lanes.length.forEach((moments, lane) => {
            for (let t = 0; t < Math.min(BLOCK, moments - later - begin); t++) {
              const at = (t * count + lane) * size;
              out.data.set(values.subarray(at, at + size), (lanes.from[lane]! + begin + t + later) * size);
            }
          });
        });
      }
      return out;
    },

    async onward(x, steps, sequences, pauses) {
      const out = matrix(sequences.length * steps, d);
      const one = await program(1);
      for (const group of lanesOf(sequences)) {
        const lanes = Math.max(LEAST_LANES, group.from.length);
        let [row, carry] = [new Float32Array(lanes * d), new Float32Array(lanes * c)];
        await run(x, group, pauses, (begin, count, _, predictions, next) => {
          group.length.forEach((moments, lane) => {
            const last = moments - 1 - begin;
            if (last < 0 || last >= BLOCK) return;
            const at = (last * count + lane) * d;
            row.set(predictions.subarray(at, at + d), lane * d);
            carry.set(next.subarray(lane * c, (lane + 1) * c), lane * c);
          });
        });
        const at = int64([lanes], [...Array(lanes).keys()]);
        for (let step = 0; step < steps; step++) {
          await pauses.breathe?.();
          group.place.forEach((place, lane) => {
            out.data.set(row.subarray(lane * d, (lane + 1) * d), (place * steps + step) * d);
          });
          const found = await one.run({
            x: float32([1, lanes, d], row),
            carry: float32([lanes, c], carry),
            at,
          });
          row = found.predictions!.data as Float32Array<ArrayBuffer>;
          carry = found.next!.data as Float32Array<ArrayBuffer>;
        }
      }
      return out;
    },
  };
}

/** All sequences with rows, longest first: those of one group end at about one time. */
function lanesOf(sequences: Sequences): Lanes[] {
  const all = [...spansOf(sequences)]
    .map(({ from, to }, place) => ({ from, length: to - from, place }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => b.length - a.length);
  return Array.from({ length: Math.ceil(all.length / MOST_LANES) }, (_, i) => {
    const group = all.slice(i * MOST_LANES, (i + 1) * MOST_LANES);
    return {
      from: group.map(({ from }) => from),
      length: group.map(({ length }) => length),
      place: group.map(({ place }) => place),
    };
  });
}
