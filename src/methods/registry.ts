/**
 * @file All methods by name, with their options: what the command line offers and what model files refer to.
 */

import { nearestNames } from "../nearest-names.js";
import { autoDecoder, autoDecoderOptions } from "./autoencoder/auto-decoder.js";
import { autoencoder, autoencoderOptions } from "./autoencoder/autoencoder.js";
import { contractiveAutoencoder, contractiveAutoencoderOptions } from "./autoencoder/contractive.js";
import { convolutionalAutoencoder, convolutionalAutoencoderOptions } from "./autoencoder/convolutional.js";
import { denoisingAutoencoder, denoisingAutoencoderOptions } from "./autoencoder/denoising.js";
import { maskedAutoencoder, maskedAutoencoderOptions } from "./autoencoder/masked.js";
import {
  robustSubspaceRecovery,
  robustSubspaceRecoveryOptions,
} from "./autoencoder/robust-subspace-recovery.js";
import { sparseAutoencoder, sparseAutoencoderOptions } from "./autoencoder/sparse.js";
import { stackedAutoencoder, stackedAutoencoderOptions } from "./autoencoder/stacked.js";
import { variationalAutoencoder, variationalAutoencoderOptions } from "./autoencoder/variational.js";
import { kMeans, kMeansOptions } from "./cluster/k-means.js";
import {
  restrictedBoltzmannMachine,
  restrictedBoltzmannMachineOptions,
} from "./energy/restricted-boltzmann-machine.js";
import { factorization, factorizationOptions } from "./linear/factorization.js";
import { linearAutoencoder, linearAutoencoderOptions } from "./linear/linear-autoencoder.js";
import { logisticPca, logisticPcaOptions } from "./linear/logistic-pca.js";
import { lowRankCompletion, lowRankCompletionOptions } from "./linear/low-rank-completion.js";
import {
  nonNegativeFactorization,
  nonNegativeFactorizationOptions,
} from "./linear/non-negative-factorization.js";
import { pca, pcaOptions } from "./linear/pca.js";
import { classicalMds, classicalMdsOptions } from "./manifold/classical-mds.js";
import { isomap, isomapOptions } from "./manifold/isomap.js";
import { laplacianEigenmaps, laplacianEigenmapsOptions } from "./manifold/laplacian-eigenmaps.js";
import {
  locallyLinearEmbedding,
  locallyLinearEmbeddingOptions,
} from "./manifold/locally-linear-embedding.js";
import { tsne, tsneOptions } from "./manifold/tsne.js";
import type { Coder, Encoder, Method } from "./method.js";
import type { Option, OptionTable } from "./options.js";
import { deepSparseCoding, deepSparseCodingOptions } from "./sparse/deep-sparse-coding.js";
import {
  predictiveSparseDecomposition,
  predictiveSparseDecompositionOptions,
} from "./sparse/predictive-sparse-decomposition.js";
import { sparseCoding, sparseCodingOptions } from "./sparse/sparse-coding.js";

/** A method as the registry knows it. */
export interface MethodEntry {
  /** camelCase: `linearAutoencoder`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Its options by name: how each is read and checked, its default, and one line of help. */
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /**
   * A method whose model is typed as having every part; `partNames` of the model says which it has.
   * @throws RangeError or TypeError for options that are not as the table says.
   */
  create(options: object): Method<Coder>;
}

function entry<T extends object>(
  name: string,
  summary: string,
  options: OptionTable<T>,
  create: (options: T) => Method<Encoder>,
): MethodEntry {
  return {
    name,
    summary,
    options: options as Readonly<Record<string, Option<unknown>>>,
    create: (given) => create(given as T) as Method<Coder>,
  };
}

