/**
 * @file The built package: where it is, and copies of it as it lies where a dependency could not be installed.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with package.json and dist/, whether this file is run as built or as written. */
export const ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}

/** Puts into a folder the built package with all that is in node_modules but one package. */
export async function copyWithout(dependency: string, folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(modules, { recursive: true });
  await cp(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
  await cp(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (name !== dependency) await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
}
