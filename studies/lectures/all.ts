/**
 * @file The studies, in the order in which they build on one another.
 */
import { compression } from "./compression.js";
import { contrastive } from "./contrastive.js";
import { deepVersusPca } from "./deep-versus-pca.js";
import { faces } from "./faces.js";
import { fewLabels } from "./few-labels.js";
import { generate } from "./generate.js";
import { howGradientDescentLearns } from "./how-gradient-descent-learns.js";
import { identity } from "./identity.js";
import { manifolds } from "./manifolds.js";
import { masking } from "./masking.js";
import { nextStep } from "./next-step.js";
import { noisePlane } from "./noise-plane.js";
import { outliers } from "./outliers.js";
import { overcomplete } from "./overcomplete.js";
import { pretraining } from "./pretraining.js";
import { scaleLoophole } from "./scale-loophole.js";
import { sparse } from "./sparse.js";
import type { Study } from "./study.js";
import { uniqueness } from "./uniqueness.js";
import { unrolling } from "./unrolling.js";

export const STUDIES: readonly Study[] = [
  identity,
  noisePlane,
  masking,
  howGradientDescentLearns,
  uniqueness,
  fewLabels,
  scaleLoophole,
  deepVersusPca,
  generate,
  overcomplete,
  outliers,
  unrolling,
  pretraining,
  sparse,
  manifolds,
  faces,
  compression,
  nextStep,
  contrastive,
];
