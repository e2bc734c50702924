import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const repository = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "unlabeled-build-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

/** Builds a small project with the script that builds this one. */
async function build(): Promise<{ code: number; looks: number; missing: number }> {
  const building = spawn(process.execPath, [join(folder, "scripts/build.mjs")], { stdio: "ignore" });
  let [looks, missing] = [0, 0];
  const look = setInterval(() => {
    looks++;
    if (!existsSync(join(folder, "dist/src/kept.js"))) missing++;
  }, 2);
  const code = await new Promise<number>((resolve) => building.on("close", resolve));
  clearInterval(look);
  return { code, looks, missing };
}

const built = async () =>
  (await readdir(join(folder, "dist"), { recursive: true }))
    .filter((name) => /^src\/(kept|gone|wrong|unlabeled-worker)\.d\.ts$/.test(name))
    .sort();

test("what no source stands behind goes, and what stays is there all the while", async () => {
  await put(
    "tsconfig.build.json",
    '{ "compilerOptions": { "declaration": true, "rootDir": "." }, "include": ["src", "panels", "cli", "lab", "studies"] }',
  );
  await put("studies/lectures/all.ts", "export const STUDIES = [];");
  await put("src/kept.ts", "export const kept = 1;");
  // Parts that the first picture of the lab is made of.
  await put(
    "src/index.ts",
    `const x = { data: new Float32Array(4) };
     export const fit = async () => ({ encode: async () => x, reconstruct: async () => x });
     export const pca = () => 1;`,
  );
  await put("src/data/digits.ts", 'export const digits = () => ({ x: { rows: 2 }, labels: ["0", "1"] });');
  await put("src/data/matrix.ts", "export const takeRows = () => ({ data: new Float32Array(4) });");
  await put(
    "panels/image-sheet.ts",
    "export const shownRows = () => [0]; export const reconstructionSheet = async () => new Uint8Array(1);",
  );
  await put("src/gone.ts", "export const gone = 1;");
  await mkdir(join(folder, "node_modules"));
  await put("src/unlabeled-worker.ts", "console.log(1);");
  await put("cli/man-page.ts", "export const manPage = async () => '.TH';");
  await put("cli/verbs.ts", "export const VERBS = {};");
  await put("cli/main.ts", 'import { VERBS } from "./verbs.js";\nconsole.log(VERBS);');
  await put("panels/page-style.ts", "export const PAGE_STYLE = 'p{margin:0}';");
  await put("lab/index.html", '<!doctype html><script type="module" src="./main.js"></script>');
  await put("lab/lab.css", "");
  await put("lab/_headers", "/*");
  await put("lab/main.ts", "console.log(1);");
  for (const name of ["@typescript", "esbuild", "@esbuild", "vite", "onnxruntime-web"]) {
    await symlink(repository(`node_modules/${name}`), join(folder, `node_modules/${name}`));
  }
  for (const name of ["build.mjs", "build-lab.mjs", "build-worker.mjs", "bundle-command.mjs", "claims.mjs"]) {
    await cp(repository(`scripts/${name}`), join(folder, `scripts/${name}`));
  }
  expect((await build()).code).toBe(0);
  expect(await built()).toEqual(["src/gone.d.ts", "src/kept.d.ts", "src/unlabeled-worker.d.ts"]);
  // The command line is one file, with what it imports.
  expect(await readdir(join(folder, "dist/cli"))).toEqual(["main.js"]);
  // The lab is what a host serves, and nothing that it was made of.
  expect((await readdir(join(folder, "dist/lab"))).sort()).toEqual([
    ...["_headers", "assets", "claims.json", "first-picture.json", "index.html"],
  ]);

  await rm(join(folder, "src/gone.ts"));
  const { code, looks, missing } = await build();
  expect(code).toBe(0);
  expect(await built()).toEqual(["src/kept.d.ts", "src/unlabeled-worker.d.ts"]);
  expect(looks).toBeGreaterThan(10);
  expect(missing).toBe(0);

  // A build that fails changes nothing.
  await put("src/wrong.ts", 'export const wrong: number = "";');
  expect((await build()).code).not.toBe(0);
  expect(await built()).toEqual(["src/kept.d.ts", "src/unlabeled-worker.d.ts"]);
  expect((await readdir(join(folder, "node_modules"))).sort()).toEqual([
    "@esbuild",
    "@typescript",
    "esbuild",
    "vite",
  ]);
});
