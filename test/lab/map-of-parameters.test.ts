import { describe, expect, test } from "vitest";
import { type MapOptions, mapOfParameters } from "../../lab/four/map-of-parameters.js";
import { digits } from "../../src/data/digits.js";
import { linearAutoencoder, startTraining } from "../../src/index.js";
import type { Method } from "../../src/methods/method.js";
import { linearMap } from "../../src/metrics/index.js";

/** Float32 of sums of 64 numbers, and of unrolled steps. */
const ROUNDING = 2e-5;

describe("the map of parameters is what rows go through", () => {
  const methods = [
    ...(["free", "projection", "shared", "unrolled", "tied"] as const).flatMap((parameterization) =>
      [5, 70].map((latentDim) => linearAutoencoder({ parameterization, latentDim })),
    ),
    linearAutoencoder({ latentDim: 5, parameterization: "unrolled", stepSize: "learned", steps: 3 }),
    linearAutoencoder({ latentDim: 5, parameterization: "unrolled", stepSize: 0.02, stepWeights: "shared" }),
    linearAutoencoder({
      latentDim: 5,
      parameterization: "unrolled",
      stepSize: 0.02,
      stepWeights: "separate",
    }),
  ];
  test.each(methods.map((method) => [JSON.stringify(method.options), method] as const))(
    "%s",
    async (_, method) => {
      const { x } = digits();
      const session = await startTraining(method as Method<unknown>, x, { seed: 3, scale: "unit" });
      await session.step(20);
      const { parameters } = session.snapshot();
      const map = await mapOfParameters(parameters, method.options as unknown as MapOptions);
      // A factor that is the same for all columns is none in the map.
      const { matrix } = await linearMap({ inputDim: 64, reconstruct: (rows) => session.reconstruct(rows) });
      await session.release();
      const { factor } = session.scaling;
      const worst = matrix.data.reduce((most, value, at) => {
        const [i, j] = [Math.floor(at / 64), at % 64];
        return Math.max(most, Math.abs((value * factor[j]!) / factor[i]! - map.data[at]!));
      }, 0);
      expect(worst).toBeLessThan(ROUNDING);
    },
  );
});
