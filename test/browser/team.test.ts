/**
 * @file Threads that share a loop in a browser: the compiled modules as they are, on a page that may share memory.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { type Served, serve } from "./serve.js";

const built = new URL("../../dist/src/", import.meta.url);

/** Square roots of a chunk's numbers, and whether a page's own thread did it. */
const KERNEL = `export const roots = {
  name: "roots",
  run({ out, by }, chunk, [start]) {
    for (let i = chunk * 4096; i < (chunk + 1) * 4096; i++) {
      let value = start + i;
      for (let round = 0; round < 50; round++) value = Math.sqrt(value) + 1;
      out[i] = value;
    }
    by[chunk] = typeof document === "undefined" ? 1 : 0;
  },
};`;

/** A worker's program like the package's, that knows this kernel. */
async function workerProgram(): Promise<string> {
  const contents = `
    import { serve } from "./parallel/serve.js";
    import { VERSION } from "./version.js";
    ${KERNEL}
    serve([roots], VERSION);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(built) },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

describe.skipIf(missing)(inChromium, () => {
  let server: Served;
  let browser: Browser;

  beforeAll(async () => {
    const modules = ["", "parallel/"].flatMap((folder) =>
      readdirSync(new URL(folder, built))
        .filter((name) => name.endsWith(".js"))
        .map((name) => [`/src/${folder}${name}`, new URL(folder + name, built)] as const),
    );
    server = await serve({
      "/": "<!doctype html><title>team</title>",
      "/kernel.js": KERNEL,
      ...Object.fromEntries(modules),
      "/src/unlabeled-worker.js": await workerProgram(),
    });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("workers join the page, and results are those of the page alone", async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    // As text, since these modules are the page's and not ours.
    const { workersJoined, same, isolated } = (await page.evaluate(`(async () => {
      const { gatherTeam, setThreads } = await import("/src/parallel/team.js");
      const { sharedFloat64, sharedInt32 } = await import("/src/parallel/shared.js");
      const { roots } = await import("/kernel.js");
      const chunks = 64;
      const args = () => ({ out: sharedFloat64(chunks * 4096), by: sharedInt32(chunks) });
      const [alone, together] = [args(), args()];
      setThreads(1);
      gatherTeam(roots, alone).run(chunks, 7);
      setThreads(3);
      const team = gatherTeam(roots, together);
      let [workersJoined, same] = [false, true];
      for (let round = 0; round < 400 && !workersJoined; round++) {
        together.out.fill(0);
        team.run(chunks, 7);
        workersJoined = together.by.includes(1);
        same &&= together.out.every((value, i) => value === alone.out[i]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      team.release();
      return { workersJoined, same, isolated: crossOriginIsolated };
    })()`)) as { workersJoined: boolean; same: boolean; isolated: boolean };
    expect(isolated).toBe(true);
    expect(same).toBe(true);
    expect(workersJoined).toBe(true);
  });
});
