/**
 * @file Compiles the package once before any test: the command line, the browser and the package are tested as built.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root("."), stdio: "inherit" });
}
