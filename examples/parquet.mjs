// A step of a pipeline: Parquet in, Parquet out, with clusters and codes beside the columns that were there.
//
//   node parquet.mjs
//
import { writeFile } from "node:fs/promises";
import { fit, kMeans, pca } from "unlabeled";
import { blobs, matrixTable, writeParquet } from "unlabeled/data";
import { readFileData } from "unlabeled/node";

// The step before has left 3000 customers with six numbers each.
const made = blobs({ rows: 3000, cols: 6, centers: 4, seed: 1 });
const names = ["visits", "orders", "returns", "spent", "age", "distance"];
const customers = Array.from({ length: 3000 }, (_, i) => `c${i}`);
const id = /** @type {const} */ ({ name: "customer", kind: "text" });
await writeFile(
  "customers.parquet",
  writeParquet(matrixTable(made.x, names, [{ ...id, values: customers }])),
);

const { x, columns, carried } = await readFileData("customers.parquet");
console.log(`${x.rows} rows of ${columns?.length} numbers, and ${carried.map(({ name }) => name).join()}`);

const options = /** @type {const} */ ({ scale: "standard", seed: 1 });
const groups = await fit(kMeans({ clusters: 4 }), x, options);
const plane = await fit(pca({ latentDim: 2 }), x, options);
const places = await plane.encode(x);

// Text columns of the input are carried along; clusters are names, not amounts.
const cluster = {
  name: "cluster",
  kind: /** @type {const} */ ("text"),
  values: Array.from(groups.labels, String),
};
await writeFile("groups.parquet", writeParquet(matrixTable(places, ["z1", "z2"], [...carried, cluster])));

const written = await readFileData("groups.parquet", { label: "cluster" });
const sizes = new Map();
for (const label of written.labels ?? []) sizes.set(label, (sizes.get(label) ?? 0) + 1);
console.log(`groups.parquet: ${written.x.rows} rows, clusters of ${[...sizes.values()].sort().join(", ")}`);
