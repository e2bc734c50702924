/** @file Worker threads, whose end is seen by a caller who lets no event in. */
import { expect, test } from "vitest";
import { cores, startThread } from "../../src/parallel/platform.js";
import { sharedInt32 } from "../../src/parallel/shared.js";

const ignored = { onMessage() {}, onEnd() {} };
/** Until the word is 1, letting in no event. */
const block = (word: Int32Array) => Atomics.wait(word, 0, 0, 20_000);

/** A program that answers its first message, and does something with the word of the second one. */
const program = (first: string, then: string) => `
  const { parentPort } = require("node:worker_threads");
  parentPort.once("message", (word) => {
    ${first}
    parentPort.once("message", (word) => {
      Atomics.store(word, 0, 1);
      Atomics.notify(word, 0);
      ${then}
    });
  });`;

test.each([
  ["goes on", "for (;;);", false],
  ["exits", "process.exit();", true],
  ["is ended by an error", "throw new Error();", true],
])("a thread that has answered and %s", async (_name, then, ends) => {
  const word = sharedInt32(1);
  await new Promise<void>((resolve, reject) => {
    const thread = startThread(program("parentPort.postMessage(true);", then), {
      onMessage() {
        thread.post(word);
        block(word);
        const deadline = performance.now() + 20_000;
        // An end takes a moment.
        while (ends && !thread.hasEnded(0) && performance.now() < deadline);
        try {
          expect(thread.hasEnded(100_000)).toBe(ends);
          resolve();
        } catch (error) {
          reject(error);
        }
        thread.terminate();
      },
      onEnd() {},
    });
    thread.post(word);
  });
});

test("a thread of which nothing was heard is taken to have ended after a minute", () => {
  const word = sharedInt32(1);
  const thread = startThread(program("", ""), ignored);
  thread.post(word);
  thread.post(word);
  block(word);
  expect(thread.hasEnded(1000)).toBe(false);
  expect(thread.hasEnded(61_000)).toBe(true);
  thread.terminate();
});

test("at least one thread can run", () => {
  expect(cores()).toBeGreaterThanOrEqual(1);
});
