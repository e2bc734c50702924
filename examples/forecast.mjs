// A time series: its next day, learned from its past, and the hours that were unusual.
//
//   node forecast.mjs
//
import { fit, nextStep } from "unlabeled";

// Hours of ten weeks: demand with a day's and a week's rhythm, and a temperature that it follows.
let noise = 1;
const random = () => (noise = (noise * 48271) % 2147483647) / 2147483647 - 0.5;
const hours = Array.from({ length: 10 * 168 }, (_, t) => {
  const day = Math.sin((2 * Math.PI * t) / 24);
  const temperature = 12 + 6 * day + random();
  const weekend = t % 168 >= 120 ? 0.7 : 1;
  return [weekend * (30 + 8 * day - 0.4 * temperature) + random(), temperature];
});
// Something broke: one hour of the last week.
hours[1600][0] -= 12;

const train = hours.slice(0, 8 * 168);
const model = await fit(nextStep({ latentDim: 32, network: "diagonal", window: 168 }), train, {
  scale: "standard",
  epochs: 40,
  batchSize: 16,
  learningRate: 0.01,
  schedule: "cosine",
  seed: 1,
});

// The state runs through the training weeks into the last two.
const errors = await model.squaredErrors(hours);
const unseen = errors.subarray(train.length);
const persistence = hours.slice(train.length).map((row, i) => {
  const before = hours[train.length + i - 1];
  return row.reduce((sum, value, j) => sum + (value - before[j]) ** 2, 0);
});
const mean = unseen.reduce((total, value) => total + value, 0) / unseen.length;
const unchanged = persistence.reduce((total, value) => total + value, 0) / persistence.length;
console.log(`squared error an hour ahead: ${mean.toFixed(2)}; of no change: ${unchanged.toFixed(2)}`);

const scores = await model.score(hours);
const ofUnseen = hours.map((_, t) => t).slice(train.length);
const unusual = ofUnseen.sort((a, b) => scores[b] - scores[a]).slice(0, 2);
console.log(`the most unusual hours of the last two weeks: ${unusual.sort((a, b) => a - b).join(", ")}`);

const next = await model.forecast(hours, 24);
console.log(
  `tomorrow at noon: demand ${next.data[2 * 12].toFixed(1)}, temperature ${next.data[2 * 12 + 1].toFixed(1)}`,
);
