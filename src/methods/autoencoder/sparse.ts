/**
 * @file The sparse autoencoder: a code, often wider than the row, of which few numbers are active at a time.
 *
 *   l1     min 1/n Σᵢ [ ℓ(xᵢ, x̂ᵢ) + λ ‖zᵢ‖₁ ]
 *   kl     min 1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + λ Σⱼ KL(ρ ‖ ρ̂ⱼ),   ρ̂ⱼ the mean of code j over the batch, codes in [0, 1]
 *   topK   min 1/n Σᵢ ℓ(xᵢ, g(z̃ᵢ)),   z̃ = z where it is among the K largest of its row, 0 elsewhere
 *
 * Tied weights keep codes from becoming small at no cost: what the encoder shrinks, the decoder shrinks again.
 * Source: Olshausen & Field (1997), "Sparse coding with an overcomplete basis set", Vision Research; Ng (2011), "Sparse
 * autoencoder", CS294A lecture notes; Makhzani & Frey (2014), "k-sparse autoencoders", ICLR (arXiv 1312.5663).
 */
import type { MatrixLike } from "../../data/matrix.js";
import { keepLargest } from "../../engine/ops/top-k.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { inWords, namedValue } from "../named-values.js";
import { fullyConnected } from "../networks/fully-connected.js";
import type { Activation, Network } from "../networks/network.js";
import { checkOptions, custom, type OptionTable, optional } from "../options.js";
import { kl, l1, type Penalty } from "../penalties.js";
import { type AutoencoderOptions, autoencoderOptions } from "./autoencoder.js";
import { autoencoderOf } from "./autoencoder-of.js";

/** `{ l1: λ }`, `{ kl: λ }` or `{ kl: [λ, ρ] }`, `{ topK: K }`; in words `l1:0.1`, `kl:1:0.05`, `topK:10`, or `topK`. */
export type Sparsity =
  | {
      /** Weight λ > 0 of ‖z‖₁. */
      readonly l1: number;
    }
  | {
      /** Weight λ > 0 of Σⱼ KL(ρ ‖ ρ̂ⱼ), or λ and the mean activation ρ in (0, 1). Default of ρ: 0.05. */
      readonly kl: number | readonly [number, number];
    }
  | {
      /** Numbers K of a code that stay, from 1 to latentDim. */
      readonly topK: number;
    }
  | string;

/** Options of `sparseAutoencoder`: those of `autoencoder`, and what keeps codes sparse. */
export interface SparseAutoencoderOptions extends AutoencoderOptions {
  /** Widths of the encoder's hidden layers, mirrored by the decoder. Default `[]`: the code is the only layer. */
  hidden?: readonly number[] | undefined;
  /**
   * Activation of the code. Default `relu` with `l1`, `sigmoid` with `kl`, which wants codes in [0, 1], and `linear`
   * with `topK`.
   */
  latentActivation?: Activation | undefined;
  /** Decoder matrices are the encoder's, transposed, so that codes cannot become small at no cost. Default true. */
  tied?: boolean | undefined;
  /**
   * Pressure that keeps codes sparse: `{ l1: λ }` with λ > 0, `{ kl: [λ, ρ] }` with λ > 0 and the mean activation ρ in
   * (0, 1) (default 0.05), `{ topK: K }` with K from 1 to latentDim. Default `topK`, where K is a tenth of latentDim,
   * rounded up: it fits data of any size of numbers, and left no code dead where `l1` did.
   */
  sparsity?: Sparsity | undefined;
}

/** A term of the loss, or how many numbers of a code stay. */
type Kept =
  | { penalty: Penalty; codes: Activation }
  | { active(latentDim: number): number; codes: Activation };

const BY_NAME: Readonly<Record<string, (a: number, b?: number) => Kept>> = {
  l1: (weight) => ({ penalty: l1(weight), codes: "relu" }),
  kl: (weight, target) => ({ penalty: kl(weight, target), codes: "sigmoid" }),
  topK: (active) => ({ active: countOf(active), codes: "linear" }),
};

function countOf(count?: number): (latentDim: number) => number {
  if (count === undefined) return (latentDim) => Math.ceil(latentDim / 10);
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`topK: want an integer ≥ 1, got ${count}`);
  return () => count;
}

