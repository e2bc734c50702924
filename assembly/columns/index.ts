/**
 * @file Measures of the columns of a block of rows, and the fingerprint of its numbers: what src/data calls.
 */
export { deviations32, deviations64 } from "./deviations";
export { mixWords } from "./fingerprint";
export { measure32, measure64 } from "./measures";
export { allFinite32, allFinite64, sameMissing32, sameMissing64 } from "./missing";
