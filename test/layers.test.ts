/**
 * @file The floors of the house: who may import whom. Imports run down, never up, never in circles.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** From the ground up; parts on one floor know nothing of each other, unless `beside` says so. */
const FLOORS = [
  [
    "src/elementary.ts",
    "src/normal-quantile.ts",
    "src/bulk-noise",
    "src/random.ts",
    "src/nearest-names.ts",
    "src/version.ts",
    "src/worker-code.ts",
    "src/worker-source.ts",
    "src/parallel",
  ],
  ["src/engine"],
  ["src/data", "src/linalg"],
  ["src/methods", "src/metrics"],
  ["src/kernels.ts"],
  ["src/unlabeled-worker.ts"],
  ["src/files"],
  ["src/training"],
  ["src/tasks"],
  ["src/index.ts", "src/method.ts"],
  ["node", "panels"],
  // Studies of the lecture notes are shipped, and run by a verb.
  ["studies/lectures"],
  // Studies measure with the tools of the benchmarks: a file for figures, shared data, peers in Python.
  ["cli", "bench", "lab"],
  ["studies"],
];
const beside: Record<string, string[]> = {
  "src/normal-quantile.ts": ["src/elementary.ts"],
  "src/bulk-noise": ["src/normal-quantile.ts", "src/parallel"],
  "src/random.ts": ["src/normal-quantile.ts", "src/bulk-noise"],
  "src/linalg": ["src/data"],
  "src/worker-source.ts": ["src/worker-code.ts"],
  "src/parallel": ["src/version.ts", "src/worker-source.ts"],
};
/** Readers of files: methods take numbers, wherever they come from. */
const PARSERS = /^src\/data\/(csv|json|npy|npz|zip|idx|parquet|netpbm|gzip|format|formats|source)\b/;
const ENGINE_MAY_USE = ["src/engine", "src/parallel", "src/random.ts", "src/elementary.ts"];

interface Import {
  from: string;
  /** A file of the repository, or a package. */
  to: string;
  typesOnly: boolean;
}

const files = ["src", "node", "panels", "cli", "lab", "bench", "studies"].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    : [],
);
const imports = files.flatMap((from) => importsOf(from, readFileSync(join(root, from), "utf8")));

