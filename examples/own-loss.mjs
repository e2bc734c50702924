// A loss of your own: the quantile loss, with which an autoencoder errs on one side only.
//
//   node own-loss.mjs
//
import { autoencoder, engine, fit } from "unlabeled";
import { lowRank } from "unlabeled/data";

const { add, maximum, mul, sub, sum } = engine;

/**
 * Σⱼ max(q rⱼ, (q − 1) rⱼ), r = x − x̂: at its minimum a share q of the numbers lies below their reconstruction.
 * Source: Koenker & Bassett (1978), "Regression quantiles", Econometrica 46.
 *
 * @param {number} q
 * @returns {import("unlabeled").Loss}
 */
const quantile = (q) => ({
  name: `quantile ${q}`,
  rows(x, xHat, observed) {
    const r = sub(x, xHat);
    const terms = maximum(mul(r, q), mul(r, q - 1));
    // If numbers are hidden or missing, those that count are told.
    return sum(observed ? mul(terms, observed) : terms, 1);
  },
});

const { x } = lowRank({ rows: 2000, cols: 10, rank: 2, noise: 0.5, seed: 1 });
for (const q of [0.1, 0.5, 0.9]) {
  const method = autoencoder({ latentDim: 2, hidden: [32], loss: quantile(q) });
  const model = await fit(method, x, { epochs: 60, seed: 1, schedule: "cosine" });
  const xHat = await model.reconstruct(x);
  const below = x.data.reduce((count, value, i) => count + (value < xHat.data[i] ? 1 : 0), 0);
  console.log(`q = ${q}: ${((100 * below) / x.data.length).toFixed(0)} % of the numbers lie below`);
}

// Shapes are checked while the graph is built, long before anything runs.
try {
  add(engine.input("a", [4, 3]), engine.input("b", [4, 2]));
} catch (error) {
  console.log(String(error));
}
