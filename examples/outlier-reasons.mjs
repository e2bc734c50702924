// Unusual rows, and the columns that make them so, by an isolation forest.
//
//   node outlier-reasons.mjs
//
import { fit, isolationForest, random } from "unlabeled";

// 900 customers: age, orders, spent. One has spent far more than anybody.
const stream = random(1);
const names = ["age", "orders", "spent"];
const rows = Array.from({ length: 900 }, () => {
  const orders = Math.round(12 + 3 * stream.normal());
  return [Math.round(45 + 12 * stream.normal()), orders, Math.round(30 * orders + 40 * stream.normal())];
});
rows[317][2] = 99_999;

const model = await fit(isolationForest(), rows, { seed: 1 });
const scores = await model.score(rows);
const first = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, 3);
const { data } = await model.contributions(first.map((row) => rows[row]));
first.forEach((row, i) => {
  const parts = names.map((name, j) => ({ name, part: data[i * names.length + j] }));
  const [most] = parts.sort((a, b) => b.part - a.part);
  console.log(`row ${row}: ${scores[row].toFixed(2)}, most by ${most.name} (${rows[row].join(", ")})`);
});
