// Similar items: the nearest neighbors of codes, of images here, of products or songs elsewhere.
//
//   node similar-items.mjs
//
import { fit, pca } from "unlabeled";
import { digits } from "unlabeled/data";
import { kNearestWithin } from "unlabeled/linalg";

const { x, labels } = digits();
const model = await fit(pca({ latentDim: 16 }), x, { seed: 1 });
const codes = await model.encode(x); // 16 numbers instead of 64

const k = 5;
const { indices } = await kNearestWithin(codes, k, { metric: "cosine" });
/** @param {number} item */
const similarTo = (item) => [...indices.subarray(item * k, item * k + k)];

for (const item of [0, 1, 2]) {
  const found = similarTo(item).map((other) => `${other} (a ${labels[other]})`);
  console.log(`item ${item} (a ${labels[item]}): ${found.join(", ")}`);
}

// Labels were not used so far. They tell how good "similar" is.
let right = 0;
for (let item = 0; item < x.rows; item++) {
  for (const other of similarTo(item)) if (labels[other] === labels[item]) right++;
}
console.log(`${((100 * right) / (k * x.rows)).toFixed(1)} % of similar items have the same label`);
