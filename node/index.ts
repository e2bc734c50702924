/**
 * @file Functions that need a file system: the package's `unlabeled/node`.
 * @module unlabeled/node
 */
export { type Output, openOutput, type WriteOptions } from "./output.js";
export { type ReadFileOptions, readFileData } from "./read.js";
export type { ByteSink, StandardStreams } from "./standard-streams.js";
export { checkWritable, writeFileAtomic } from "./write.js";
