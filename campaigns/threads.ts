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
export type Matrix = Readonly<Partial<Record<"native" | "wasm", readonly number[]>>>;
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
        const { hashes, said } = await hashesOf(fits, backend, count);
        first ??= hashes;
        fits.forEach((fit, i) => {
          if (hashes[i] === undefined)
            hunt.fault(`${backend}, ${count} threads, ended in ${JSON.stringify(fit)}: ${said}`);
          else if (hashes[i] !== first![i])
            hunt.fault(`${backend}, ${count} threads, other bits than ${counts[0]}: ${JSON.stringify(fit)}`);
        });
      }
      // A fit that is refused everywhere shows nothing.
      for (const hash of first!.filter((hash) => hash.startsWith("refused"))) hunt.fault(hash);
    }
  }
}

/** Hashes of the fits until the child ended, and what it said of that. */
function hashesOf(
  fits: readonly DrawnFit[],
  backend: string,
  threads: number,
): Promise<{ hashes: string[]; said: string }> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, backend, String(threads)], { stdio: "pipe" });
    let [text, said] = ["", ""];
    process_.stdout.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    process_.stderr.setEncoding("utf8").on("data", (piece) => {
      said = (said + piece).slice(-2000);
    });
    process_.stdin.on("error", () => {});
    process_.on("error", reject);
    process_.on("close", (code, signal) =>
      resolve({ hashes: text.split("\n").slice(0, -1), said: `${signal ?? `exit ${code}`} ${said.trim()}` }),
    );
    process_.stdin.end(fits.map((fit) => JSON.stringify(fit)).join("\n"));
  });
}
