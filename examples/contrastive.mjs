// Codes from views: two random views of an image are to have near codes. What keeps all codes from being one is a trick of the
// method, here a term for their variance; without it they collapse, and the model says so. No label is used until the end.
//
//   node contrastive.mjs
//
import { fit, vicReg } from "unlabeled";
import { digits } from "unlabeled/data";
import { leaveOneOutAccuracy } from "unlabeled/metrics";

const { x, labels } = digits(); // [1797, 64]

for (const variance of [25, 0]) {
  console.log(`weight of variance ${variance}`);
  // Some pixels and a little noise do not matter.
  const augment = ["zero:0.3", "gaussian:0.1"];
  const method = vicReg({ latentDim: 16, hidden: [128], projection: [64, 64], augment, variance });
  const model = await fit(method, x, {
    scale: "unit",
    seed: 1,
    epochs: 30,
    batchSize: 128,
    learningRate: 3e-3,
  });
  for (const { epoch, loss, figures } of model.history)
    if (epoch % 10 === 0)
      console.log(`  epoch ${epoch}: loss ${loss.toFixed(3)}, spread ${figures?.spread?.toFixed(2)}`);
  const accuracy = await leaveOneOutAccuracy(await model.encode(x), labels, { nNeighbors: 5 });
  console.log(`  same digit as the nearest five: ${(100 * accuracy).toFixed(1)} %`);
  for (const note of model.notes) console.log(`  ${note}`);
}
