/**
 * @file The same seed gives the same bits on any number of threads: every method, drawn sizes, both runtimes.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { methods } from "../src/methods/registry.js";
import type { Campaign, Hunt } from "./campaign.js";
import { type DrawnFit, drawnFit } from "./drawn-fits.js";

const child = fileURLToPath(new URL("./threads-child.js", import.meta.url));

/** Numbers of threads on each runtime; the first is what the others are held against. */
export type Matrix = Readonly<Record<"native" | "wasm", readonly number[]>>;
export const ALL: Matrix = { native: [1, 2, 3, 5, 8, 12, 16, 32], wasm: [1, 2, 3, 5, 8, 16] };

/** Fits to a child: it starts once for all of them. */
const TOGETHER = 13;

export const threads: Campaign = {
  name: "threads",
  summary: "the same seed gives the same bits on one thread or many, native and WebAssembly",
  run: (hunt) => onThreads(hunt, ALL),
};

export async function onThreads(hunt: Hunt, on: Matrix): Promise<void> {
  let drawn = 0;
  let refused = 0;
  for (let open = true; open; ) {
    const fits: DrawnFit[] = [];
    while (fits.length < TOGETHER && (open = hunt.more())) {
      const { name } = methods[drawn % methods.length]!;
      fits.push(drawnFit(name, hunt.random.fork(drawn++)));
    }
    if (fits.length === 0) break;
    for (const [backend, counts] of Object.entries(on)) {
      let first: string[] | undefined;
      for (const count of counts) {
        const hashes = await hashesOf(fits, backend, count);
        first ??= hashes;
        fits.forEach((fit, i) => {
          if (hashes[i] === undefined)
            hunt.fault(`${backend}, ${count} threads, ended in ${JSON.stringify(fit)}`);
          else if (hashes[i] !== first![i])
            hunt.fault(`${backend}, ${count} threads, other bits than ${counts[0]}: ${JSON.stringify(fit)}`);
        });
      }
      refused += first!.filter((hash) => hash.startsWith("refused")).length;
      for (const hash of first!.filter((hash) => hash.startsWith("refused"))) hunt.figure(hash, "refused");
    }
  }
  hunt.figure("refused", refused);
}

function hashesOf(fits: readonly DrawnFit[], backend: string, threads: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, backend, String(threads)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let text = "";
    process_.stdout.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    process_.on("error", reject);
    process_.on("close", () => resolve(text.split("\n").slice(0, -1)));
    process_.stdin.end(fits.map((fit) => JSON.stringify(fit)).join("\n"));
  });
}
