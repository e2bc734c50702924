/**
 * @file Checks of what rests on products: components, factors, sparse codes, partition functions. Optimality is what calculus says of
 * a minimum, in float64.
 */
import { matrix } from "../../src/data/matrix.js";
import {
  factorization,
  fit,
  lowRankCompletion,
  nonNegativeFactorization,
  pca,
  restrictedBoltzmannMachine,
  type SparsePenalty,
  sparseCodes,
} from "../../src/index.js";
import { type Check, centered, largest, orthonormality, type Rows, range } from "./promise.js";

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

const components: Check = {
  name: "principal components: orthonormal, and their error is the tail",
  leastRows: 2,
  async run(x, promise, random) {
    const k = 1 + random.integer(Math.min(x.rows, x.cols, 4));
    const model = await fit(pca({ latentDim: k }), x);
    promise("orthonormal", orthonormality(model.components, true), 1e-5);
    const { squares, rows, size } = centered(x);
    const share = (value: number) => (squares > 0 ? value / squares : value);
    const kept = sum(model.singularValues.map((value) => value ** 2));
    const found = sum(await model.squaredErrors(x));
    // Rounding of float32 rows on the way out.
    const slack = x.data.length * (1e-7 * size) ** 2;
    promise(
      "error is the tail",
      Math.max(0, Math.abs(share(found - (squares - kept))) - share(slack || 0)),
      1e-5,
    );
    const codes = await model.encode(x);
    const along = range(x.rows * k).map((at) => {
      const [i, c] = [Math.floor(at / k), at % k];
      const wanted = range(x.cols).reduce(
        (total, j) => total + rows.data[i * x.cols + j]! * model.components.data[c * x.cols + j]!,
        0,
      );
      return Math.abs(codes.data[at]! - wanted);
    });
    promise("codes", largest(along), 1e-5 * Math.sqrt(squares) + 1e-7 * size);
    const whitened = await (await fit(pca({ latentDim: k, whiten: true }), x)).encode(x);
    const variances = range(k).map(
      (c) => sum(range(x.rows).map((i) => whitened.data[i * k + c]! ** 2)) / Math.max(1, x.rows - 1),
    );
    const apart = variances.map((value, c) =>
      model.singularValues[c]! > 1e-5 * model.singularValues[0]! && squares > 0 ? Math.abs(value - 1) : 0,
    );
    promise(
      "whitened codes have variance 1",
      largest(apart),
      (1e-3 * (size * Math.sqrt(x.rows) || 1)) / (Math.sqrt(squares) || 1) + 1e-2,
    );
    promise("and are finite", largest(whitened.data.map((value) => Number(!Number.isFinite(value)))), 0);
  },
};

const leastSquares: Check = {
  name: "factorization by least squares beats no component, and none beats it",
  leastRows: 3,
  async run(x, promise, random) {
    const k = 1 + random.integer(Math.min(x.rows, x.cols, 3));
    const model = await fit(factorization({ latentDim: k }), x, { seed: random.integer(1000) });
    const best = await fit(pca({ latentDim: k }), x);
    const { squares, size } = centered(x);
    const [found, bound] = [sum(await model.squaredErrors(x)), sum(await best.squaredErrors(x))];
    const slack = x.data.length * (4e-7 * size) ** 2;
    promise("not below the tail", Math.max(0, bound - found - slack), 1e-5 * squares);
    promise("near it", Math.max(0, found - bound - slack), 1e-2 * squares);
  },
};

const completion: Check = {
  name: "low-rank completion of what is all there shrinks singular values",
  leastRows: 3,
  async run(x, promise, random) {
    const k = 1 + random.integer(Math.min(x.rows, x.cols, 3));
    const best = await fit(pca({ latentDim: k }), x);
    const top = best.singularValues[0]!;
    const weight = top > 0 ? top * (0.1 + 0.5 * random.uniform()) : 1;
    const model = await fit(lowRankCompletion({ latentDim: k, weight }), x, { seed: 1 });
    const { size } = centered(x);
    const slack = 1e-4 * top + 1e-6 * size * Math.sqrt(x.data.length);
    const wanted = Array.from(best.singularValues, (value) => Math.max(0, value - weight));
    const away = wanted.map((value, c) => Math.abs(value - (model.singularValues[c] ?? 0)));
    promise("σ − λ", largest(away), slack);
    promise("orthonormal", orthonormality(model.components, true), 1e-5);
  },
};

const parts: Check = {
  name: "non-negative factors: ≥ 0, codes are least squares, better than nothing",
  leastRows: 3,
  async run(given, promise, random) {
    const x = matrix(given.rows, given.cols, given.data.map(Math.abs));
    const k = 1 + random.integer(Math.min(x.rows, x.cols, 3));
    const model = await fit(nonNegativeFactorization({ latentDim: k }), x, { seed: 1 });
    const z = await model.encode(x);
    const b = model.dictionary;
    promise("codes ≥ 0", largest(z.data.map((value) => -value)), 0);
    promise("dictionary ≥ 0", largest(b.data.map((value) => -value)), 0);
    const squares = Array.from(x.data, (value) => value ** 2);
    const all = sum(squares);
    promise("error", Math.max(0, sum(await model.squaredErrors(x)) - all), 1e-6 * all);
    const longest = largest(range(x.rows).map((i) => sum(squares.slice(i * x.cols, (i + 1) * x.cols))));
    const violations = range(x.rows).flatMap((i) =>
      gradientOf(x, b, z.data, i).map((g, c) => (z.data[i * k + c]! > 0 ? Math.abs(g) : -g)),
    );
    promise("least squares", largest(violations), 1e-5 * Math.sqrt(longest));
  },
};

