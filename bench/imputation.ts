/**
 * @file Gaps filled by the way that fills best, of wine and optdigits with 30 % hidden: the whole choice in at most twenty seconds. Iterative
 * ridge and nearest neighbors, with their options chosen, beside scikit-learn's imputers with theirs as they are by default.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "../src/data/npy.js";
import {
  type Coder,
  configureRuntime,
  fit,
  impute,
  imputeByBest,
  iterativeRidge,
  type Matrix,
  type Method,
  nearestNeighborImputation,
} from "../src/index.js";
import { rmseHidden } from "../src/metrics/index.js";
import { benchmarks, compare, pythonServer, seconds } from "./harness.js";
import { readSet, withHoles } from "./hidden-entries.js";

/** Seconds that the choice may take. */
const MOST_SECONDS = 20;
const SETS = [
  { name: "wine", file: "wine_data.csv", mask: "wine-mask30.csv.gz" },
  { name: "optdigits", file: "optdigits.csv.gz", mask: "optdigits-mask30.csv.gz" },
] as const;
const IMPUTERS: readonly (readonly [string, () => Method<Coder>, string])[] = [
  ["iterative-ridge", () => iterativeRidge() as Method<Coder>, "IterativeImputer"],
  ["nearest-neighbor-imputation", () => nearestNeighborImputation() as Method<Coder>, "KNNImputer"],
];

interface Reply {
  seconds: number;
  rmse: number;
}

export async function imputationBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const folder = mkdtempSync(join(tmpdir(), "imputation-"));
  const server = await pythonServer("sklearn_imputers.py");
  try {
    for (const { name, ...set } of SETS) {
      const { x, hidden } = await readSet({ ...set, units: "z-scores" });
      const holed = withHoles(x, hidden);
      let rmse = 0;
      await compare({
        name: `imputation-${name}`,
        unit: "s",
        higherIsBetter: false,
        aim: 1,
        rounds: 2,
        ours: () =>
          seconds(async () => {
            rmse = rmseHidden(x, (await imputeByBest(holed)).filled, hidden);
          }),
        peers: [{ name: "the time it may take", measure: async () => MOST_SECONDS }],
        details: () => ({ "root mean square error": rmse }),
        note: `imputeByBest of ${x.rows} × ${x.cols}, 30 % hidden, all ways compared, 2 threads`,
      });
      if (name === "optdigits") await besidePeers(x, holed, hidden, folder, server);
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

async function besidePeers(
  x: Matrix,
  holed: Matrix,
  hidden: Float32Array,
  folder: string,
  server: Awaited<ReturnType<typeof pythonServer>>,
): Promise<void> {
  const files = { data: join(folder, "x.npy"), truth: join(folder, "truth.npy") };
  writeFileSync(files.data, writeNpy(holed));
  writeFileSync(files.truth, writeNpy(x));
  for (const [name, method, imputer] of IMPUTERS) {
    const rmse = { ours: 0, theirs: 0 };
    await compare({
      name,
      unit: "s",
      higherIsBetter: false,
      aim: 1,
      ours: () =>
        seconds(async () => {
          const model = await fit(method(), holed, { seed: 0 });
          rmse.ours = rmseHidden(x, await impute(model, holed), hidden);
        }),
      peers: [
        {
          name: `scikit-learn ${imputer}`,
          versions: server.versions,
          measure: async () => {
            const reply = await server.ask<Reply>({ ...files, imputer });
            rmse.theirs = reply.rmse;
            return reply.seconds;
          },
        },
      ],
      details: () => ({ "root mean square error, ours": rmse.ours, theirs: rmse.theirs }),
      note: "optdigits in z-scores, 1797 × 64, 30 % hidden; fitted and filled. Ours chooses its option by hidden numbers, the peer has its defaults",
    });
  }
}

if (process.argv[1]?.endsWith("imputation.js")) benchmarks(imputationBenchmarks);
