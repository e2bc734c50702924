/**
 * @file The start and the epochs of an embedding on vectors of four numbers: what src/methods/manifold/umap calls.
 */
import { fillPool } from "./draws";
import { Epoch } from "./epoch";
import { movePlane, spreadPlane } from "./plane";
import { moveSpace, spreadSpace } from "./space";

export { filter } from "./filter";

/**
 * Moves the rows from `from` to `to`.
 * @param chunk their number. @param pool room for 1024 places.
 */
export function move(epoch: Epoch, from: i32, to: i32, chunk: i32, pool: usize): void {
  const row = <usize>epoch.stride << 2;
  fillPool(pool, epoch.fixed, row, epoch.others, epoch.own * chunk, epoch.key0, epoch.key1);
  if (epoch.stride === 2) movePlane(epoch, from, to, pool);
  else moveSpace(epoch, from, to, pool);
}

/** Σⱼ φ s and Σⱼ φ over the edges of the rows from `from` to `to`. */
export function spread(epoch: Epoch, from: i32, to: i32): void {
  if (epoch.stride === 2) spreadPlane(epoch, from, to);
  else spreadSpace(epoch, from, to);
}
