// A step of a pipeline: Parquet in, Parquet out, with clusters and codes beside the columns that were there.
//
//   node parquet.mjs
//
import { writeFile } from "node:fs/promises";
import { fit, kMeans, pca } from "unlabeled";
import { blobs, makeTable, NumberValues, numberColumns, Texts, writeTable } from "unlabeled/data";
import { readFileData } from "unlabeled/node";

// The step before has left 3000 customers with six numbers each.
const made = blobs({ rows: 3000, cols: 6, centers: 4, seed: 1 });
const names = ["visits", "orders", "returns", "spent", "age", "distance"];
const keys = Texts.from(Array.from({ length: 3000 }, (_, i) => `c${i}`));
const customers = makeTable([
  { name: "customer", kind: "text", values: keys },
  ...numberColumns(made.x, names),
]);
await writeFile("customers.parquet", await writeTable(customers, "customers.parquet"));

const data = await readFileData("customers.parquet");
const carried = data.guesses?.filter(({ role }) => role === "carried").map(({ name }) => name);
console.log(`${data.x.rows} rows of ${data.columns?.length} numbers, and ${carried?.join()}`);

const groups = await fit(kMeans({ clusters: 4 }), data, { seed: 1 });
const plane = await fit(pca({ latentDim: 2 }), data, { seed: 1 });
const places = await plane.encode(data);

// All that was read comes back as it was, with the new columns behind it.
const clusters = new NumberValues(Float64Array.from(groups.labels));
const result = makeTable([
  ...(data.table?.columns ?? []),
  { name: "cluster", kind: "number", values: clusters },
  ...numberColumns(places, ["z1", "z2"]),
]);
await writeFile("groups.parquet", await writeTable(result, "groups.parquet"));

const written = await readFileData("groups.parquet", { label: "cluster" });
const sizes = new Map();
for (const label of written.labels ?? []) sizes.set(label, (sizes.get(label) ?? 0) + 1);
console.log(`groups.parquet: ${written.x.rows} rows, clusters of ${[...sizes.values()].sort().join(", ")}`);
