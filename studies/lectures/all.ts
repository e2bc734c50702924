/**
 * @file The studies, in the order in which they build on one another.
 */
import { howGradientDescentLearns } from "./how-gradient-descent-learns.js";
import { identity } from "./identity.js";
import { masking } from "./masking.js";
import { noisePlane } from "./noise-plane.js";
import type { Study } from "./study.js";
import { uniqueness } from "./uniqueness.js";

export const STUDIES: readonly Study[] = [
  identity,
  noisePlane,
  masking,
  howGradientDescentLearns,
  uniqueness,
];
