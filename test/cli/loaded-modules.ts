/** @file Modules that a run of the built command loads. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { workplace } from "./command.js";

type Workplace = Awaited<ReturnType<typeof workplace>>;

/** A module's place, which the bundle says above its code. */
const BUNDLED = /^\/\/ ((?:cli|node|panels|src)\/.*\.js)$/gm;

/** Their addresses, a line each, and of bundles the places of the modules in them, among what the run says on standard error. */
export async function loadedModules({ path, spawned }: Workplace, args: readonly string[]): Promise<string> {
  await writeFile(
    path("trace.mjs"),
    `import { register } from "node:module";
     register("data:text/javascript," + encodeURIComponent(\`
       export async function load(url, context, next) {
         process.stderr.write(url + "\\\\n");
         return next(url, context);
       }\`));`,
  );
  const { stderr } = await spawned(args, { node: ["--import", `file://${path("trace.mjs")}`] });
  const bundles = [...stderr.matchAll(/^file:\S+\/dist\/cli\/\S+\.js$/gm)];
  const bundled = await Promise.all(
    bundles.map(async ([url]) => {
      const text = await readFile(fileURLToPath(url), "utf8");
      return [...text.matchAll(BUNDLED)].map(([, place]) => `dist/${place}`);
    }),
  );
  return [stderr, ...bundled.flat()].join("\n");
}
