/**
 * @file The forces of an embedding on vectors of four numbers: what src/methods/manifold/tsne calls.
 */
export { attract } from "./attraction";
export { bounds, move } from "./descent";
export { fieldTo, read, sort, spread } from "./field";
export { convolve, forwardLast, forwardMiddle, forwardRows, inverseMiddle, inverseRows } from "./transform";
