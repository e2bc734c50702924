/**
 * @file Figures of studies that were measured before, a file each, by their content: what was measured, on what, and by which program.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../node/write.js";
import { VERSION } from "../src/version.js";
import type { Kept } from "../studies/lectures/run-study.js";
import type { Figures } from "../studies/lectures/study.js";

/** @param tell is told, once, where figures cannot be kept. */
export async function keptIn(folder: string, tell: (note: string) => void): Promise<Kept> {
  const program = await programHash();
  const place = (content: string) =>
    join(folder, `${createHash("sha256").update(`${program} ${content}`).digest("hex").slice(0, 32)}.json`);
  let told = false;
  return {
    async get(content) {
      const text = await readFile(place(content), "utf8").catch(() => undefined);
      try {
        return text === undefined ? undefined : (JSON.parse(text) as Figures);
      } catch {
        // Half a file of a machine that went off: measured anew, and replaced.
        return undefined;
      }
    },
    async put(content, figures) {
      try {
        await writeFileAtomic(place(content), JSON.stringify(figures), { force: true, makeFolder: true });
      } catch (error) {
        if (!told) tell(`figures are not kept: ${(error as Error).message}`);
        told = true;
      }
    },
  };
}

/** The program that measures: its files are those beside this one, where they are bundled. */
async function programHash(): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const hash = createHash("sha256").update(VERSION);
  for (const name of (await readdir(folder)).sort())
    if (name.endsWith(".js")) hash.update(await readFile(join(folder, name)));
  return hash.digest("hex");
}
