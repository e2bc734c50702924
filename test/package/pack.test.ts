/**
 * @file The package as its users get it: packed, installed into an empty folder, run, type-checked and bundled there.
 */
import { type ExecFileException, execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { VERSION } from "../../src/version.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tool = (name: string) => join(root, "node_modules/.bin", name);
const INSTALL = [
  ...["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
  // npm's retries, one package after the other, take minutes to say that there is no network.
  `--fetch-retries=${process.env.CI ? 2 : 0}`,
];
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;
/** Install scripts reach nothing; npm itself does. */
const BEHIND_A_FIREWALL = {
  GLOBAL_AGENT_HTTPS_PROXY: "http://127.0.0.1:9",
  npm_config_prefer_offline: "true",
};

/** Options of the public functions, by entry point: `["unlabeled", "FitOptions"]`. */
const optionTypes = Object.entries({
  unlabeled: "src/index.ts",
  "unlabeled/data": "src/data/index.ts",
  "unlabeled/metrics": "src/metrics/index.ts",
  "unlabeled/linalg": "src/linalg/index.ts",
  "unlabeled/node": "node/index.ts",
}).flatMap(([entry, file]) => {
  const names =
    readFileSync(join(root, file), "utf8").match(/\b[A-Z]\w*(Options|Spec|Schedule|Noise)\b/g) ?? [];
  return [...new Set(names)].map((name) => [entry, name] as const);
});

let folder: string;
let user: string;
let tarball: string;
let files: string[];
let unpackedSize: number;
let unreachable = false;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  // npm tells the scripts it runs, and so these tests, what the configuration of the clone is.
  const { npm_config_ignore_scripts: _, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd, env: { ...inherited, ...env } },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      },
    );
  });
}

const done = (stdout: string | RegExp, stderr: string | RegExp = "") => ({
  code: 0,
  stdout: typeof stdout === "string" ? stdout : expect.stringMatching(stdout),
  stderr: typeof stderr === "string" ? stderr : expect.stringMatching(stderr),
});

