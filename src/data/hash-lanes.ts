/**
 * @file A fast 64-bit hash to tell data apart and to notice damage, not to keep anybody from forging it.
 *
 * Four lanes of 32 bits take every fourth word, so that their multiplications overlap; at the end they are mixed
 * into two words by MurmurHash3's finalizer.
 * Source of the rounds: Collet, xxHash (XXH32); of the finalizer: Appleby, MurmurHash3 (fmix32).
 */
export const PRIME_1 = 0x9e3779b1;
export const PRIME_2 = 0x85ebca77;
export const PRIME_3 = 0xc2b2ae3d;
export const PRIME_4 = 0x27d4eb2f;

/** 16 hex digits of four lanes. */
export function digest(a: number, b: number, c: number, d: number): string {
  const low = finalize(finalize(finalize(a) ^ b) + c) ^ d;
  const high = finalize(finalize(finalize(d ^ low) + b) ^ c) ^ a;
  return hex(finalize(high)) + hex(finalize(low));
}

/** A lane that has taken a word; another word leaves another lane, and another lane stays another. */
export function mixed(lane: number, word: number): number {
  const sum = (lane + Math.imul(word, PRIME_2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
}

function finalize(lane: number): number {
  let hash = lane ^ (lane >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
