/**
 * @file Views of images from another place: affine maps of places, of which those that follow each other are made one.
 *
 *   shift    (u + a, v + b),  a and b whole numbers, uniform on {−p, …, p}
 *   crop     (w u + a, h v + b),  a box of the image made as large as it is:  w h = s the share of its area, uniform on
 *            [s₀, 1], √(w / h) = ρ log-uniform on [1/β, β] with β = min(√(4/3), 1/√s) so that it fits, a and b uniform where it does
 *   flip     (±u, v),  − with probability p
 *   rotate   (u cos θ + v sin θ, v cos θ − u sin θ),  θ uniform on [−α, α]
 *
 * ρ is drawn as (1 + τ t) / (1 − τ t) with t uniform on [−1, 1] and τ = (β − 1) / (β + 1), which is log-uniform to 0.2 %, and
 * sine and cosine are polynomials: the same bits everywhere, as far as +, −, ×, ÷ and √ go.
 * Source: Szegedy et al. (2015), "Going deeper with convolutions", CVPR, and Chen, Kornblith, Norouzi & Hinton (2020), "A simple
 * framework for contrastive learning of visual representations", ICML (crop); Simard, Steinkraus & Platt (2003), "Best
 * practices for convolutional neural networks applied to visual document analysis", ICDAR (shift, rotate).
 */
import { add, div, mul, neg, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { minimum } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";
import { type AffineMap, IDENTITY_MAP, seenThrough } from "./affine-map.js";
import { type Augmentation, checkedNumber, checkRank, isCount, isShare } from "./augmentation.js";
import { uniformBetween, wholeNumbers } from "./row-draws.js";

/** An augmentation of an affine map. @param drawn gives a map for each row; `one` is the shape of one number a row. */
export function geometric(
  name: string,
  drawn: (batch: TrainingBatch, shape: readonly number[], one: readonly [number, 1, 1]) => AffineMap,
  check: NonNullable<Augmentation["check"]>,
): Augmentation {
  const map: NonNullable<Augmentation["map"]> = (x, { batch, shape }) =>
    drawn(batch, shape, [x.shape[0] as number, 1, 1]);
  return { name, map, view: (x, from) => seenThrough(x, map(x, from), from.shape), check };
}

const images =
  (name: string): NonNullable<Augmentation["check"]> =>
  (method, shape) =>
    checkRank(method, name, shape, 3);

/**
 * Shifts images by whole pixels, up to `pixels` each way with even chances; their edges go on.
 * @param pixels whole number ≥ 0 and below the sides. Default 2.
 * @throws RangeError for another number.
 */
export function shift(pixels?: number): Augmentation {
  const most = checkedNumber("shift: pixels", pixels, 2, "a whole number ≥ 0", isCount);
  const name = `shift:${most}`;
  return geometric(
    name,
    (batch, _shape, one) => {
      if (most === 0) return IDENTITY_MAP;
      const steps = () => sub(wholeNumbers(batch, 2 * most + 1, one), most);
      return { ...IDENTITY_MAP, xt: steps(), yt: steps() };
    },
    (method, shape) => {
      images(name)(method, shape);
      const [height, width] = shape.slice(-2) as [number, number];
      if (most >= Math.min(height, width))
        throw new RangeError(
          `${method}: ${name} wants images with sides of more than ${most} pixels, got ${height} × ${width}`,
        );
    },
  );
}

/** √(4/3): boxes are up to a third wider or higher, beside the other side, than the image is. */
const WIDEST = Math.sqrt(4 / 3);

/**
 * Crops a box out of every image and makes it as large as the image, as torchvision's `RandomResizedCrop`: its area is a share
 * uniform on [least, 1] of the image's, its width beside its height, measured in the image's own, log-uniform on [3/4, 4/3] as far as it
 * fits, its place uniform.
 * @param least share of the area in (0, 1]. Default 0.4.
 * @throws RangeError for another number.
 */
export function crop(least?: number): Augmentation {
  const share = checkedNumber("crop: least", least, 0.4, "a share in (0, 1]", (v) => v > 0 && v <= 1);
  const name = `crop:${share}`;
  return geometric(
    name,
    (batch, shape, one) => {
      if (share === 1) return IDENTITY_MAP;
      const [height, width] = shape.slice(-2) as [number, number];
      const side = sqrt(uniformBetween(batch, [share, 1], one));
      const widest = minimum(div(1, side), WIDEST);
      const part = mul(div(sub(widest, 1), add(widest, 1)), uniformBetween(batch, [-1, 1], one));
      const ratio = div(add(part, 1), sub(1, part));
      // A side that fills the image may be rounded to more than it.
      const [wide, high] = [minimum(mul(side, ratio), 1), minimum(div(side, ratio), 1)];
      const offset = (part: Tensor, size: number) =>
        mul(mul(sub(1, part), uniformBetween(batch, [-0.5, 0.5], one)), size);
      return { xx: wide, xy: 0, xt: offset(wide, width), yx: 0, yy: high, yt: offset(high, height) };
    },
    images(name),
  );
}

/**
 * Mirrors images, left to right.
 * @param probability in [0, 1]. Default 0.5.
 * @throws RangeError for another number.
 */
export function flip(probability?: number): Augmentation {
  const chance = checkedNumber("flip: probability", probability, 0.5, "in [0, 1]", isShare);
  const name = `flip:${chance}`;
  return geometric(
    name,
    (batch, _shape, one) =>
      chance === 0 ? IDENTITY_MAP : { ...IDENTITY_MAP, xx: sub(1, mul(batch.bernoulli(chance, one), 2)) },
    images(name),
  );
}

/**
 * Turns images about their middle, by an angle uniform on [−degrees, degrees]; their edges go on.
 * @param degrees in [0, 180]. Default 15.
 * @throws RangeError for another number.
 */
export function rotate(degrees?: number): Augmentation {
  const most = checkedNumber("rotate: degrees", degrees, 15, "in [0, 180]", (v) => v >= 0 && v <= 180);
  const name = `rotate:${most}`;
  return geometric(
    name,
    (batch, _shape, one) => {
      if (most === 0) return IDENTITY_MAP;
      const half = (most * Math.PI) / 360;
      const { sine, cosine } = sineAndCosine(uniformBetween(batch, [-half, half], one));
      return { xx: cosine, xy: sine, xt: 0, yx: neg(sine), yy: cosine, yt: 0 };
    },
    images(name),
  );
}

/**
 * Sine and cosine of twice an angle in [−π/2, π/2], off by 1e-6 at most: sin α by Taylor's series up to α¹³ / 13!, cos 2α = 1 − 2
 * sin² α, sin 2α = 2 sin α cos α. The runtime's own may have other bits in other places.
 */
function sineAndCosine(half: Tensor): { sine: Tensor; cosine: Tensor } {
  const squared = square(half);
  const series = (last: number) => {
    let sum = sub(1, mul(squared, 1 / (last * (last - 1))));
    for (let n = last - 2; n >= 2; n -= 2) sum = sub(1, mul(mul(squared, 1 / (n * (n - 1))), sum));
    return sum;
  };
  const sine = mul(half, series(13));
  return { sine: mul(mul(sine, series(12)), 2), cosine: sub(1, mul(square(sine), 2)) };
}
