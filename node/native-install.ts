/**
 * @file The command that installs the native runtime where this package lies.
 *
 * A plain `npm install` runs the install script of `onnxruntime-node`, which fetches libraries for CUDA that nothing here uses;
 * where it cannot, npm drops the optional package without a word. Without scripts the package comes whole.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";

/** @param root this package's folder. */
export async function nativeInstallCommand(root: string, cwd = process.cwd()): Promise<string> {
  // The outermost folder of packages is that of the project, or of all that is installed globally.
  const modules = root.indexOf(`${sep}node_modules${sep}`);
  const project = modules < 0 ? root : root.slice(0, modules);
  if (existsSync(join(project, "package.json"))) {
    const prefix = project === cwd ? "" : ` --prefix ${/\s/.test(project) ? `"${project}"` : project}`;
    return `npm install --ignore-scripts${prefix}`;
  }
  const { optionalDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return `npm install --global --ignore-scripts onnxruntime-node@${optionalDependencies["onnxruntime-node"]}`;
}
