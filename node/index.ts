/**
 * @file What needs a file system: the package's `unlabeled/node`.
 */
export { type ReadFileOptions, readFileData } from "./read.js";
export { checkWritable, type WriteOptions, writeFileAtomic } from "./write.js";
