/**
 * @file The commands that install the native runtime and sharp where this package lies.
 *
 * A plain `npm install` runs the install script of `onnxruntime-node`, which fetches libraries for CUDA that nothing here uses;
 * where it cannot, npm drops the optional package without a word. Without scripts the package comes whole.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";

/** @param root this package's folder. */
export async function nativeInstallCommand(root: string, cwd = process.cwd()): Promise<string> {
  const project = projectOption(root, cwd);
  if (project !== undefined) return `npm install --ignore-scripts${project}`;
  const { optionalDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return `npm install --global --ignore-scripts onnxruntime-node@${optionalDependencies["onnxruntime-node"]}`;
}

/** The command that installs sharp there. */
export function sharpInstallCommand(root: string, cwd = process.cwd()): string {
  return `npm install${projectOption(root, cwd) ?? " --global"} sharp`;
}

/** The option of npm that names the project that the package lies in; `undefined` where it is installed globally. */
function projectOption(root: string, cwd: string): string | undefined {
  // The outermost folder of packages is that of the project, or of all that is installed globally.
  const modules = root.indexOf(`${sep}node_modules${sep}`);
  const project = modules < 0 ? root : root.slice(0, modules);
  if (!existsSync(join(project, "package.json"))) return undefined;
  return project === cwd ? "" : ` --prefix ${/\s/.test(project) ? `"${project}"` : project}`;
}
