/**
 * @file Affine maps of places in images, one for each row, and images read through them.
 *
 *   view(u, v) = image(xx u + xy v + xt,  yx u + yy v + yt),   in pixels from the middle, x to the right and y down
 *
 * Pixels are read by bilinear interpolation; beyond the middles of the outermost pixels, these go on. So no value for what
 * lies outside is needed, which in scaled data would be another one in every column.
 * Source: Jaderberg, Simonyan, Zisserman & Kavukcuoglu (2015), "Spatial transformer networks", NIPS; borders as in Kostrikov,
 * Yarats & Fergus (2021), "Image augmentation is all you need: regularizing deep reinforcement learning from pixels", ICLR.
 */

import { relu } from "../../engine/ops/activations.js";
import { abs, add, mul, type Operand, sub } from "../../engine/ops/arithmetic.js";
import { gridSample } from "../../engine/ops/grid-sample.js";
import { matmul } from "../../engine/ops/matmul.js";
import { maximum, minimum } from "../../engine/ops/select.js";
import { concat, expand, reshape } from "../../engine/ops/shape.js";
import { constant, fixed, type Tensor } from "../../engine/tensor.js";
import { counting } from "./row-draws.js";

/** Coefficients of a map from places of the view to those of the image: numbers, or `[n, 1, 1]` with one a row. */
export interface AffineMap {
  /** Step to the right in the image of one to the right in the view. */
  readonly xx: Operand;
  /** Step to the right in the image of one down in the view. */
  readonly xy: Operand;
  /** Place of the view's middle in the image, in pixels right of its middle. */
  readonly xt: Operand;
  /** Step down in the image of one to the right in the view. */
  readonly yx: Operand;
  /** Step down in the image of one down in the view. */
  readonly yy: Operand;
  /** Place of the view's middle in the image, in pixels below its middle. */
  readonly yt: Operand;
}

/** The map that leaves every place where it is. */
export const IDENTITY_MAP: AffineMap = { xx: 1, xy: 0, xt: 0, yx: 0, yy: 1, yt: 0 };

/** The map of a view of a view: `second` leads from its places to those of the first view, `first` from there to the image. */
export function composed(first: AffineMap, second: AffineMap): AffineMap {
  const line = (x: Operand, y: Operand, t: Operand) => ({
    x: plus(times(x, second.xx), times(y, second.yx)),
    y: plus(times(x, second.xy), times(y, second.yy)),
    t: plus(plus(times(x, second.xt), times(y, second.yt)), t),
  });
  const across = line(first.xx, first.xy, first.xt);
  const down = line(first.yx, first.yy, first.yt);
  return { xx: across.x, xy: across.y, xt: across.t, yx: down.x, yy: down.y, yt: down.t };
}

/** Up to this side an image is read by products, along one side after the other. */
const MOST_BY_PRODUCTS = 128;

/**
 * Rows x `[n, d]` as they are seen through a map.
 * @param shape of a row: `[channels, height, width]`, or `[steps, features]`, which is read as an image of that height and width.
 */
export function seenThrough(x: Tensor, map: AffineMap, shape: readonly number[]): Tensor {
  const [height, width] = shape.slice(-2) as [number, number];
  const channels = shape.length === 3 ? shape[0]! : 1;
  const image = reshape(x, [x.shape[0]!, channels, height, width]);
  const turned = map.xy !== 0 || map.yx !== 0;
  const read = turned || Math.max(height, width) > MOST_BY_PRODUCTS ? readAtPlaces : readAlongSides;
  return reshape(read(image, map), x.shape);
}

/**
 * Reads along the columns and then along the rows: where no side turns, bilinear weights are a product of two. It takes a third of
 * the time of reading place by place, and all threads share it.
 */
function readAlongSides(image: Tensor, { xx, xt, yy, yt }: AffineMap): Tensor {
  const [, , height, width] = image.shape as readonly number[];
  const isStill = (factor: Operand, offset: Operand) => factor === 1 && offset === 0;
  const upright = isStill(yy, yt) ? image : matmul(weights(height!, yy, yt, "down"), image);
  return isStill(xx, xt) ? upright : matmul(upright, weights(width!, xx, xt, "across"));
}

/**
 * Weights of the pixels of a side, max(0, 1 − |place − pixel|): `[n, 1, to, from]` down, which multiply from the left, and
 * `[n, 1, from, to]` across.
 */
function weights(size: number, factor: Operand, offset: Operand, way: "down" | "across"): Tensor {
  const [to, from] =
    way === "down"
      ? [
          [size, 1],
          [1, size],
        ]
      : [
          [1, size],
          [size, 1],
        ];
  const middle = (size - 1) / 2;
  const at = plus(plus(times(counting(size, [1, ...to!], -middle), factor), offset), middle) as Tensor;
  const place = minimum(maximum(at, 0), size - 1);
  const shares = relu(sub(1, abs(sub(place, counting(size, [1, ...from!])))));
  return reshape(shares, [shares.shape[0]!, 1, size, size]);
}

/** Reads place by place. */
function readAtPlaces(image: Tensor, { xx, xy, xt, yx, yy, yt }: AffineMap): Tensor {
  const [n, , height, width] = image.shape as readonly number[];
  const u = counting(width!, [1, 1, width!], (1 - width!) / 2);
  const v = counting(height!, [1, height!, 1], (1 - height!) / 2);
  const places = (x: Operand, y: Operand, t: Operand, size: number) => {
    const unit = 2 / size;
    const sum = plus(plus(times(times(x, unit), u), times(t, unit)), times(times(y, unit), v));
    const place = typeof sum === "number" ? constant(sum) : sum;
    return reshape(expand(place, [n!, height!, width!]), [n!, height!, width!, 1]);
  };
  const grid = concat(
    [places(xx, xy, xt, fixed(width!, "image")), places(yx, yy, yt, fixed(height!, "image"))],
    3,
  );
  return gridSample(image, grid);
}

/** a b, without an operation where one of them is known to be 0 or 1. */
function times(a: Operand, b: Operand): Operand {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  if (b === 1) return a;
  return typeof a === "number" && typeof b === "number" ? a * b : mul(a, b);
}

/** a + b, without an operation where one of them is known to be 0. */
function plus(a: Operand, b: Operand): Operand {
  if (a === 0) return b;
  if (b === 0) return a;
  return typeof a === "number" && typeof b === "number" ? a + b : add(a, b);
}