/** Every method there is. */
export const methods: readonly MethodEntry[] = [
  entry("pca", "principal component analysis: the best linear code, solved", pcaOptions, pca),
  entry(
    "logisticPca",
    "principal component analysis of binary data, in natural parameters",
    logisticPcaOptions,
    logisticPca,
  ),
  entry(
    "linearAutoencoder",
    "a linear code, trained, in five parameterizations of its encoder",
    linearAutoencoderOptions,
    linearAutoencoder,
  ),
  entry("factorization", "codes and dictionary of least squared error", factorizationOptions, factorization),
  entry(
    "nonNegativeFactorization",
    "parts that only add up: codes and dictionary without negative numbers",
    nonNegativeFactorizationOptions,
    nonNegativeFactorization,
  ),
  entry(
    "lowRankCompletion",
    "the matrix of low rank that fits what is observed, and fills what is missing",
    lowRankCompletionOptions,
    lowRankCompletion,
  ),
  entry(
    "restrictedBoltzmannMachine",
    "a distribution over rows with hidden units, trained by contrastive divergence",
    restrictedBoltzmannMachineOptions,
    restrictedBoltzmannMachine,
  ),
  entry(
    "autoencoder",
    "a nonlinear code through layers of any depth and width",
    autoencoderOptions,
    autoencoder,
  ),
  entry(
    "convolutionalAutoencoder",
    "a code of images through layers of convolution and pooling",
    convolutionalAutoencoderOptions,
    convolutionalAutoencoder,
  ),
  entry(
    "contractiveAutoencoder",
    "a code that ignores small changes of its row",
    contractiveAutoencoderOptions,
    contractiveAutoencoder,
  ),
  entry(
    "sparseAutoencoder",
    "a code, often wider than the row, of which few numbers are active at a time",
    sparseAutoencoderOptions,
    sparseAutoencoder,
  ),
  entry(
    "denoisingAutoencoder",
    "a code from which the clean row comes back, whatever noise was on it",
    denoisingAutoencoderOptions,
    denoisingAutoencoder,
  ),
  entry(
    "maskedAutoencoder",
    "a code from which what was hidden or missing comes back",
    maskedAutoencoderOptions,
    maskedAutoencoder,
  ),
  entry(
    "stackedAutoencoder",
    "a deep code, its layers trained one by one before all together",
    stackedAutoencoderOptions,
    stackedAutoencoder,
  ),
  entry(
    "variationalAutoencoder",
    "codes that are distributions, and new rows from codes drawn at random",
    variationalAutoencoderOptions,
    variationalAutoencoder,
  ),
  entry(
    "robustSubspaceRecovery",
    "an autoencoder for data with outliers: its code lies in a subspace that they hardly turn",
    robustSubspaceRecoveryOptions,
    robustSubspaceRecovery,
  ),
  entry(
    "sparseCoding",
    "a dictionary of atoms, of which each row is put together from few",
    sparseCodingOptions,
    sparseCoding,
  ),
  entry(
    "predictiveSparseDecomposition",
    "a dictionary, and an encoder that foretells its sparse codes in one step",
    predictiveSparseDecompositionOptions,
    predictiveSparseDecomposition,
  ),
  entry(
    "autoDecoder",
    "a decoder and a code for every row, with no encoder between",
    autoDecoderOptions,
    autoDecoder,
  ),
  entry(
    "deepSparseCoding",
    "sparse codes through a decoder of any depth, found by optimization or by an encoder",
    deepSparseCodingOptions,
    deepSparseCoding,
  ),
  entry("kMeans", "k centers, and every row belongs to the nearest", kMeansOptions, kMeans),
  entry(
    "classicalMds",
    "a map whose distances come nearest to those of the rows, or to given ones",
    classicalMdsOptions,
    classicalMds,
  ),
  entry(
    "laplacianEigenmaps",
    "a map that varies as little as it can along a graph of neighbors",
    laplacianEigenmapsOptions,
    laplacianEigenmaps,
  ),
  entry("isomap", "a map whose distances are those along the data", isomapOptions, isomap),
  entry(
    "locallyLinearEmbedding",
    "a map on which neighbors reconstruct a row with the weights they have in the data",
    locallyLinearEmbeddingOptions,
    locallyLinearEmbedding,
  ),
  entry("tsne", "a map on which near rows stay near, by their probabilities as neighbors", tsneOptions, tsne),
];

/**
 * The method of a name, in camelCase or kebab-case.
 * @throws RangeError naming the nearest ones if there is none.
 */
export function methodNamed(name: string): MethodEntry {
  const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = methods.find((method) => method.name === camel);
  if (found) return found;
  const names = methods.map((method) => method.name);
  const [near] = nearestNames(names, camel, 1);
  throw new RangeError(`there is no method "${name}" (nearest: ${near}; there are ${names.join(", ")})`);
}
