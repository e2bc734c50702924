/**
 * @file Tests that are not of the project `unit`.
 */

/** Those of what the build makes, which start it in other processes: files, and folders with a slash at the end. */
export const OF_THE_BUILD = [
  "test/browser/",
  "test/campaigns/",
  "test/cli/",
  "test/documentation/pages.test.ts",
  "test/engine/session.test.ts",
  "test/engine/telemetry.test.ts",
  "test/examples.test.ts",
  "test/lab/latent.test.ts",
  "test/lab/repeat.test.ts",
  "test/node/images.test.ts",
  "test/node/output.test.ts",
  "test/node/read.test.ts",
  "test/package/",
  "test/parallel/growing-memory.test.ts",
  "test/parallel/kernels.test.ts",
];

/** Those that put modules in the place of others, or load them anew: each has a process of its own. */
export const ALONE = ["test/lab/store.test.ts", "test/parallel/team.test.ts"];
