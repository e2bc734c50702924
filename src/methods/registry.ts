/**
 * @file All methods by name: what the command line offers and what model files refer to. Each is loaded when it is asked for,
 * so that a page or a command carries those it works with.
 */
import { nearestNames } from "../nearest-names.js";
import { defineMethod, type MethodDefinition, type MethodEntry } from "./method-entry.js";
import { INSTEAD, SYNONYMS, spelling } from "./method-names.js";

/** Kinds of methods and their headings, in the order in which lists show them. */
export const METHOD_KINDS = {
  linear: "linear codes",
  autoencoder: "autoencoders",
  contrastive: "self-supervised codes",
  sparse: "sparse codes",
  energy: "distributions",
  cluster: "clusters",
  outlier: "outliers",
  imputation: "filling of gaps",
  map: "maps",
  sequence: "sequences",
} as const;

/** A method by its name, and a way to all that it is. */
export interface ListedMethod {
  /** camelCase: `linearAutoencoder`. */
  readonly name: string;
  /** The kind that lists show it under. */
  readonly kind: keyof typeof METHOD_KINDS;
  /** One line. */
  readonly summary: string;
  /** Loads it: its options, and the function that makes it. */
  load(): Promise<MethodEntry>;
}

function listed<T extends object>(
  kind: ListedMethod["kind"],
  name: string,
  summary: string,
  load: () => Promise<Pick<MethodDefinition<T>, "options" | "create">>,
): ListedMethod {
  return { name, kind, summary, load: async () => defineMethod({ name, summary, ...(await load()) }) };
}

