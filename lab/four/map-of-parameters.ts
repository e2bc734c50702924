/**
 * @file The map from row to reconstruction of a linear autoencoder under training, of its parameters, in float64: no rows go through it, and
 * nothing is compiled, so that figures take milliseconds.
 *
 *   x̂ − c = W (x − c)
 */
import { type Dense, dense, identity, transpose } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { factorSmall, solveLower, solveUpper } from "../../src/linalg/small-cholesky.js";
import type { Parameterization } from "../../src/methods/linear/linear-autoencoder.js";
import type { Parameters } from "../../src/methods/parameters.js";

/** Options of `linearAutoencoder` that its map depends on, as a method tells them. */
export interface MapOptions {
  readonly parameterization: Parameterization;
  readonly steps: number;
  readonly stepSize: number | "learned" | "lipschitz";
  readonly stepWeights: "decoder" | "shared" | "separate";
}

/** W `[d, d]`. @param parameters as training has them. */
export async function mapOfParameters(parameters: Parameters, options: MapOptions): Promise<Dense> {
  const b = matrixOf(parameters, "decoder");
  const [d, k] = [b.rows, b.cols];
  switch (options.parameterization) {
    case "free":
      return gemm(b, matrixOf(parameters, "encoder"));
    case "tied":
      return gemm(b, b, { transposeB: true });
    case "projection":
      return k < d ? projectionOnto(b) : identity(d);
    case "shared": {
      const c = matrixOf(parameters, "mixing");
      const narrow = k < d;
      return narrow
        ? gemm(await gemm(b, c), b, { transposeB: true })
        : gemm(await gemm(b, b, { transposeB: true }), c);
    }
    case "unrolled":
      return gemm(b, await unrolledEncoder(parameters, options, b));
  }
}

/** B (BᵀB)⁻¹ Bᵀ. */
async function projectionOnto(b: Dense): Promise<Dense> {
  const k = b.cols;
  const gram = await gemm(b, b, { transposeA: true });
  if (!factorSmall(gram.data, k, k, 0)) throw new RangeError("columns of B depend on one another");
  // A line of it is the solution for a row of B.
  const solved = dense(b.rows, k, b.data.slice());
  for (let i = 0; i < b.rows; i++) {
    const line = solved.data.subarray(i * k, (i + 1) * k);
    solveLower(gram.data, k, 0, k, line, 0);
    solveUpper(gram.data, k, k, line, 0);
  }
  return gemm(solved, b, { transposeB: true });
}

/** Y_T of Y_{t+1} = Y_t + η U (I − V Y_t), where U = Bᵀ and V = B, or learned in their place. */
async function unrolledEncoder(
  parameters: Parameters,
  { steps, stepSize, stepWeights }: MapOptions,
  b: Dense,
): Promise<Dense> {
  const eta =
    stepSize === "learned"
      ? (parameters.stepSize!.data[0] as number)
      : stepSize === "lipschitz"
        ? 1 / largestSquaredSingularValue(b)
        : stepSize;
  let y: Dense | undefined;
  for (let t = 0; t < steps; t++) {
    const suffix = stepWeights === "shared" ? "" : String(t);
    const own = (name: string) =>
      stepWeights !== "decoder" && parameters[name + suffix] ? matrixOf(parameters, name + suffix) : b;
    const up = own("stepUp");
    // From Y₀ = 0 the first step is η U.
    const step = y
      ? await gemm(up, residualOf(await gemm(own("stepDown"), y)), { transposeA: true })
      : transpose(up);
    const before = y?.data;
    y = dense(
      step.rows,
      step.cols,
      step.data.map((value, at) => (before ? before[at]! : 0) + eta * value),
    );
  }
  return y!;
}

/** Steps of the power iteration that the method itself takes: where singular values lie near each other, it is not at its end. */
const POWER_STEPS = 20;

/** σ_max(B)² as the method has it. */
function largestSquaredSingularValue(b: Dense): number {
  const { rows: d, cols: k } = b;
  let v = new Float64Array(k).fill(1 / Math.sqrt(k));
  for (let step = 0; ; step++) {
    const image = new Float64Array(d);
    for (let i = 0; i < d; i++) for (let j = 0; j < k; j++) image[i]! += b.data[i * k + j]! * v[j]!;
    if (step === POWER_STEPS) return image.reduce((sum, value) => sum + value ** 2, 0);
    const next = new Float64Array(k);
    for (let i = 0; i < d; i++) for (let j = 0; j < k; j++) next[j]! += b.data[i * k + j]! * image[i]!;
    const length = Math.hypot(...next);
    v = next.map((value) => value / length);
  }
}

/** I − M. */
function residualOf({ data, rows, cols }: Dense): Dense {
  return dense(
    rows,
    cols,
    data.map((value, at) => (at % (cols + 1) === 0 ? 1 : 0) - value),
  );
}

function matrixOf(parameters: Parameters, name: string): Dense {
  const { shape, data } = parameters[name]!;
  return dense(shape[0]!, shape[1]!, Float64Array.from(data as Float32Array));
}
