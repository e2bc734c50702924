/**
 * @file The child's side of the test of `CaseProcess`: every way in which a case can go wrong.
 */
import { serveCases } from "./case-process.js";

export type Misbehavior =
  | "answer"
  | "throw"
  | "hang"
  | "wait"
  | "exit"
  | "abort"
  | "touch"
  | "reserve"
  | "fill";

serveCases((one: { readonly what: Misbehavior; readonly bytes?: Uint8Array }) => {
  switch (one.what) {
    case "answer":
      return one.bytes?.length ?? 0;
    case "throw":
      throw new RangeError("in its own words");
    case "hang":
      for (;;);
    case "wait":
      return new Promise<number>(() => {});
    case "exit":
      process.exit(7);
      break;
    case "abort":
      process.abort();
      break;
    case "touch":
      return new Uint8Array(2 ** 27).fill(1).length;
    case "reserve":
      return new Uint8Array(2 ** 31).length;
    case "fill": {
      const held: Uint8Array[] = [];
      for (;;) held.push(new Uint8Array(2 ** 20).fill(held.length));
    }
  }
  return 0;
});