/** Every method there is, by kind. */
export const methods: readonly ListedMethod[] = [
  listed("linear", "pca", "principal component analysis: the best linear code, solved", () =>
    import("./linear/pca.js").then(({ pcaOptions, pca }) => ({ options: pcaOptions, create: pca })),
  ),
  listed("linear", "logisticPca", "principal component analysis of binary data, in natural parameters", () =>
    import("./linear/logistic-pca.js").then(({ logisticPcaOptions, logisticPca }) => ({
      options: logisticPcaOptions,
      create: logisticPca,
    })),
  ),
  listed(
    "linear",
    "linearAutoencoder",
    "a linear code, trained, in five parameterizations of its encoder",
    () =>
      import("./linear/linear-autoencoder.js").then(({ linearAutoencoderOptions, linearAutoencoder }) => ({
        options: linearAutoencoderOptions,
        create: linearAutoencoder,
      })),
  ),
  listed("linear", "factorization", "codes and dictionary of least squared error", () =>
    import("./linear/factorization.js").then(({ factorizationOptions, factorization }) => ({
      options: factorizationOptions,
      create: factorization,
    })),
  ),
  listed(
    "linear",
    "nonNegativeFactorization",
    "parts that only add up: codes and dictionary without negative numbers",
    () =>
      import("./linear/non-negative-factorization.js").then(
        ({ nonNegativeFactorizationOptions, nonNegativeFactorization }) => ({
          options: nonNegativeFactorizationOptions,
          create: nonNegativeFactorization,
        }),
      ),
  ),
  listed(
    "linear",
    "lowRankCompletion",
    "the matrix of low rank that fits what is observed, and fills what is missing",
    () =>
      import("./linear/low-rank-completion.js").then(({ lowRankCompletionOptions, lowRankCompletion }) => ({
        options: lowRankCompletionOptions,
        create: lowRankCompletion,
      })),
  ),
  listed("autoencoder", "autoencoder", "a nonlinear code through layers of any depth and width", () =>
    import("./autoencoder/autoencoder.js").then(({ autoencoderOptions, autoencoder }) => ({
      options: autoencoderOptions,
      create: autoencoder,
    })),
  ),
  listed(
    "autoencoder",
    "convolutionalAutoencoder",
    "a code of images through layers of convolution and pooling",
    () =>
      import("./autoencoder/convolutional.js").then(
        ({ convolutionalAutoencoderOptions, convolutionalAutoencoder }) => ({
          options: convolutionalAutoencoderOptions,
          create: convolutionalAutoencoder,
        }),
      ),
  ),
  listed("autoencoder", "contractiveAutoencoder", "a code that ignores small changes of its row", () =>
    import("./autoencoder/contractive.js").then(
      ({ contractiveAutoencoderOptions, contractiveAutoencoder }) => ({
        options: contractiveAutoencoderOptions,
        create: contractiveAutoencoder,
      }),
    ),
  ),
  listed(
    "autoencoder",
    "sparseAutoencoder",
    "a code, often wider than the row, of which few numbers are active at a time",
    () =>
      import("./autoencoder/sparse.js").then(({ sparseAutoencoderOptions, sparseAutoencoder }) => ({
        options: sparseAutoencoderOptions,
        create: sparseAutoencoder,
      })),
  ),
  listed(
    "autoencoder",
    "denoisingAutoencoder",
    "a code from which the clean row comes back, whatever noise was on it",
    () =>
      import("./autoencoder/denoising.js").then(({ denoisingAutoencoderOptions, denoisingAutoencoder }) => ({
        options: denoisingAutoencoderOptions,
        create: denoisingAutoencoder,
      })),
  ),
  listed("autoencoder", "maskedAutoencoder", "a code from which what was hidden or missing comes back", () =>
    import("./autoencoder/masked.js").then(({ maskedAutoencoderOptions, maskedAutoencoder }) => ({
      options: maskedAutoencoderOptions,
      create: maskedAutoencoder,
    })),
  ),
  listed(
    "autoencoder",
    "stackedAutoencoder",
    "a deep code, its layers trained one by one before all together",
    () =>
      import("./autoencoder/stacked.js").then(({ stackedAutoencoderOptions, stackedAutoencoder }) => ({
        options: stackedAutoencoderOptions,
        create: stackedAutoencoder,
      })),
  ),
  listed(
    "autoencoder",
    "variationalAutoencoder",
    "codes that are distributions, and new rows from codes drawn at random",
    () =>
      import("./autoencoder/variational.js").then(
        ({ variationalAutoencoderOptions, variationalAutoencoder }) => ({
          options: variationalAutoencoderOptions,
          create: variationalAutoencoder,
        }),
      ),
  ),
  listed(
    "autoencoder",
    "robustSubspaceRecovery",
    "an autoencoder for data with outliers: its code lies in a subspace that they hardly turn",
    () =>
      import("./autoencoder/robust-subspace-recovery.js").then(
        ({ robustSubspaceRecoveryOptions, robustSubspaceRecovery }) => ({
          options: robustSubspaceRecoveryOptions,
          create: robustSubspaceRecovery,
        }),
      ),
  ),
  listed("autoencoder", "autoDecoder", "a decoder and a code for every row, with no encoder between", () =>
    import("./autoencoder/auto-decoder.js").then(({ autoDecoderOptions, autoDecoder }) => ({
      options: autoDecoderOptions,
      create: autoDecoder,
    })),
  ),
  listed(
    "contrastive",
    "spectralContrastive",
    "codes whose inner products are those of a graph of views, by its eigenvectors",
    () =>
      import("./contrastive/spectral-contrastive.js").then(
        ({ spectralContrastiveOptions, spectralContrastive }) => ({
          options: spectralContrastiveOptions,
          create: spectralContrastive,
        }),
      ),
  ),
  listed(
    "contrastive",
    "triplet",
    "a code that has two views of a row nearer than other rows by a margin",
    () =>
      import("./contrastive/triplet.js").then(({ tripletOptions, triplet }) => ({
        options: tripletOptions,
        create: triplet,
      })),
  ),
  listed("contrastive", "simclr", "a code that tells two views of a row from all other rows of a batch", () =>
    import("./contrastive/simclr.js").then(({ simclrOptions, simclr }) => ({
      options: simclrOptions,
      create: simclr,
    })),
  ),
  listed("contrastive", "byol", "a code that foretells that of another view by an average of its past", () =>
    import("./contrastive/byol.js").then(({ byolOptions, byol }) => ({ options: byolOptions, create: byol })),
  ),
  listed("contrastive", "simSiam", "a code that foretells that of another view, with no second network", () =>
    import("./contrastive/sim-siam.js").then(({ simSiamOptions, simSiam }) => ({
      options: simSiamOptions,
      create: simSiam,
    })),
  ),
  listed(
    "contrastive",
    "vicReg",
    "a code that two views share, of dimensions that vary, each by itself",
    () =>
      import("./contrastive/vic-reg.js").then(({ vicRegOptions, vicReg }) => ({
        options: vicRegOptions,
        create: vicReg,
      })),
  ),
  listed("contrastive", "barlowTwins", "a code that two views share, of dimensions without correlation", () =>
    import("./contrastive/barlow-twins.js").then(({ barlowTwinsOptions, barlowTwins }) => ({
      options: barlowTwinsOptions,
      create: barlowTwins,
    })),
  ),
  listed("sparse", "sparseCoding", "a dictionary of atoms, of which each row is put together from few", () =>
    import("./sparse/sparse-coding.js").then(({ sparseCodingOptions, sparseCoding }) => ({
      options: sparseCodingOptions,
      create: sparseCoding,
    })),
  ),
  listed(
    "sparse",
    "predictiveSparseDecomposition",
    "a dictionary, and an encoder that foretells its sparse codes in one step",
    () =>
      import("./sparse/predictive-sparse-decomposition.js").then(
        ({ predictiveSparseDecompositionOptions, predictiveSparseDecomposition }) => ({
          options: predictiveSparseDecompositionOptions,
          create: predictiveSparseDecomposition,
        }),
      ),
  ),
  listed(
    "sparse",
    "deepSparseCoding",
    "sparse codes through a decoder of any depth, found by optimization or by an encoder",
    () =>
      import("./sparse/deep-sparse-coding.js").then(({ deepSparseCodingOptions, deepSparseCoding }) => ({
        options: deepSparseCodingOptions,
        create: deepSparseCoding,
      })),
  ),
  listed(
    "energy",
    "restrictedBoltzmannMachine",
    "a distribution over rows with hidden units, trained by contrastive divergence",
    () =>
      import("./energy/restricted-boltzmann-machine.js").then(
        ({ restrictedBoltzmannMachineOptions, restrictedBoltzmannMachine }) => ({
          options: restrictedBoltzmannMachineOptions,
          create: restrictedBoltzmannMachine,
        }),
      ),
  ),
  listed("cluster", "kMeans", "k centers, and every row belongs to the nearest", () =>
    import("./cluster/k-means.js").then(({ kMeansOptions, kMeans }) => ({
      options: kMeansOptions,
      create: kMeans,
    })),
  ),
  listed("cluster", "hdbscan", "clusters of any shape and density, as many as there are, and noise", () =>
    import("./cluster/hdbscan.js").then(({ hdbscanOptions, hdbscan }) => ({
      options: hdbscanOptions,
      create: hdbscan,
    })),
  ),
  listed("outlier", "isolationForest", "rows that random cuts soon leave alone", () =>
    import("./outlier/isolation-forest.js").then(({ isolationForestOptions, isolationForest }) => ({
      options: isolationForestOptions,
      create: isolationForest,
    })),
  ),
  listed("outlier", "localOutlierFactor", "rows that lie in less dense places than their neighbors do", () =>
    import("./outlier/local-outlier-factor.js").then(({ localOutlierFactorOptions, localOutlierFactor }) => ({
      options: localOutlierFactorOptions,
      create: localOutlierFactor,
    })),
  ),
  listed(
    "imputation",
    "iterativeRidge",
    "every column predicted from all others, until gaps stay filled",
    () =>
      import("./imputation/iterative-ridge.js").then(({ iterativeRidgeOptions, iterativeRidge }) => ({
        options: iterativeRidgeOptions,
        create: iterativeRidge,
      })),
  ),
  listed(
    "imputation",
    "nearestNeighborImputation",
    "gaps filled by the means of the nearest rows that have the number",
    () =>
      import("./imputation/nearest-neighbor-imputation.js").then(
        ({ nearestNeighborImputationOptions, nearestNeighborImputation }) => ({
          options: nearestNeighborImputationOptions,
          create: nearestNeighborImputation,
        }),
      ),
  ),
  listed(
    "map",
    "classicalMds",
    "a map whose distances come nearest to those of the rows, or to given ones",
    () =>
      import("./manifold/classical-mds.js").then(({ classicalMdsOptions, classicalMds }) => ({
        options: classicalMdsOptions,
        create: classicalMds,
      })),
  ),
  listed(
    "map",
    "laplacianEigenmaps",
    "a map that varies as little as it can along a graph of neighbors",
    () =>
      import("./manifold/laplacian-eigenmaps.js").then(
        ({ laplacianEigenmapsOptions, laplacianEigenmaps }) => ({
          options: laplacianEigenmapsOptions,
          create: laplacianEigenmaps,
        }),
      ),
  ),
  listed("map", "isomap", "a map whose distances are those along the data", () =>
    import("./manifold/isomap.js").then(({ isomapOptions, isomap }) => ({
      options: isomapOptions,
      create: isomap,
    })),
  ),
  listed(
    "map",
    "locallyLinearEmbedding",
    "a map on which neighbors reconstruct a row with the weights they have in the data",
    () =>
      import("./manifold/locally-linear-embedding.js").then(
        ({ locallyLinearEmbeddingOptions, locallyLinearEmbedding }) => ({
          options: locallyLinearEmbeddingOptions,
          create: locallyLinearEmbedding,
        }),
      ),
  ),
  listed("map", "tsne", "a map on which near rows stay near, by their probabilities as neighbors", () =>
    import("./manifold/tsne.js").then(({ tsneOptions, tsne }) => ({ options: tsneOptions, create: tsne })),
  ),
  listed("map", "umap", "a map whose graph of neighbors is that of the data, quickly and of any size", () =>
    import("./manifold/umap.js").then(({ umapOptions, umap }) => ({ options: umapOptions, create: umap })),
  ),
  listed(
    "sequence",
    "kalmanFilter",
    "states of a linear system behind a time series, and what comes next",
    () =>
      import("./sequence/kalman-filter.js").then(({ kalmanFilterOptions, kalmanFilter }) => ({
        options: kalmanFilterOptions,
        create: kalmanFilter,
      })),
  ),
  listed("sequence", "nextStep", "states of a sequence from which its next rows are predicted", () =>
    import("./sequence/next-step.js").then(({ nextStepOptions, nextStep }) => ({
      options: nextStepOptions,
      create: nextStep,
    })),
  ),
  listed("sequence", "sequenceAutoencoder", "one code for a whole sequence, of equal or padded lengths", () =>
    import("./sequence/sequence-autoencoder.js").then(
      ({ sequenceAutoencoderOptions, sequenceAutoencoder }) => ({
        options: sequenceAutoencoderOptions,
        create: sequenceAutoencoder,
      }),
    ),
  ),
];

