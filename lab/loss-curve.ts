/**
 * @file The loss of a training as it goes on: of every step, thinned where there are many, and on the rows held out after every epoch.
 */
import type { CurvesPanel } from "../panels/report.js";
import type { Epoch } from "../src/methods/model.js";

/** Points of a line; where there are twice as many, neighbors become their mean. */
const POINTS = 200;

export class LossCurve {
  /** Mean losses of `#width` steps each, the last of fewer. */
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];
  #width = 1;

  /** Adds the losses of steps, each before its update. */
  add(losses: Float32Array): void {
    for (const loss of losses) {
      const last = this.#sums.length - 1;
      if (last >= 0 && this.#counts[last]! < this.#width) {
        this.#sums[last]! += loss;
        this.#counts[last]! += 1;
        continue;
      }
      if (this.#sums.length === 2 * POINTS) this.#halve();
      this.#sums.push(loss);
      this.#counts.push(1);
    }
  }

  #halve(): void {
    for (const list of [this.#sums, this.#counts]) {
      for (let i = 0; i < POINTS; i++) list[i] = list[2 * i]! + list[2 * i + 1]!;
      list.length = POINTS;
    }
    this.#width *= 2;
  }

  /** @param stepsPerEpoch steps after which an epoch is over. */
  panel(method: string, history: readonly Epoch[], stepsPerEpoch: number): CurvesPanel {
    const points: [step: number, loss: number, heldOut: number][] = [];
    let step = 0;
    this.#sums.forEach((sum, i) => {
      const count = this.#counts[i]!;
      points.push([step + (count + 1) / 2, sum / count, Number.NaN]);
      step += count;
    });
    const held = history.filter(({ validationLoss }) => validationLoss !== undefined);
    const stride = Math.ceil(held.length / POINTS);
    held.forEach(({ epoch, validationLoss }, i) => {
      if (i % stride === 0 || i === held.length - 1)
        points.push([epoch * stepsPerEpoch, Number.NaN, validationLoss!]);
    });
    points.sort(([a], [b]) => a - b);
    return {
      kind: "curves",
      title: `Loss of ${method}`,
      see: "The mean loss of a row in each step, before its update, and on the rows held out after every epoch: where the second rises while the first falls, the model learns its rows by heart.",
      xName: "step",
      yName: "loss",
      x: points.map(([at]) => at),
      series: [
        { name: "training rows", values: points.map(([, loss]) => loss) },
        ...(held.length > 0 ? [{ name: "rows held out", values: points.map(([, , loss]) => loss) }] : []),
      ],
      ...(this.#width > 1 && { caption: `each point the mean of ${this.#width} steps` }),
    };
  }
}
