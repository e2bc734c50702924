/**
 * @file Every example runs on the build, under the package's own name, and does what it says.
 */
import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import { readFileData } from "../node/index.js";
import { load } from "../src/index.js";
import { inChromium, launchChromium, missing } from "./browser/chromium.js";
import { serve } from "./browser/serve.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const example = (name: string) => join(root, "examples", name);
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "unlabeled-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

/** Output of a program. */
async function printed(name: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [example(name)], { cwd: folder });
  expect(stderr).toBe("");
  return stdout;
}

const TESTED = new Map<string, () => Promise<void>>([
  [
    "fit-and-save.mjs",
    async () => {
      const lines = (await printed("fit-and-save.mjs")).trimEnd().split("\n");
      const losses = lines.slice(0, 4).map((line) => Number(line.match(/^epoch \d+: loss (.*)$/)?.[1]));
      // The mean image has a loss of 4.70.
      expect(losses.at(-1)).toBeLessThan(2.5);
      expect(losses).toEqual(losses.toSorted((a, b) => b - a));
      expect(lines.at(-1)).toBe("autoencoder, 64 numbers to 8; the same codes: true");
      expect((await load(readFileSync(at("digits.safetensors")))).method).toBe("autoencoder");
    },
  ],
  [
    "http-service.mjs",
    async () => {
      const service = spawn(process.execPath, [example("http-service.mjs"), "0"], { cwd: folder });
      const ended = new Promise<number | null>((resolve) => service.on("close", resolve));
      try {
        const url = await new Promise<string>((resolve, reject) => {
          service.stdout.on("data", (line) => resolve(String(line).trim()));
          ended.then((code) => reject(new Error(`it ended with ${code}`)));
        });
        const ask = async (path: string, body: string) => {
          const response = await fetch(url + path, {
            method: "POST",
            body,
            headers: { connection: "close" },
          });
          const answer: { codes?: number[][]; scores?: number[]; error?: string } = await response.json();
          return { status: response.status, ...answer };
        };
        const rows = JSON.stringify({
          rows: [
            [0, 0, 0],
            [1, 2, 3],
          ],
        });
        expect(await ask("/encode", rows)).toEqual({
          status: 200,
          codes: [[expect.any(Number)], [expect.any(Number)]],
        });
        const { scores } = await ask("/score", '{ "rows": [[0, 0, 0], [9, -9, 9]] }');
        expect(scores![1]).toBeGreaterThan(20 * scores![0]!);
        expect(await ask("/encode", '{ "rows": [[1, 2]] }')).toMatchObject({ status: 400, error: /2/ });
        for (const body of ["{", "null", '{ "rows": [["a", 1, 2]] }', "{}"]) {
          expect(await ask("/encode", body)).toMatchObject({ status: 400 });
        }
        expect(await ask("/", rows)).toMatchObject({ status: 404 });
      } finally {
        service.kill();
      }
      expect(await ended).toBe(0);
    },
  ],
  [
    "similar-items.mjs",
    async () => {
      const text = await printed("similar-items.mjs");
      expect(text).toMatch(/^item 0 \(a 0\): (\d+ \(a 0\)(, )?){5}$/m);
      expect(Number(text.match(/^([\d.]+) % of similar/m)?.[1])).toBeGreaterThan(95);
    },
  ],
  [
    "contrastive.mjs",
    async () => {
      const text = await printed("contrastive.mjs");
      const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => Number(value));
      const spreads = all(/^ {2}epoch \d+: loss [\d.]+, spread ([\d.]+)$/gm);
      expect(spreads).toHaveLength(6);
      expect(Math.min(...spreads.slice(0, 3))).toBeGreaterThan(0.5);
      expect(Math.max(...spreads.slice(3))).toBeLessThan(0.1);
      const [whole, without] = all(/^ {2}same digit as the nearest five: ([\d.]+) %$/gm);
      expect(whole).toBeGreaterThan(93);
      expect(without).toBeLessThan(90);
      expect(text.trimEnd().split("\n").at(-1)).toMatch(
        /^ {2}vicReg: projections have collapsed to nearly the same/,
      );
    },
  ],
  [
    "outlier-reasons.mjs",
    async () => {
      const lines = (await printed("outlier-reasons.mjs")).trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[0]).toMatch(/^row 317: 0\.\d\d, most by spent \(24, 3, 99999\)$/);
    },
  ],
  [
    "csv-outliers.mjs",
    async () => {
      const lines = (await printed("csv-outliers.mjs")).split("\n");
      expect(lines[0]).toBe(
        "400 rows, learned from load, temperature, power, noise; carried: machine (names the rows, as told)",
      );
      expect(
        lines
          .slice(1, 3)
          .map((line) => line.split(":")[0])
          .sort(),
      ).toEqual(["line 301", "line 41"]);
    },
  ],
  [
    "parquet.mjs",
    async () => {
      const last = "groups.parquet: 3000 rows, clusters of 750, 750, 750, 750\n";
      expect(await printed("parquet.mjs")).toBe(`3000 rows of 6 numbers, and customer\n${last}`);
      const { table } = await readFileData(at("groups.parquet"));
      expect(table!.columns.map(({ name }) => name)).toEqual([
        ...["customer", "visits", "orders", "returns", "spent", "age", "distance"],
        ...["cluster", "z1", "z2"],
      ]);
    },
  ],
  [
    "worker.mjs",
    async () => {
      const lines = (await printed("worker.mjs")).trimEnd().split("\n");
      expect(lines.map((line) => line.split(":")[0])).toEqual([
        ...["epoch 10", "epoch 20", "epoch 30"],
        "autoencoder came back; the main thread was free meanwhile",
      ]);
      expect(lines.at(-1)).toMatch(/: true$/);
    },
  ],
  [
    "forecast.mjs",
    async () => {
      const lines = (await printed("forecast.mjs")).trimEnd().split("\n");
      const [ahead, unchanged] = lines[0]!.match(/\d+\.\d+/g)!.map(Number);
      expect(ahead!).toBeLessThan(0.6 * unchanged!);
      // The hour that was broken, and the next, which was foretold from it.
      expect(lines[1]).toBe("the most unusual hours of the last two weeks: 1600, 1601");
      const [demand, temperature] = lines[2]!.match(/-?\d+\.\d/g)!.map(Number);
      // 30 + 0 − 0.4 · 12 on a weekday, 12 degrees.
      expect(Math.abs(demand! - 25.2)).toBeLessThan(8);
      expect(Math.abs(temperature! - 12)).toBeLessThan(1.5);
    },
  ],
  [
    "resume.mjs",
    async () => {
      expect(await printed("resume.mjs")).toMatch(
        /^fit: interrupted in epoch \d+ of 60\nafter 60 epochs, the same bytes: true\n$/,
      );
    },
  ],
  [
    "own-loss.mjs",
    async () => {
      const text = await printed("own-loss.mjs");
      const below = [...text.matchAll(/^q = ([\d.]+): (\d+) %/gm)].map(([, q, share]) => [
        Number(q),
        Number(share),
      ]);
      expect(below.map(([q]) => q)).toEqual([0.1, 0.5, 0.9]);
      for (const [q, share] of below) expect(Math.abs(100 * q! - share!)).toBeLessThanOrEqual(2);
      expect(text).toContain("add: shapes [4, 3] and [4, 2] do not broadcast");
    },
  ],
  [
    "own-method.mjs",
    async () => {
      const lines = (await printed("own-method.mjs")).trimEnd().split("\n");
      const [byPca, own] = lines.map((line) => Number(line.match(/: (\d+) degrees off$/)?.[1]));
      expect(byPca).toBeGreaterThan(20);
      expect(own).toBeLessThanOrEqual(2);
      expect(lines.slice(2)).toEqual([
        "the same codes after loading: true",
        "ONNX: true",
        "RangeError: robustSubspace: latentDim must be an integer ≥ 1, got 0",
      ]);
    },
  ],
  [
    "onnx-elsewhere.mjs",
    async () => {
      expect(await printed("onnx-elsewhere.mjs")).toBe(
        "input x [1797, 64], output z [1797, 8]\nthe two differ by less than 0.0001: true\n",
      );
    },
  ],
  [
    "analyst.sh",
    async () => {
      const command = at("unlabeled");
      writeFileSync(
        command,
        `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/cli/main.js")}" "$@"\n`,
      );
      chmodSync(command, 0o755);
      const env = { ...process.env, PATH: folder + delimiter + process.env.PATH };
      const { stdout, stderr } = await run("bash", [example("analyst.sh")], { cwd: folder, env });
      expect(stderr).toBe("");
      const counted = [...stdout.matchAll(/^ +(\d+) (-1|[012])$/gm)];
      const groups = counted.filter(([, , group]) => group !== "-1").map(([, size]) => Number(size));
      expect(groups.length).toBe(3);
      expect(counted.reduce((sum, [, size]) => sum + Number(size), 0)).toBe(200);
      for (const size of groups) expect(size).toBeGreaterThan(60);
      // The order that is like none of them is in no group.
      expect(stdout).toMatch(/^ +1 -1$/m);
      expect(stdout).toMatch(
        /The most unusual orders, with their scores:\nA101,14.24,40.00,10.00,.*\nA.*\nA.*\n$/,
      );
      expect(readFileSync(at("orders.svg"), "utf8").match(/h0/g)?.length).toBeGreaterThanOrEqual(200);
    },
  ],
  [
    "browser",
    async () => {
      const outDir = at("page");
      await build({ root: example("browser"), logLevel: "error", build: { outDir, emptyOutDir: true } });
      const files = readdirSync(outDir, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      const served = Object.fromEntries(
        files.map(({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path.slice(outDir.length), pathToFileURL(path)];
        }),
      );
      expect(Object.keys(served)).toContain("/index.html");
      if (missing) return;
      const server = await serve(served);
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        const printed: string[] = [];
        page.on("console", (message) => printed.push(message.text()));
        page.on("pageerror", (error) => printed.push(String(error)));
        await page.goto(`${server.url}index.html`);
        const status = page.locator("#status");
        await status.filter({ hasText: /^(done|failed)/ }).waitFor({ timeout: 60_000 });
        expect(printed).toEqual([]);
        expect(await status.textContent()).toMatch(/^done: 64 numbers to 8, loss [23]\.\d\d$/);
        // Ten images, and their reconstructions: neither is blank.
        const inked = `[0, 32].map((top) => document.querySelector("canvas").getContext("2d")
          .getImageData(0, top, 320, 32).data.reduce((count, value, i) => count + (i % 4 === 0 && value < 128), 0))`;
        for (const pixels of await page.evaluate<number[]>(inked)) expect(pixels).toBeGreaterThan(1000);
      } finally {
        await browser.close();
        await server.close();
      }
    },
  ],
]);

const names = readdirSync(example("")).filter((name) => name !== "README.md");

test("every example is in the index, and run here", () => {
  const index = readFileSync(example("README.md"), "utf8");
  const listed = [...index.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, name]) => name!);
  expect(listed.toSorted()).toEqual(names.toSorted());
  expect([...TESTED.keys()].sort()).toEqual(names.toSorted());
});

test("all are typed as a user's compiler wants them", async () => {
  const compilerOptions = {
    ...{
      target: "es2023",
      module: "nodenext",
      lib: ["es2023", "dom", "dom.iterable"],
      strict: true,
      noEmit: true,
    },
    ...{ allowJs: true, checkJs: true, skipLibCheck: true, types: ["node"] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  const include = [example("*.mjs"), example("browser/*")];
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions, include }));
  const compiler = join(root, "node_modules/@typescript/native/bin/tsc");
  const compiled = run(process.execPath, [compiler, "-p", folder]).catch((error) => error);
  expect((await compiled).stdout).toBe("");
});

describe("does what it says", { timeout: 120_000 }, () => {
  test.each(
    [...TESTED].map(
      ([name, check]) => [name === "browser" ? `browser, ${inChromium}` : name, check] as const,
    ),
  )("%s", async (_name, check) => check());
});