/** Dᵀ (D z − x) of row i. */
function gradientOf(x: Rows, d: Rows, z: ArrayLike<number>, i: number): number[] {
  const k = d.cols;
  const rest = range(x.cols).map((j) =>
    range(k).reduce((t, c) => t + d.data[j * k + c]! * z[i * k + c]!, -x.data[i * x.cols + j]!),
  );
  return range(k).map((c) => range(x.cols).reduce((t, j) => t + d.data[j * k + c]! * rest[j]!, 0));
}

const codes: Check = {
  name: "sparse codes fulfill the conditions of their minimum",
  leastRows: 1,
  async run(x, promise, random) {
    const k = 2 * (1 + random.integer(4));
    const dictionary = matrix(x.cols, k, random.fillNormal(new Float32Array(x.cols * k)));
    // Equal and zero atoms too.
    if (random.integer(3) === 0)
      for (let j = 0; j < x.cols; j++) dictionary.data[j * k + 1] = dictionary.data[j * k]!;
    if (random.integer(4) === 0) for (let j = 0; j < x.cols; j++) dictionary.data[j * k] = 0;
    const gradients = (z: { data: Float32Array }, i: number) => gradientOf(x, dictionary, z.data, i);
    const zero = { data: new Float32Array(x.rows * k) };
    const size = largest(range(x.rows).flatMap((i) => gradients(zero, i).map(Math.abs)));
    const alpha = size > 0 ? size * (0.02 + 0.3 * random.uniform()) : 1;
    const slack = 2e-5 * (size || 1);
    const worst = async (penalty: SparsePenalty, violation: (g: number[], z: number[]) => number) => {
      const z = await sparseCodes(x, dictionary, penalty);
      return largest(
        range(x.rows).map((i) => violation(gradients(z, i), Array.from(z.data.subarray(i * k, (i + 1) * k)))),
      );
    };
    const l1 = (a: number) => (g: number[], z: number[]) =>
      largest(
        z.map((value, c) =>
          value === 0 ? Math.max(0, Math.abs(g[c]!) - a) : Math.abs(g[c]! + a * Math.sign(value)),
        ),
      );
    promise("l1", await worst({ kind: "l1", alpha }, l1(alpha)), slack);
    const nonNegative = (g: number[], z: number[]) =>
      largest(
        z.map((value, c) =>
          value < 0 ? Infinity : value === 0 ? Math.max(0, -g[c]! - alpha) : Math.abs(g[c]! + alpha),
        ),
      );
    promise("l1, ≥ 0", await worst({ kind: "l1", alpha, nonNegative: true }, nonNegative), slack);
    const rho = 0.1 + 0.8 * random.uniform();
    const ridge = 0.01 + random.uniform();
    const both = { kind: "elasticNet", alpha: alpha * rho + ridge, l1Ratio: rho } as const;
    const net = (g: number[], z: number[]) =>
      l1(both.alpha * rho)(
        g.map((value, c) => value + both.alpha * (1 - rho) * z[c]!),
        z,
      );
    promise("elastic net", await worst(both, net), slack + 1e-6 * both.alpha * (size / both.alpha));
    const group = (g: number[], z: number[]) =>
      largest(
        range(k / 2).map((b) => {
          const [gs, zs] = [g.slice(2 * b, 2 * b + 2), z.slice(2 * b, 2 * b + 2)];
          const length = Math.hypot(...zs);
          if (length === 0) return Math.max(0, Math.hypot(...gs) - alpha);
          return Math.hypot(...gs.map((value, c) => value + (alpha * zs[c]!) / length));
        }),
      );
    promise("group", await worst({ kind: "group", alpha, groups: 2 }, group), slack);
    const nonZeros = 1 + random.integer(Math.min(k, x.cols));
    const l0 = (g: number[], z: number[]) => {
      if (z.filter((value) => value !== 0).length > nonZeros) return Infinity;
      return largest(z.map((value, c) => (value === 0 ? 0 : Math.abs(g[c]!))));
    };
    promise("l0", await worst({ kind: "l0", nonZeros }, l0), 1e-4 * (size || 1));
  },
};

const partition: Check = {
  name: "the partition function of a small Boltzmann machine is the sum of all states",
  leastRows: 4,
  async run(given, promise, random) {
    const cols = Math.min(given.cols, 5);
    const size = largest(given.data.map(Math.abs)) || 1;
    const x = matrix(
      given.rows,
      cols,
      new Float32Array(given.rows * cols).map(
        (_, at) => Math.abs(given.data[Math.floor(at / cols) * given.cols + (at % cols)]!) / size,
      ),
    );
    const model = await fit(restrictedBoltzmannMachine({ latentDim: 3 }), x, {
      epochs: 3,
      seed: random.integer(1000),
    });
    const p = model.parameters;
    const [w, b, c] = ["weights", "visibleBias", "hiddenBias"].map(
      (name) => p[name]?.data as Float32Array | undefined,
    );
    if (!w || !b || !c) throw new TypeError(`Boltzmann machine: parameters are ${Object.keys(p).join(", ")}`);
    let z = 0;
    for (let v = 0; v < 2 ** cols; v++) {
      for (let h = 0; h < 8; h++) {
        let energy = 0;
        for (let i = 0; i < cols; i++) if ((v >> i) & 1) energy += b[i]!;
        for (let j = 0; j < 3; j++) if ((h >> j) & 1) energy += c[j]!;
        for (let i = 0; i < cols; i++)
          for (let j = 0; j < 3; j++) if ((v >> i) & (h >> j) & 1) energy += w[i * 3 + j]!;
        z += Math.exp(energy);
      }
    }
    promise("ln Z", Math.abs((await model.logPartition()) - Math.log(z)), 1e-5);
  },
};

export const factorChecks: readonly Check[] = [components, leastSquares, completion, parts, codes, partition];
