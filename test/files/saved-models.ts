/** @file Small models of every kind, saved: what the tests of model files read. */
import { lowRank } from "../../src/data/synthetic.js";
import { writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors } from "../../src/files/safetensors.js";
import {
  autoencoder,
  type Coder,
  factorization,
  fit,
  linearAutoencoder,
  type Method,
  pca,
} from "../../src/index.js";

export const { x } = lowRank({ rows: 24, cols: 5, rank: 2, seed: 4 });
const methods: Method<Coder>[] = [
  pca({ latentDim: 2, whiten: true }),
  linearAutoencoder({ latentDim: 2, parameterization: "unrolled", steps: 2, stepWeights: "separate" }),
  linearAutoencoder({ latentDim: 2, bias: false }),
  factorization({ latentDim: 2 }),
  autoencoder({ latentDim: 2, hidden: [3], batchNorm: true, tied: true }),
];
/** Names with all that needs escaping. */
export const columns = ["a", "b", "c", "ü", 'e "quoted"'];

async function files(): Promise<{ model: Coder; bytes: Uint8Array; checkpoint: Uint8Array | undefined }[]> {
  return Promise.all(
    methods.map(async (method) => {
      let checkpoint: Uint8Array | undefined;
      const training = method.fitting.kind === "trained" ? { epochs: 2, batchSize: 8 } : {};
      const model = await fit(method, x, {
        ...training,
        seed: 2 ** 40 + 1,
        scale: "standard",
        columns,
        rowShape: [1, 5],
        onCheckpoint: (make) => {
          checkpoint = make();
        },
      });
      return { model, bytes: model.save(), checkpoint };
    }),
  );
}
/** One model of each kind, its file, and its last checkpoint where it was trained. */
export const saved = await files();

/** A file with its description changed as JSON, and a checksum that agrees. */
export function rewritten(
  bytes: Uint8Array,
  change: (header: Record<string, unknown>) => unknown,
): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = JSON.parse(metadata.unlabeled!) as Record<string, unknown>;
  return writeDescribed(JSON.stringify(change(header) ?? header), tensors);
}
