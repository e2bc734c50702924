/**
 * @file A folder of a user who has installed the package, made without a registry: the packed files, and links to what
 * they depend on.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface UserFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** @param files text by name, written beside node_modules. */
export async function userFolder(files: Readonly<Record<string, string>>): Promise<UserFolder> {
  const path = await mkdtemp(join(tmpdir(), "unlabeled-user-"));
  const modules = join(path, "node_modules");
  await mkdir(modules);
  // The build has run before the tests.
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", path], { cwd: root });
  const tarball = (await readdir(path)).find((name) => name.endsWith(".tgz"))!;
  execFileSync("tar", ["-xzf", tarball], { cwd: path });
  await rename(join(path, "package"), join(modules, "unlabeled"));
  const { dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    await symlink(join(root, "node_modules", name), join(modules, name), "junction");
  }
  await writeFile(join(path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
