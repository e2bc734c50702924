/**
 * @file Four lanes of 32 bits, each of which takes every fourth word, as src/data/fingerprint.ts has them.
 */
const PRIME_1: u32 = 0x9e3779b1;
const PRIME_2: u32 = 0x85ebca77;

// @ts-expect-error: a decorator of AssemblyScript.
@inline
function mixed(lane: u32, word: u32): u32 {
  return rotl<u32>(lane + word * PRIME_2, 13) * PRIME_1;
}

/** @param words a multiple of four of them, uint32. @param lanes uint32 `[4]`, changed. */
export function mixWords(words: usize, count: i32, lanes: usize): void {
  let a = load<u32>(lanes);
  let b = load<u32>(lanes, 4);
  let c = load<u32>(lanes, 8);
  let d = load<u32>(lanes, 12);
  const end = words + (<usize>count << 2);
  for (let at = words; at < end; at += 16) {
    a = mixed(a, load<u32>(at));
    b = mixed(b, load<u32>(at, 4));
    c = mixed(c, load<u32>(at, 8));
    d = mixed(d, load<u32>(at, 12));
  }
  store<u32>(lanes, a);
  store<u32>(lanes, b, 4);
  store<u32>(lanes, c, 8);
  store<u32>(lanes, d, 12);
}
