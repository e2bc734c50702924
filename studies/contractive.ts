/**
 * @file Contractive autoencoders: ‖∂h/∂x‖²_F and error on test images over λ, for one layer and, exactly and by Hutchinson's
 * estimate, for two. `node dist/studies/contractive.js [digits] [fashion]`
 */
import {
  type ContractiveAutoencoderOptions,
  configureRuntime,
  contractiveAutoencoder,
  fit,
} from "../src/index.js";
import { mean, measureSets } from "./images.js";

configureRuntime({ backend: "native", threads: 2 });
const LAMBDAS = [0, 0.1, 0.3, 1, 3, 10];
const TRAININGS = {
  digits: { epochs: 60, batchSize: 50, learningRate: 3e-3, schedule: "cosine", seed: 0 },
  fashion: { epochs: 8, batchSize: 128, learningRate: 1e-3, schedule: "cosine", seed: 0 },
} as const;
const NETWORKS: Record<string, ContractiveAutoencoderOptions> = {
  "one layer of 64": { latentDim: 64 },
  "two layers, 64 and 12, exact": { latentDim: 12, hidden: [64], jacobian: "exact" },
  "two layers, 64 and 12, hutchinson": { latentDim: 12, hidden: [64], jacobian: "hutchinson" },
};
const WHAT = "means over test images of ‖x − x̂‖² and of ‖∂h/∂x‖²_F";

await measureSets("contractive", { what: WHAT, networks: NETWORKS }, async (set, { train, test }) => {
  const training = TRAININGS[set];
  const tables: Record<string, object[]> = {};
  for (const [name, network] of Object.entries(NETWORKS)) {
    tables[name] = [];
    for (const contraction of LAMBDAS) {
      const model = await fit(contractiveAutoencoder({ ...network, contraction }), train, training);
      const squaredErrorPerSample = mean(await model.squaredErrors(test));
      const jacobianNorm = mean(await model.jacobianNorms(test));
      tables[name].push({ contraction, squaredErrorPerSample, jacobianNorm });
      console.log(set, name, contraction, squaredErrorPerSample.toFixed(3), jacobianNorm.toFixed(4));
    }
  }
  return { training, tables };
});
