/**
 * @file Compression: bytes of rows by their codes, the decoder with them, at an error that is given.
 *
 * Numbers are rounded to multiples of a step and written by a coder that knows how often each occurs in its column, which takes as many
 * bits as their entropy. A decoder takes two bytes a number.
 */
import type { Matrix } from "../../src/data/matrix.js";
import { log } from "../../src/elementary.js";
import { autoencoder, fit, pca } from "../../src/index.js";
import type { Coder } from "../../src/methods/model.js";
import { squaredErrorPerSample } from "../../src/metrics/index.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  /** Shares of the variance that may be lost. */
  losses: [0.15, 0.3],
  sizes: [8, 12, 16, 20, 24, 28, 32, 40],
  deepSizes: [8, 16, 32],
  hidden: [128, 64],
  epochs: 250,
  /** Numbers of rows that are stored. */
  rows: [10, 100, 1000, 10_000, 100_000],
};
const settings = { small, full: { ...small, hidden: [256, 128] } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { data, size, seed, signal } = measuring;
  const { losses, sizes, deepSizes, hidden, epochs } = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, 1 + sizes.length + deepSizes.length);
  const { train, test } = heldOutRows(data.x, seed);
  const d = data.x.cols;
  const total = data.eigenvalues.reduce((sum, value) => sum + value, 0);
  for (const lost of losses)
    figures[`row bytes raw ${lost}`] = (await coarsest(
      test,
      async (rounded) => rounded,
      test,
      lost * total,
    ))!;
  progress.done();
  const best = async (name: string, models: AsyncIterable<Stored>) => {
    for await (const { model, numbers } of models) {
      const z = await model.encode(test);
      for (const lost of losses) {
        const bytes = await coarsest(z, (rounded) => model.decode(rounded), test, lost * total);
        const least = figures[`row bytes ${name} ${lost}`] as number | undefined;
        if (bytes === undefined || (least !== undefined && least <= bytes)) continue;
        figures[`row bytes ${name} ${lost}`] = bytes;
        figures[`decoder bytes ${name} ${lost}`] = 2 * numbers;
      }
      progress.done();
    }
  };
  await best(
    "pca",
    (async function* () {
      for (const latentDim of sizes.filter((k) => k < d))
        yield { model: await fit(pca({ latentDim }), train, { seed, signal }), numbers: (latentDim + 1) * d };
    })(),
  );
  await best(
    "deep",
    (async function* () {
      for (const latentDim of deepSizes.filter((k) => k < d)) {
        const widths = [latentDim, ...[...hidden].reverse(), d];
        const numbers = widths.slice(1).reduce((sum, width, i) => sum + (widths[i]! + 1) * width, 0);
        const training = { epochs, schedule: "cosine", learningRate: 2e-3, seed, signal } as const;
        yield { model: await fit(autoencoder({ latentDim, hidden }), train, training), numbers };
      }
    })(),
  );
  return figures;
}

/** A model, and the numbers of its decoder. */
interface Stored {
  readonly model: Coder;
  readonly numbers: number;
}

/**
 * Bytes a row with the coarsest step that loses no more than what may be lost; none where even the finest loses more.
 * @param z what is stored `[n, k]`.
 */
async function coarsest(
  z: Matrix,
  decode: (rounded: Matrix) => Promise<Matrix>,
  rows: Matrix,
  budget: number,
): Promise<number | undefined> {
  const error = async (step: number) => squaredErrorPerSample(rows, await decode(roundedTo(z, step)));
  let [fine, coarse] = [1e-3, 1e-3];
  if ((await error(fine)) > budget) return undefined;
  while ((await error(coarse)) <= budget && coarse < 1e6) [fine, coarse] = [coarse, coarse * 2];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(fine * coarse);
    if ((await error(middle)) <= budget) fine = middle;
    else coarse = middle;
  }
  return entropyBytes(z, fine);
}

const HALVINGS = 6;

