/** @file Recognition by principal components: the stored accuracies on faces, and what is refused. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { readData } from "../../src/data/format.js";
import { type Matrix, matrix, row, takeRows, toMatrix } from "../../src/data/matrix.js";
import { type Classifier, eigenfaces } from "../../src/index.js";
import { random } from "../../src/random.js";
import { sharedPath, testWith } from "../data/shared.js";

const stream = random(3);
/** Three kinds of rows, 12 of each, in turn. */
const labels = Array.from({ length: 36 }, (_, i) => ["ash", "beech", "fir"][i % 3]!);
const x: Matrix = matrix(36, 4);
for (let i = 0; i < 36; i++)
  for (let j = 0; j < 4; j++) x.data[i * 4 + j] = (i % 3) * (j - 1) + 10 * j + 0.3 * stream.normal();

test("rows are recognized by the nearest row or class mean, at its distance", async () => {
  const faces = await eigenfaces(x, labels, { latentDim: 3, skipFirst: 1, whiten: true });
  expect(faces.classes).toEqual(["ash", "beech", "fir"]);
  expect([faces.codes.rows, faces.codes.cols]).toEqual([36, 2]);
  const z = await faces.model.encode(x);
  expect([...row(faces.codes, 5)]).toEqual([...row(z, 5).subarray(1)]);
  const means = faces.classes.map((name) =>
    [1, 2].map((a) => labels.reduce((sum, label, i) => sum + (label === name ? row(z, i)[a]! : 0), 0) / 12),
  );
  const found = await faces.recognize(x, "nearest-class-mean");
  for (let i = 0; i < 36; i++) {
    const distances = means.map(([a, b]) => Math.hypot(row(z, i)[1]! - a!, row(z, i)[2]! - b!));
    const nearest = distances.indexOf(Math.min(...distances));
    expect(found.labels[i]).toBe(faces.classes[nearest]);
    expect(found.nearest[i]).toBe(nearest);
    expect(found.distances[i]).toBeCloseTo(distances[nearest]!, 5);
  }
  const self = await faces.recognize(x);
  expect(self.labels).toEqual(labels);
  expect([...self.nearest]).toEqual(Array.from({ length: 36 }, (_, i) => i));
  expect(Math.max(...self.distances)).toBe(0);
});

test("what does not fit is refused in a sentence", async () => {
  const refused: [Promise<unknown>, string][] = [
    [eigenfaces(x, labels.slice(1), { latentDim: 2 }), "eigenfaces: 36 rows, but 35 labels"],
    [eigenfaces(x, labels.with(7, ""), { latentDim: 2 }), "eigenfaces: row 7 has no label"],
    [
      eigenfaces(x, labels, { latentDim: 2, skipFirst: 2 }),
      "skipFirst must be an integer from 0 to 1, got 2",
    ],
    [eigenfaces(x, labels, { latentDim: 9 }), "latentDim 9 exceeds min(rows, columns)"],
    [
      eigenfaces(x, labels, { latentDim: 2 }).then((faces) => faces.recognize(x, "oracle" as Classifier)),
      'classifier must be one of nearest-neighbor, nearest-class-mean, got "oracle"',
    ],
  ];
  for (const [call, message] of refused) await expect(call).rejects.toThrow(message);
});

type Variant = Record<"nn1" | "nearest_class_mean", number>;

testWith("orl_faces/orl-images-idx3-ubyte.gz", "the stored accuracies on faces, exactly", async (path) => {
  const data = await readFileData(path, { labelFile: sharedPath("orl_faces/orl-labels-idx1-ubyte.gz") });
  const { results } = JSON.parse(await readFile(sharedPath("../reference/07_eigenfaces_orl.json"), "utf8"));
  const numbers = Array.from({ length: 400 }, (_, i) => i);
  const [train, test] = [numbers.filter((i) => i % 10 < 5), numbers.filter((i) => i % 10 >= 5)];
  const named = (rows: number[]) => rows.map((i) => data.labels![i]!);
  const images = {
    "full 112x92 pixels/255": data.x,
    "2x2 mean-pooled 56x46 pixels/255": pooled(toMatrix(data.x)),
  };
  let compared = 0;
  for (const [name, all] of Object.entries(images)) {
    // A decomposition of whole images takes a second; studies/eigenfaces.ts goes through all.
    const dims = all.cols < 3000 ? [1, 3, 10, 40, 199] : [40];
    for (const latentDim of dims) {
      const figures = results[name][latentDim] as Record<string, Variant | undefined>;
      const variants = {
        euclidean: {},
        whitened: { whiten: true },
        euclidean_without_first_3: { skipFirst: 3 },
      };
      for (const [variant, options] of Object.entries(variants)) {
        const wanted = figures[variant];
        if (!wanted) continue;
        const faces = await eigenfaces(takeRows(all, train), named(train), { latentDim, ...options });
        const accuracy = async (classifier: Classifier) => {
          const found = await faces.recognize(takeRows(all, test), classifier);
          return found.labels.filter((label, i) => label === named(test)[i]).length / test.length;
        };
        const ours = {
          nn1: await accuracy("nearest-neighbor"),
          nearest_class_mean: await accuracy("nearest-class-mean"),
        };
        expect(ours, `${name}, ${latentDim}, ${variant}`).toEqual(wanted);
        compared++;
      }
    }
  }
  expect(compared).toBe(16);
});

/** Means of 2 × 2 pixels of images of 112 × 92. */
function pooled(images: Matrix): Matrix {
  const out = matrix(images.rows, 56 * 46);
  for (let i = 0; i < images.rows; i++) {
    for (let r = 0; r < 56; r++) {
      for (let c = 0; c < 46; c++) {
        const at = i * images.cols + 2 * r * 92 + 2 * c;
        const corners = [at, at + 1, at + 92, at + 93].map((pixel) => images.data[pixel]!);
        out.data[i * out.cols + r * 46 + c] = corners.reduce((sum, value) => sum + value) / 4;
      }
    }
  }
  return out;
}

test("a signal stops the fit", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(eigenfaces(x, labels, { latentDim: 2, signal })).rejects.toBe(reason);
});

test("a data set is taken whole: its scale, encoding and shape", async () => {
  const lines = Array.from(
    { length: 30 },
    (_, i) => `${i % 3},${(i * 7) % 11}.5,${i % 2 ? "yes" : "no"},p${i % 3}`,
  );
  const text = `kind,size,new,person\n${lines.join("\n")}\n`;
  const data = await readData(new TextEncoder().encode(text), "people.csv", { label: "person" });
  const faces = await eigenfaces(data, data.labels!, { latentDim: 3 });
  expect(faces.model.encoding).toEqual(data.encoding);
  expect(faces.model.scaling.kind).toBe("standard");
  expect((await faces.recognize(data.x)).labels).toEqual(data.labels);
});
