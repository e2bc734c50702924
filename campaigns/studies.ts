/**
 * @file The studies of the lectures, one seed of each: the same bits on one thread and on two, and in WebAssembly the same verdicts, of
 * the same figures to 1e-4 where there is no training that carries rounding on.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { STUDIES } from "../studies/lectures/all.js";
import { check, type Figures, Results, type Study } from "../studies/lectures/study.js";
import type { Campaign, Hunt } from "./campaign.js";
import { differingFigures } from "./differing-figures.js";

const child = fileURLToPath(new URL("./studies-child.js", import.meta.url));
const MOST_TEXT = 1e8;
const TOLERANCE = 1e-4;
/**
 * Studies of solved methods, and of trainings that come to rest. In the others some hundred steps of a length that does not shrink, or
 * of networks that rectify, make of the last bit of a product a figure that is some thousandths off.
 */
const AT_REST = ["masking", "uniqueness", "few-labels", "manifolds", "faces", "next-step"];

export const studies: Campaign = {
  name: "studies",
  summary: "a study gives the same figures on one thread or two, and in WebAssembly",
  run: (hunt) => compareStudies(hunt, hunt.random.permutation(STUDIES.length)),
};

export async function compareStudies(hunt: Hunt, order: Iterable<number>): Promise<void> {
  for (const at of order) {
    if (!hunt.more()) return;
    const study = STUDIES[at]!;
    const one = await figuresOf(study, "native", 1);
    const two = await figuresOf(study, "native", 2);
    const otherBits = differingFigures(one, two, 0);
    if (otherBits.length > 0) hunt.fault(`${study.id}: other bits on two threads: ${otherBits.join(", ")}`);
    const portable = await figuresOf(study, "wasm", 1);
    compareRuntimes(hunt, study, one, portable);
  }
}

function compareRuntimes(hunt: Hunt, study: Study, native: Figures, portable: Figures): void {
  const far = differingFigures(native, portable, TOLERANCE);
  hunt.figure(study.id, far.length === 0 ? "same figures" : `${far.length} figures differ by more than 1e-4`);
  if (far.length > 0 && AT_REST.includes(study.id))
    hunt.fault(`${study.id}: other figures in WebAssembly: ${far.join(", ")}`);
  for (const claim of study.claims) {
    const [ours, theirs] = [native, portable].map((figures) => check(claim, new Results([figures])).verdict);
    if (ours !== theirs) hunt.fault(`${study.id}: ${claim.id}: ${ours} natively, ${theirs} in WebAssembly`);
  }
}

async function figuresOf({ id }: Study, backend: "native" | "wasm", threads: number): Promise<Figures> {
  const running = promisify(execFile)(process.execPath, [child, backend, String(threads)], {
    maxBuffer: MOST_TEXT,
  });
  running.child.stdin!.end(`${id}\n`);
  return JSON.parse((await running).stdout) as Figures;
}