const roundedTo = ({ rows, cols, data }: Matrix, step: number): Matrix => ({
  rows,
  cols,
  data: data.map((value) => step * Math.round(value / step)),
});

/** Bytes a row by the entropy of every column of rounded numbers: the least of a coder that writes numbers one by one. */
export function entropyBytes({ rows, cols, data }: Matrix, step: number): number {
  let bits = 0;
  for (let j = 0; j < cols; j++) {
    const counts = new Map<number, number>();
    for (let i = 0; i < rows; i++) {
      const level = Math.round(data[i * cols + j]! / step);
      counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    for (const count of counts.values()) bits += (count / rows) * (log(count / rows) / log(1 / 2));
  }
  return bits / 8;
}

const WAYS = { pca: "PCA", deep: "a deep autoencoder" } as const;

const ways = Object.keys(WAYS) as (keyof typeof WAYS)[];

const bytesOf = (results: Results, way: "raw" | keyof typeof WAYS, lost: number, rows: number) =>
  results
    .numbers(`row bytes ${way} ${lost}`)
    .map(
      (each, seed) =>
        rows * each + (way === "raw" ? 0 : results.numbers(`decoder bytes ${way} ${lost}`)[seed]!),
    );

/** Rows from which on codes and decoder are fewer bytes; infinite where a code is no smaller than a row. */
function breakEven(results: Results, way: keyof typeof WAYS, lost: number): number {
  const saved = results.mean(`row bytes raw ${lost}`) - results.mean(`row bytes ${way} ${lost}`);
  return saved > 0 ? results.mean(`decoder bytes ${way} ${lost}`) / saved : Number.POSITIVE_INFINITY;
}

const measuredWays = (results: Results, lost: number) =>
  ways.filter((way) => results.has(`row bytes ${way} ${lost}`));

const claims: readonly Claim[] = [
  {
    id: "D21",
    quote: "compression: reducing the file size",
    source: "002",
    statement: "Codes with their decoder take at most as many bytes as the rows rounded to the same error.",
    means:
      "Codes may be smaller than rows, and the decoder has to be stored with them: PCA pays from hundreds or thousands of rows on, a network from far more, and only where much may be lost.",
    picture: "bytes",
    sides: (results, threshold = 1) =>
      small.losses.flatMap((lost) =>
        measuredWays(results, lost).flatMap((way) =>
          [100, 1000, 10_000, 100_000].map((rows) => {
            const raw = bytesOf(results, "raw", lost, rows);
            return atMost(
              `${lost} of the variance lost, ${WAYS[way]}, ${rows} rows: bytes as a multiple`,
              bytesOf(results, way, lost, rows).map((bytes, seed) => bytes / raw[seed]!),
              threshold,
            );
          }),
        ),
      ),
  },
];

const pictures: Study["pictures"] = {
  bytes: (results) => {
    const lost = small.losses.at(-1)!;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      kind: "curves",
      title: `Bytes by number of rows, ${lost} of the variance lost`,
      see: "Codes are smaller from where the decoder is paid for.",
      xName: "rows",
      yName: "bytes",
      logX: true,
      logY: true,
      x: small.rows,
      series: (["raw", ...measuredWays(results, lost)] as const).map((way) => ({
        name: { raw: "rounded rows", pca: "PCA and decoder", deep: "autoencoder and decoder" }[way],
        values: small.rows.map((rows) => mean(bytesOf(results, way, lost, rows))),
      })),
      caption: measuredWays(results, lost)
        .map((way) => {
          const rows = breakEven(results, way, lost);
          const name = way === "pca" ? "PCA" : "autoencoder";
          return Number.isFinite(rows) ? `${name} from ${Math.ceil(rows)} rows on` : `${name} never`;
        })
        .join(", "),
    };
  },
};

export const compression: Study = {
  id: "compression",
  title: "Do codes make files smaller?",
  question: "Are codes with the decoder that they need smaller than the rows, at the same error?",
  claims,
  settings,
  measure,
  pictures,
};
