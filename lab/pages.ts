/**
 * @file Pages of the lab in words: what each is called and begins with. page-parts.ts has what stands on them.
 */
import type { Settings } from "./hash.js";

export interface LabPage {
  readonly title: string;
  readonly introduction: string;
  /** Settings that the page begins with; `data` and `seed` are among them. */
  readonly first: Settings;
  /** Settings without which the page has nothing to do: an address that leaves them out gets the first ones. */
  readonly needed: readonly string[];
}

const described = {
  bench: {
    title: "Bench",
    introduction: "Any method on your data, as it learns.",
    first: { data: "digits", method: "autoencoder", latentDim: "2", seed: "1", validation: "0.1" },
    needed: ["method"],
  },
  four: {
    title: "Four",
    introduction:
      "Linear autoencoders with four encoders, trained in step on the same batches: free, projection, shared, unrolled. Beside them the tied one, whose encoder is Bᵀ.",
    first: { data: "digits", latentDim: "16", seed: "1" },
    needed: ["latentDim"],
  },
  latent: {
    title: "Latent",
    introduction: "A map of the codes of your data: every row a point, to choose from and to decode.",
    first: { data: "digits", method: "pca", latentDim: "2", seed: "1" },
    needed: ["method"],
  },
  break: {
    title: "Break it",
    introduction: "Paint out a part of an image, and see what each model puts in its place.",
    first: { data: "digits", noise: "0", seed: "1" },
    needed: [],
  },
  table: {
    title: "Table",
    introduction: "Unusual rows and why, gaps filled with the error of each way, groups described.",
    first: { data: "digits", task: "outliers", seed: "1" },
    needed: ["task"],
  },
  claims: {
    title: "Claims",
    introduction:
      "What lecture notes say of linear codes and autoencoders, word for word, and what the numbers say.",
    first: { data: "digits", seeds: "1", seed: "0" },
    needed: ["seeds"],
  },
  manifolds: {
    title: "Manifolds",
    introduction: "A sheet rolled up in space, and what methods make of it that are to lay it flat.",
    first: { data: "digits", roll: "swiss-roll", seed: "1" },
    needed: ["roll"],
  },
} as const satisfies Readonly<Record<string, LabPage>>;

export type PageName = keyof typeof described;
/** Pages on which a training is run. */
export const hasRuns = (name: PageName): name is "bench" | "four" => name === "bench" || name === "four";
export const pages: Readonly<Record<PageName, LabPage>> = described;
/** In the order of the links. */
export const PAGE_NAMES = Object.keys(described) as readonly PageName[];
