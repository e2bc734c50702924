/**
 * @file Every kernel, for the workers: they know those named here and no others.
 */
import { l1QuadraticRows } from "./linalg/l1-quadratic/rows-kernel.js";
import { addCandidates } from "./linalg/neighbors/candidates-kernel.js";
import { searchTree } from "./linalg/neighbors/kd-tree-kernel.js";
import { measureCandidates } from "./linalg/neighbors/measure-kernel.js";
import { addNearest, gatherRows } from "./linalg/neighbors/nearest-kernel.js";
import { packMembers, scanMembers } from "./linalg/neighbors/scan-kernel.js";
import { patchGroups } from "./linalg/patches/patch-groups-kernel.js";
import { projectRows } from "./linalg/projection/project-kernel.js";
import { conditionalRows, leftOutRows } from "./methods/imputation/conditional-kernel.js";
import { coordinateDescent } from "./methods/linear/coordinate-descent-kernel.js";
import { observedRidge } from "./methods/linear/observed-ridge-kernel.js";
import { barycenterWeights } from "./methods/manifold/barycenter-kernel.js";
import { geodesicRows } from "./methods/manifold/geodesics-kernel.js";
import {
  localHessians,
  localSpreads,
  localTangents,
  multipleWeights,
} from "./methods/manifold/local-alignment-kernel.js";
import { attraction } from "./methods/manifold/tsne/attraction-kernel.js";
import { movePoints } from "./methods/manifold/tsne/descent-kernel.js";
import { exactPairs } from "./methods/manifold/tsne/exact-kernel.js";
import { mesh } from "./methods/manifold/tsne/mesh-kernel.js";
import { pairwise } from "./methods/manifold/tsne/pairwise-kernel.js";
import { perplexityRows } from "./methods/manifold/tsne/perplexity-kernel.js";
import { placeRows } from "./methods/manifold/tsne/placing-kernel.js";
import { embeddingEpoch } from "./methods/manifold/umap/epoch-kernel.js";
import { filterColumns } from "./methods/manifold/umap/filter-kernel.js";
import { membershipRows } from "./methods/manifold/umap/memberships-kernel.js";
import { sumPathLengths, sumPathParts } from "./methods/outlier/isolation-kernel.js";
import { groupLassoRows } from "./methods/sparse/group-lasso-kernel.js";
import { matchingPursuitRows } from "./methods/sparse/matching-pursuit-kernel.js";
import type { Kernel, KernelArgs } from "./parallel/kernel.js";

export const kernels: readonly Kernel<KernelArgs>[] = [
  l1QuadraticRows,
  addCandidates,
  searchTree,
  measureCandidates,
  gatherRows,
  addNearest,
  packMembers,
  scanMembers,
  patchGroups,
  projectRows,
  conditionalRows,
  leftOutRows,
  coordinateDescent,
  observedRidge,
  barycenterWeights,
  geodesicRows,
  localHessians,
  localSpreads,
  localTangents,
  multipleWeights,
  attraction,
  movePoints,
  exactPairs,
  mesh,
  pairwise,
  perplexityRows,
  placeRows,
  embeddingEpoch,
  filterColumns,
  membershipRows,
  sumPathLengths,
  sumPathParts,
  groupLassoRows,
  matchingPursuitRows,
] as readonly Kernel<never>[] as readonly Kernel<KernelArgs>[];