function importsOf(from: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statements =
    /(?:\b(?:import|export)(?<type>\s+type)?\s[^;"]*?\bfrom\s*|\bimport\s*\(?\s*)"(?<specifier>[^"]+)"/g;
  return [...code.matchAll(statements)].map(({ groups }) => {
    const { specifier, type } = groups as { specifier: string; type?: string };
    const typesOnly = type !== undefined;
    if (!specifier.startsWith(".")) return { from, to: specifier, typesOnly };
    const path = relative(root, resolve(root, dirname(from), specifier));
    const source = path.replaceAll("\\", "/").replace(/\.js$/, ".ts");
    return { from, to: existsSync(join(root, `${source}x`)) ? `${source}x` : source, typesOnly };
  });
}

const partOf = (file: string) => FLOORS.flat().find((part) => file === part || file.startsWith(`${part}/`));
const floorOf = (part: string) => FLOORS.findIndex((floor) => floor.includes(part));

function mayImport({ from, to }: Import): boolean {
  const [upper, lower] = [partOf(from)!, partOf(to)];
  if (lower === undefined) return false;
  return upper === lower || floorOf(lower) < floorOf(upper) || beside[upper]?.includes(lower) === true;
}

const inside = imports.filter(
  ({ to }) => files.includes(to) || /^(src|node|panels|cli|studies|lab|test|bench)\//.test(to),
);
const show = ({ from, to }: Import) => `${from} -> ${to}`;

test("every file stands on a floor, and every relative import leads to one", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => partOf(file) === undefined)).toEqual([]);
  const relativeImports = imports.filter(({ to }) => /\.tsx?$/.test(to));
  expect(relativeImports.length).toBeGreaterThan(200);
  expect(relativeImports.filter(({ to }) => !files.includes(to)).map(show)).toEqual([]);
});

test("imports run down", () => {
  expect(inside.filter((i) => !mayImport(i)).map(show)).toEqual([]);
});

test("imports run in no circle, but for operations whose gradients are made of each other", () => {
  const operations = (file: string) => file.startsWith("src/engine/ops/");
  expect(findCircle((i) => !i.typesOnly && !(operations(i.from) && operations(i.to)))).toBeUndefined();
});

test("imports of the command line and of panels run in no circle, those of types and of later included", () => {
  const counted = inside.filter((i) => /^(cli|panels)\//.test(i.from));
  expect(counted.length).toBeGreaterThan(150);
  expect(findCircle((i) => counted.includes(i))).toBeUndefined();
});

describe("imports that must not exist", () => {
  const forbidden = (from: RegExp, to: (path: string) => boolean) =>
    imports.filter((i) => from.test(i.from) && to(i.to)).map(show);

  test("the library runs without Node", () => {
    expect(
      forbidden(
        /^src\//,
        (to) => to.startsWith("node:") || /^(node|panels|cli|bench|studies|lab)\//.test(to),
      ),
    ).toEqual([]);
  });

  test("panels draw anywhere: they know nothing of files, nor of who shows them", () => {
    const packages = ["preact", "preact-render-to-string", "d3-scale"];
    const allowed = (to: string) =>
      to.startsWith("src/") || to.startsWith("panels/") || packages.includes(to);
    expect(forbidden(/^panels\//, (to) => !allowed(to))).toEqual([]);
  });

  test("the engine knows nothing of the rest", () => {
    const allowed = (to: string) =>
      !to.startsWith("src/") || ENGINE_MAY_USE.some((part) => to === part || to.startsWith(`${part}/`));
    expect(forbidden(/^src\/engine\//, (to) => !allowed(to))).toEqual([]);
  });

  // Files that several kinds share stand beside them: networks, augmentations, and the files right under methods/.
  test("kinds of methods know nothing of each other", () => {
    const SHARED = new Set(["networks", "augmentations"]);
    const kindOf = (path: string) => /^src\/methods\/([^/]+)\//.exec(path)?.[1];
    const mixed = imports.filter(({ from, to }) => {
      const [kind, other] = [kindOf(from), kindOf(to)];
      return kind !== undefined && other !== undefined && kind !== other && !SHARED.has(other);
    });
    // Deep sparse coding is an auto-decoder with a penalty; layers are pretrained as Boltzmann machines.
    const known = [
      "src/methods/sparse/deep-sparse-coding.ts -> src/methods/autoencoder/autoencoder-of.ts",
      "src/methods/autoencoder/stacked.ts -> src/methods/energy/free-energy.ts",
      "src/methods/autoencoder/stacked.ts -> src/methods/energy/linear-hidden-units.ts",
      "src/methods/autoencoder/stacked.ts -> src/methods/energy/restricted-boltzmann-machine.ts",
    ];
    expect(mixed.map(show).sort()).toEqual(known.sort());
  });

  // A worker's program stands above the team that starts it, which knows it by its address alone.
  test("nothing but workers holds every kernel", () => {
    expect(forbidden(/^(?!src\/unlabeled-worker\.ts)/, (to) => to === "src/kernels.ts")).toEqual([]);
    expect(forbidden(/./, (to) => to === "src/unlabeled-worker.ts")).toEqual([]);
  });

  test("methods read no files", () => {
    expect(
      forbidden(/^src\/methods\//, (to) => PARSERS.test(to) || /^src\/(files|tasks)\//.test(to)),
    ).toEqual([]);
  });

  test("ONNX Runtime is behind the engine's session", () => {
    const doors = /^(?!src\/engine\/onnxruntime-)/;
    expect(forbidden(doors, (to) => to.startsWith("onnxruntime-"))).toEqual([]);
    expect(forbidden(/^(?!src\/engine\/session\.ts)/, (to) => to === "#onnxruntime")).toEqual([]);
  });
});

/** A chain of files, each of which imports the next, that ends where it began. */
function findCircle(counts: (i: Import) => boolean): string[] | undefined {
  const counted = inside.filter(counts);
  const next = new Map(files.map((file) => [file, counted.filter((i) => i.from === file).map((i) => i.to)]));
  const finished = new Set<string>();
  const search = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const circle = search(to, [...path, file]);
      if (circle) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of files) {
    const circle = search(file, []);
    if (circle) return circle;
  }
  return undefined;
}