export const sparseAutoencoderOptions: OptionTable<SparseAutoencoderOptions> = {
  ...autoencoderOptions,
  hidden: { ...autoencoderOptions.hidden, default: [] },
  latentActivation: optional(
    { ...autoencoderOptions.latentActivation, default: undefined, help: "activation of the code" },
    "relu with l1, sigmoid with kl, linear with topK",
  ),
  tied: { ...autoencoderOptions.tied, default: true },
  sparsity: custom<Sparsity>({
    default: "topK",
    help: "penalty or rule that keeps codes sparse",
    want: "l1:WEIGHT, kl:WEIGHT:TARGET or topK:COUNT, or such as { topK: 10 }",
    accept(value) {
      const words = inWords(value);
      return words !== undefined && namedValue(words, BY_NAME) ? words : undefined;
    },
  }),
};

/** A fitted sparse autoencoder. */
export interface SparseAutoencoder extends Coder {
  /**
   * Codes that are dead, by number from 0: never larger, on any row of x `[n, d]`, than a hundredth of the largest code there.
   */
  deadUnits(x: MatrixLike): Promise<number[]>;
}

/** Codes under this share of the largest one count as silent: a sigmoid never gives 0. */
const SILENT = 0.01;

/**
 * The sparse autoencoder: a code `[n, k]`, often wider than the row, of which few numbers are active at a time.
 *
 *   l1     min 1/n Σᵢ [ ℓ(xᵢ, x̂ᵢ) + λ ‖zᵢ‖₁ ]
 *   kl     min 1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + λ Σⱼ KL(ρ ‖ ρ̂ⱼ),   ρ̂ⱼ the mean of code j over the batch
 *   topK   min 1/n Σᵢ ℓ(xᵢ, g(z̃ᵢ)),   z̃ = z where it is among the K largest of its row, 0 elsewhere
 *
 * Source: Olshausen & Field (1997), Vision Research; Ng (2011), "Sparse autoencoder", CS294A lecture notes; Makhzani &
 * Frey (2014), "k-sparse autoencoders", ICLR.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function sparseAutoencoder(options: SparseAutoencoderOptions): Method<SparseAutoencoder> {
  const name = "sparseAutoencoder";
  const given = checkOptions(name, sparseAutoencoderOptions, options);
  const sparsity = inWords(given.sparsity)!;
  const kept = namedValue(sparsity, BY_NAME)!;
  const checked = { ...given, latentActivation: given.latentActivation ?? kept.codes };
  const { latentDim } = checked;
  if (kept.codes === "sigmoid" && checked.latentActivation !== "sigmoid")
    throw new RangeError(
      `${name}: sparsity ${sparsity} wants latentActivation sigmoid, got ${checked.latentActivation}`,
    );
  const active = "active" in kept ? kept.active(latentDim) : latentDim;
  if (active > latentDim)
    throw new RangeError(
      `${name}: sparsity ${sparsity} wants a latentDim of ${active} or more, got ${latentDim}`,
    );
  const network = fullyConnected(checked);

  return autoencoderOf<SparseAutoencoder>({
    name,
    options: checked,
    network: "active" in kept ? withLargest(network, active) : network,
    codeSize: () => latentDim,
    ...("penalty" in kept && { terms: (from) => [kept.penalty.term(from)] }),
    results: (_parameters, _d, { model }) => ({
      async deadUnits(x) {
        const { data } = await model.encode(x);
        const largest = new Float32Array(latentDim);
        for (let i = 0; i < data.length; i++) {
          const [j, size] = [i % latentDim, Math.abs(data[i]!)];
          if (size > largest[j]!) largest[j] = size;
        }
        const silent = SILENT * largest.reduce((a, b) => Math.max(a, b), 0);
        return [...largest.keys()].filter((j) => largest[j]! <= silent);
      },
    }),
  });
}

/** The network whose codes are those of `network` with all but the largest numbers set to 0. */
function withLargest(network: Network, active: number): Network {
  return { ...network, encode: (x, p, mode) => keepLargest(network.encode(x, p, mode), active) };
}