/** Everything but the package's own files is installed from the registry. */
function needsRegistry({ skip }: TestContext): void {
  skip(unreachable, "the npm registry cannot be reached");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-package-"));
  user = join(folder, "user");
  await mkdir(user);
  // The build has run before the tests.
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root);
  expect(packed).toMatchObject({ code: 0 });
  const [report] = JSON.parse(packed.stdout);
  tarball = join(folder, report.filename);
  files = report.files.map(({ path }: { path: string }) => path);
  unpackedSize = report.unpackedSize;

  await writeFile(join(user, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const installed = await run("npm", [...INSTALL, "--omit=optional", tarball], user);
  unreachable = installed.code !== 0 && NO_REGISTRY.test(installed.stderr) && !process.env.CI;
  if (!unreachable) expect(installed).toMatchObject({ code: 0 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the tarball holds the compiled package, its documentation, and nothing else", () => {
  const expected =
    /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|docs\/.*\.md|docs\/(tutorials|studies)\/.*\.svg|examples\/[\w./-]+|dist\/cli\/[\w-]+\.js|dist\/lab\/(index\.html|_headers|(claims|first-picture)\.json|claims\/[\w-]+\.svg|assets\/[\w.-]+\.(js|css))|dist\/(src|node|panels)\/.*\.(js|d\.ts)|dist\/man\/unlabeled\.1)$/;
  expect(files.filter((path) => !expected.test(path))).toEqual([]);
  for (const path of [
    "src/index.js",
    "src/index.d.ts",
    "node/index.js",
    "node/index.d.ts",
    "cli/main.js",
    "lab/index.html",
    "man/unlabeled.1",
  ]) {
    expect(files).toContain(`dist/${path}`);
  }
  for (const path of ["LICENSE", "README.md"]) expect(files).toContain(path);
  // Pages that the README leads to are there.
  const links = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/\]\((docs\/[^)#]+)/g)];
  for (const [, path] of links) expect(files).toContain(path);
  // The library as modules, and once more in the bundles of the command line and the lab; data by mistake would be more.
  expect(unpackedSize).toBeLessThan(10e6);
});

test("publint and are-the-types-wrong have nothing to say", async () => {
  expect(await run(tool("publint"), ["--strict", tarball], root)).toMatchObject({ code: 0 });
  expect(await run(tool("attw"), [tarball, "--profile", "esm-only"], root)).toMatchObject({ code: 0 });
});

test("the command runs", async (context) => {
  needsRegistry(context);
  expect(await run("npx", ["unlabeled", "--version"], user)).toMatchObject({
    code: 0,
    stdout: `${VERSION}\n`,
  });
});

test.for([
  ["Node's resolution", "--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2023,dom"],
  ["a bundler's resolution", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom"],
  [
    "Node's types and no browser's",
    ...["--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2023"],
    ...["--types", "node", "--typeRoots", join(root, "node_modules/@types")],
  ],
  [
    "every declaration checked, and options that are there or not",
    ...["--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2023,dom"],
    ...["--exactOptionalPropertyTypes", "--skipLibCheck", "false"],
  ],
])("a user's file type-checks strictly with %s", async ([, ...options], context) => {
  needsRegistry(context);
  const source = [
    'import { fit, pca } from "unlabeled";',
    "const model = await fit(pca({ latentDim: 1 }), [[1, 2], [3, 5]], { seed: 1 });",
    "export const ratio: Float64Array = model.explainedVarianceRatio;",
    "// @ts-expect-error: an embedding is no result of PCA",
    "export const none = model.embedding;",
    // What is left out may be said to be undefined, of every option of every entry point.
    "type Unsaid<T> = T extends unknown ? { [K in keyof T as {} extends Pick<T, K> ? K : never]: undefined } : never;",
    "type Leaves<T> = T extends unknown ? Partial<T> : never;",
    "const leavesOut = <T>(..._: [Unsaid<T>] extends [Leaves<T>] ? [] : [option: never]) => {};",
    ...optionTypes.map(([entry, name]) => `leavesOut<import("${entry}").${name}>();`),
  ];
  await writeFile(join(user, "user.ts"), source.join("\n"));
  const compiled = await run(
    tool("tsc"),
    ["--noEmit", "--strict", "--target", "es2023", ...options, "user.ts"],
    user,
  );
  expect(compiled).toEqual(done(""));
});

test("without the native runtime the library works and stays silent", async (context) => {
  needsRegistry(context);
  const source = [
    'import { fit, pca } from "unlabeled";',
    "const line = [[0, 0], [1, 2], [2, 4], [3, 6]];",
    "const model = await fit(pca({ latentDim: 1 }), line, { seed: 1 });",
    "console.log(model.explainedVarianceRatio[0].toFixed(6), (await model.encode(line)).rows);",
  ];
  await writeFile(join(user, "user.mjs"), source.join("\n"));
  expect(await run(process.execPath, ["user.mjs"], user)).toEqual(done("1.000000 4\n"));
});

// It installs 290 MB, twice where npm drops them in between.
test("the command says once what brings the native runtime, and that does", {
  timeout: 240_000,
}, async (context) => {
  needsRegistry(context);
  const main = join(user, "node_modules/unlabeled/dist/cli/main.js");
  const commandsNoted = async (output: string) => {
    const args = ["fit", "digits", "--method", "pca", "--latent-dim", "4", "-o", output];
    const fitted = await run(process.execPath, [main, ...args], user);
    expect(fitted).toEqual(
      done(/latentDim +4\n/, /^(the native runtime is not installed, [^\n]+\n)?wrote \w+\.safetensors\n$/),
    );
    return fitted.stderr.match(/npm install .*/g) ?? [];
  };
  const [command, ...more] = await commandsNoted("slow.safetensors");
  expect([command, ...more]).toEqual(["npm install --ignore-scripts"]);

  // As most have it: with install scripts, of which that of the native runtime cannot download. Some versions of npm
  // then drop the package and say nothing, others run no scripts.
  const shell = (line: string) => run("sh", ["-c", line], user, BEHIND_A_FIREWALL);
  expect(await shell("npm install --no-ignore-scripts")).toMatchObject({ code: 0 });
  expect(await shell(command!)).toMatchObject({ code: 0 });
  // The next plain install leaves it there.
  expect(await shell("npm install --no-ignore-scripts")).toMatchObject({ code: 0 });
  expect(await commandsNoted("fast.safetensors")).toEqual([]);
});

test("a user's bundle for the browser holds WebAssembly's runtime alone", async (context) => {
  needsRegistry(context);
  const { metafile } = await build({
    stdin: { contents: 'export { fit, pca } from "unlabeled";', resolveDir: user },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const runtimes = Object.keys(metafile.inputs).flatMap(
    (path) => path.match(/onnxruntime-(node|web)\//g) ?? [],
  );
  expect(new Set(runtimes)).toEqual(new Set(["onnxruntime-web/"]));
});
