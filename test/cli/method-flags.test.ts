/** @file Flags of methods: those of the named one are found without loading the others. */
import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { expectError, FLOWERS, workplace } from "./command.js";
import { loadedModules } from "./loaded-modules.js";

const place = await workplace();
const { path, unlabeled } = place;
beforeAll(() => writeFile(path("flowers.csv"), FLOWERS));

/** Modules of methods in folders of their kinds, networks apart. */
async function methodsLoaded(words: string): Promise<string[]> {
  const loaded = await loadedModules(place, words.split(" "));
  const names = [...loaded.matchAll(/dist\/src\/methods\/(?!networks)(\w+\/[\w-]+)\.js/g)].map(
    ([, name]) => name!,
  );
  return [...new Set(names)].sort();
}

test("the named method's module is loaded, and no other method's", async () => {
  const fitted = await methodsLoaded("fit flowers.csv --method pca --latent-dim 2 -o p.safetensors --force");
  expect(fitted).toContain("linear/pca");
  expect(fitted.filter((name) => !name.startsWith("linear/"))).toEqual([]);
  const encoded = await methodsLoaded("encode flowers.csv --model p.safetensors");
  expect(encoded).toEqual(fitted);
  const mapped = await methodsLoaded("embed flowers.csv --method=tsne --perplexity 5 --max-iter 250");
  expect(mapped).toContain("manifold/tsne");
  expect(mapped.filter((name) => /^(sparse|energy|cluster|autoencoder)/.test(name))).toEqual([]);
});

test("flags in a configuration file are of the method that it names", async () => {
  await writeFile(path("fit.json"), JSON.stringify({ method: "autoencoder", "latent-dim": 2, hidden: [3] }));
  const { code, stdout } = await unlabeled(
    "fit flowers.csv --config fit.json --epochs 2 -o a.safetensors".split(" "),
  );
  expect([code, stdout]).toEqual([0, expect.stringMatching(/method +autoencoder/)]);
});

test("training's flags say what they want", async () => {
  const fit = "fit flowers.csv --method autoencoder --latent-dim 2 --hidden 3 -o w.safetensors".split(" ");
  expectError(await unlabeled([...fit, "--momentum", "1"]), 2, /--momentum.*Want a number in \[0, 1\)/);
  expectError(await unlabeled([...fit, "--weight-decay=-1"]), 2, /--weight-decay.*Want a number ≥ 0/);
  expectError(await unlabeled([...fit, "--momentum", "0.5"]), 2, /--momentum is of the optimizer sgd/);
  const sgd = [...fit, "--optimizer", "sgd", "--momentum", "0.5", "--weight-decay", "0.1", "--epochs", "2"];
  expect((await unlabeled([...sgd, "--learning-rate", "1e-3"])).code).toBe(0);
  const { stdout } = await unlabeled(["info", "w.safetensors"]);
  expect(stdout).toMatch(/optimizer +sgd, momentum 0.5, weightDecay 0.1/);
});

test("a flag that is a method's own and one of training's too is the method's", async () => {
  const fit = "fit digits --method restricted-boltzmann-machine --latent-dim 2 --scale unit --epochs 1";
  const words = `${fit} --weight-decay 0.25 -o rbm.safetensors`.split(" ");
  expect(await unlabeled(words)).toMatchObject({ code: 0 });
  const { stdout } = await unlabeled(["info", "rbm.safetensors"]);
  expect(stdout).toMatch(/weightDecay +0.25/);
  expect(stdout).not.toMatch(/optimizer.*weightDecay/);
});
