/** @file Modules that a run of the built command loads. */
import { writeFile } from "node:fs/promises";
import type { workplace } from "./command.js";

type Workplace = Awaited<ReturnType<typeof workplace>>;

/** Their addresses, a line each, among what the run says on standard error. */
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
  return stderr;
}
