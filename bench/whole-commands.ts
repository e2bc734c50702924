/**
 * @file Whole commands beside scripts as people write them: `fit --method pca` and `encode` of .npy files by CPU seconds on one
 * thread, start and end of the process included, with the largest resident set beside the size of the data.
 *
 * `node dist/bench/whole-commands.js` runs all shapes but the long one, 10⁷ × 100 (4 GB on the disk and 8.2 GB of memory for the
 * peers), which it runs alone with `long`, on two threads and by the clock.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../node/write.js";
import { resultPieces } from "../src/data/format.js";
import { random } from "../src/random.js";
import { benchmarks, compare, repositoryRoot } from "./harness.js";

const TIME = "/usr/bin/time";
const MAIN = join(repositoryRoot, "dist", "cli", "main.js");
const PEER = join(repositoryRoot, "bench", "peers", "pca_command.py");

interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly latentDim: number;
  /** NumPy's time as a share of ours that is to be reached. */
  readonly aim: number;
}

const SHAPES: readonly Shape[] = [
  { name: "images", rows: 60_000, cols: 784, latentDim: 50, aim: 1 / 2.5 },
  { name: "wide", rows: 500, cols: 20_000, latentDim: 50, aim: 1 / 2 },
  { name: "small", rows: 1797, cols: 64, latentDim: 8, aim: 1 / 2.5 },
];
const LONG: Shape = { name: "long", rows: 10_000_000, cols: 100, latentDim: 20, aim: 1 / 2.5 };

/** Time and memory of a process. */
interface Taken {
  readonly cpu: number;
  readonly wall: number;
  readonly megabytes: number;
}

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

/** Measures commands in processes of their own. */
class Commands {
  readonly #folder: string;
  readonly #threads: number;
  /** The last that each took. */
  readonly taken = new Map<string, Taken>();

  constructor(folder: string, threads: number) {
    this.#folder = folder;
    this.#threads = threads;
  }

  run({ name, command }: Contestant): Taken {
    const report = join(this.#folder, "time");
    const threads = String(this.#threads);
    const env = { ...process.env, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads };
    const { status, stderr } = spawnSync(TIME, ["-f", "%U %S %e %M", "-o", report, ...command], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`whole-commands: ${name} ended with ${status}: ${stderr}`);
    const [user = 0, system = 0, wall = 0, kilobytes = 0] = readFileSync(report, "utf8")
      .trim()
      .split(" ")
      .map(Number);
    const taken = { cpu: user + system, wall, megabytes: (kilobytes * 1024) / 1e6 };
    this.taken.set(name, taken);
    return taken;
  }
}

/** Rows of rank 20 and noise, a block at a time: as a file of 4 GB is made. */
async function makeData({ rows, cols }: Shape, path: string): Promise<void> {
  const rank = 20;
  const stream = random(1);
  const basis = Float32Array.from({ length: rank * cols }, () => stream.normal());
  const data = new Float32Array(rows * cols);
  const noise = Float32Array.from({ length: 65_521 }, () => 0.3 * stream.normal());
  const scores = new Float32Array(rank);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let r = 0; r < rank; r++) scores[r] = stream.normal();
    for (let j = 0; j < cols; j++, at++) {
      let sum = 3 + noise[at % noise.length]!;
      for (let r = 0; r < rank; r++) sum += scores[r]! * basis[r * cols + j]!;
      data[at] = sum;
    }
  }
  await writeFileAtomic(path, resultPieces({ numbers: { data, rows, cols }, added: [] }, path));
}

/** The first Python that has what the peers want. */
function python(): string | undefined {
  const imports = ["-c", "import numpy, sklearn"];
  return ["python3", "/usr/bin/python3"].find((one) => spawnSync(one, imports).status === 0);
}

async function shapeBenchmarks(shape: Shape, interpreter: string, by: "cpu" | "wall"): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-bench-"));
  const file = (name: string) => join(folder, name);
  const threads = by === "cpu" ? 1 : 2;
  const commands = new Commands(folder, threads);
  const peer = (way: string, ...words: string[]) => ({
    name: way === "numpy" ? "NumPy" : "scikit-learn, full",
    command: [interpreter, PEER, way, ...words],
  });
  const ours = (...words: string[]) => ({
    name: "ours",
    command: [process.execPath, MAIN, ...words, "--threads", String(threads), "--quiet", "--force"],
  });
  const data = file("data.npy");
  const k = String(shape.latentDim);
  const contest = async (verb: string, own: Contestant, peers: readonly Contestant[]) => {
    await compare({
      name: `command-pca-${shape.name}-${verb}`,
      unit: "s",
      higherIsBetter: false,
      aim: shape.aim,
      ours: async () => commands.run(own)[by],
      peers: peers.map((one) => ({ name: one.name, measure: async () => commands.run(one)[by] })),
      note:
        by === "cpu"
          ? "user and system time of whole processes, one thread each"
          : "wall-clock time of whole processes, two threads each",
      details: () => ({
        "MB of data": Math.round((shape.rows * shape.cols * 4) / 1e6),
        ...Object.fromEntries(
          [own, ...peers].map(({ name }) => [
            `${name}: peak MB`,
            Math.round(commands.taken.get(name)!.megabytes),
          ]),
        ),
      }),
    });
  };
  try {
    await makeData(shape, data);
    const model = file("model.safetensors");
    const fit = ours("fit", data, "--method", "pca", "--latent-dim", k, "--seed", "1", "-o", model);
    await contest("fit", fit, [
      peer("numpy", "fit", data, k, file("numpy.npz")),
      peer("sklearn", "fit", data, k, file("sklearn.npz")),
    ]);
    await contest("encode", ours("encode", data, "-m", model, "-o", file("codes.npy")), [
      peer("numpy", "encode", data, file("numpy.npz"), file("theirs.npy")),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function wholeCommandBenchmarks(shapes = SHAPES, by: "cpu" | "wall" = "cpu"): Promise<void> {
  const interpreter = python();
  if (!existsSync(TIME) || interpreter === undefined) {
    console.error(
      "whole-commands: skipped, they want GNU time and a Python with NumPy and scikit-learn (apt-get install time python3-sklearn)",
    );
    return;
  }
  for (const shape of shapes) await shapeBenchmarks(shape, interpreter, by);
}

if (process.argv[1]?.endsWith("whole-commands.js")) {
  const long = process.argv[2] === "long";
  benchmarks(() => (long ? wholeCommandBenchmarks([LONG], "wall") : wholeCommandBenchmarks()));
}
