/** @file Names of methods as people spell them. */
import { describe, expect, test } from "vitest";
import { defineMethod, methodNamed, methods, pca } from "../../src/index.js";
import { pcaOptions } from "../../src/methods/linear/pca.js";
import { INSTEAD, SYNONYMS, spelling } from "../../src/methods/method-names.js";

const names = methods.map(({ name }) => name);
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe("a method is found", () => {
  test.each(names)("%s in any case and with any marks between words", async (name) => {
    const words = kebab(name).split("-");
    const spellings = [
      name,
      kebab(name),
      words.join("_"),
      words.join(" "),
      words.join(""),
      name.toUpperCase(),
      words.map((word) => word.replace(/^./, (letter) => letter.toUpperCase())).join(" "),
    ];
    for (const spelled of spellings) expect((await methodNamed(spelled)).name).toBe(name);
  });

  test.each([
    ["PCA", "pca"],
    ["kmeans", "kMeans"],
    ["k_means", "kMeans"],
    ["K-Means++", "kMeans"],
    ["t-SNE", "tsne"],
    ["TSNE", "tsne"],
    ["Tsne", "tsne"],
    ["UMAP", "umap"],
    ["densMAP", "umap"],
    ["vae", "variationalAutoencoder"],
    ["β-VAE", undefined],
    ["beta-VAE", "variationalAutoencoder"],
    ["dae", "denoisingAutoencoder"],
    ["RBM", "restrictedBoltzmannMachine"],
    ["lle", "locallyLinearEmbedding"],
    ["MDS", "classicalMds"],
    ["NMF", "nonNegativeFactorization"],
    [["Non-negative matrix factori", "ation"].join("s"), "nonNegativeFactorization"],
    ["spectral-embedding", "laplacianEigenmaps"],
    ["DictionaryLearning", "sparseCoding"],
    ["auto-encoder", "autoencoder"],
    ["Isolation Forest", "isolationForest"],
    ["iForest", "isolationForest"],
    ["LOF", "localOutlierFactor"],
    ["HDBSCAN*", "hdbscan"],
    ["Conv AutoEncoder", "convolutionalAutoencoder"],
  ])("%s is %s", async (said, wanted) => {
    const found = await methodNamed(said).catch(() => undefined);
    expect(found?.name).toBe(wanted);
  });
});

test("every other name means one method alone, and leads to methods that are there", () => {
  const all = [...names.map(spelling), ...Object.values(SYNONYMS).flat(), ...Object.keys(INSTEAD)];
  expect(new Set(all).size).toBe(all.length);
  for (const name of all) expect(spelling(name)).toBe(name);
  for (const name of [...Object.keys(SYNONYMS), ...Object.values(INSTEAD).flat()])
    expect(names).toContain(name);
});

describe("a name of several methods or of none is refused in a line", () => {
  test.each([
    ["PaCMAP", "take umap, tsne, isomap, laplacianEigenmaps)"],
    ["dbscan", "take kMeans, hdbscan)"],
    ["One-class SVM", "take isolationForest, localOutlierFactor, robustSubspaceRecovery, pca)"],
    ["sae", "take sparseAutoencoder, stackedAutoencoder)"],
    ["cae", "take contractiveAutoencoder, convolutionalAutoencoder)"],
    ["isomaps", "nearest: isomap;"],
    ["", "nearest: "],
    ["--", "nearest: "],
    ["constructor", "nearest: "],
    ["__proto__", "nearest: "],
  ])("%s", async (said, advice) => {
    const refused = await methodNamed(said).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RangeError);
    const { message } = refused as RangeError;
    expect(message).toContain(`there is no method "${said}" (${advice}`);
    expect(message).not.toContain("\n");
  });
});

test("methods of one's own come first, by their own name and spelled otherwise", async () => {
  const mine = defineMethod({ name: "umap", summary: "mine", options: pcaOptions, create: pca });
  const better = defineMethod({ name: "kMeans", summary: "better", options: pcaOptions, create: pca });
  for (const said of ["umap", "UMAP"]) expect(await methodNamed(said, [mine])).toBe(mine);
  for (const said of ["kMeans", "k-means", "KMEANS"]) expect(await methodNamed(said, [better])).toBe(better);
});
