/**
 * @file Compiles the package once before any test: the command line, the browser and the package are tested as built.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default function build(): void {
  const compiler = root("node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", root("tsconfig.build.json")], { stdio: "inherit" });
}
