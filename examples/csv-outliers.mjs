// Unusual rows of a CSV file: those that do not go with the rest, though each of their numbers may.
//
//   node csv-outliers.mjs
//
import { writeFile } from "node:fs/promises";
import { fit, pca, random } from "unlabeled";
import { readFileData } from "unlabeled/node";

// A file to look at: machines whose temperature, power and noise all follow their load. In lines 41 and 301 they do not.
const stream = random(1);
const lines = ["machine,load,temperature,power,noise"];
for (let i = 0; i < 400; i++) {
  const load = 20 + 60 * stream.uniform();
  const broken = i === 39 || i === 299;
  const temperature = 30 + 0.5 * (broken ? 100 - load : load) + stream.normal();
  const power = 5 + 0.2 * load + 0.4 * stream.normal();
  const noise = 40 + 0.3 * load + 0.6 * stream.normal();
  lines.push([`m${i % 20}`, ...[load, temperature, power, noise].map((value) => value.toFixed(2))].join());
}
await writeFile("machines.csv", `${lines.join("\n")}\n`);

// The machine only says whose a row is: what is usual is so for all of them.
const data = await readFileData("machines.csv", { id: ["machine"] });
const carried = data.guesses
  ?.filter(({ role }) => role === "carried")
  .map(({ name, why }) => `${name} (${why})`);
console.log(`${data.x.rows} rows, learned from ${data.columns?.join(", ")}; carried: ${carried?.join(", ")}`);

// One number, the load, says nearly all of a row. What it leaves unsaid is the score.
const model = await fit(pca({ latentDim: 1 }), data, { seed: 1 });
const scores = await model.score(data);
const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
for (const row of order.slice(0, 4)) {
  console.log(`line ${row + 2}: score ${scores[row].toFixed(2)}: ${lines[row + 1]}`);
}