/** Loads every method, in the order of `methods`. */
export function allMethods(): Promise<MethodEntry[]> {
  return Promise.all(methods.map((listed) => listed.load()));
}

/**
 * The method of a name: in camelCase or kebab-case, or as people spell it (`PCA`, `k_means`, `t-SNE`) or call it (`vae`,
 * `nmf`, `spectral-embedding`).
 * @param own further methods that may be meant, made by `defineMethod`.
 * @throws RangeError if there is none, naming the nearest, or those that do the job of a known one (`pacmap`).
 */
export async function methodNamed(name: string, own: readonly MethodEntry[] = []): Promise<MethodEntry> {
  const spelled = spelling(name);
  const mine = own.find((method) => method.name === camelCased(name)) ?? spelledSo(own, spelled);
  if (mine) return mine;
  const found =
    spelledSo(methods, spelled) ?? methods.find((method) => SYNONYMS[method.name]?.includes(spelled));
  if (found) return found.load();
  const names = [...own, ...methods].map((method) => method.name);
  const instead = Object.hasOwn(INSTEAD, spelled) ? INSTEAD[spelled]! : undefined;
  const advice = instead
    ? `take ${instead.join(", ")}`
    : `nearest: ${nearestNames(names, camelCased(name), 1)[0]}`;
  const all = instead ? "" : `; there are ${names.join(", ")}`;
  throw new RangeError(`there is no method "${name}" (${advice}${all})`);
}

const camelCased = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const spelledSo = <T extends { readonly name: string }>(
  among: readonly T[],
  spelled: string,
): T | undefined => among.find((method) => spelling(method.name) === spelled);
