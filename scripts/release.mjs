/**
 * Makes the package ready to publish, and tries it as its users get it:
 *
 *   npm run release
 *
 * It wants a clean checkout and a section of the changelog with version and date, runs all tests, packs, installs the
 * pack into an empty folder with install scripts on, and runs command line and library there. It publishes nothing.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

function stop(message) {
  console.error(`release: ${message}`);
  process.exit(1);
}

/** Runs a program to its end, its output here, and stops where it fails. */
function run(program, args, cwd = root) {
  console.log(`$ ${[program, ...args].join(" ")}`);
  try {
    execFileSync(program, args, { cwd, stdio: "inherit" });
  } catch {
    stop(`${program} ${args[0]} failed`);
  }
}

const read = (program, args, cwd = root) => execFileSync(program, args, { cwd, encoding: "utf8" }).trim();

const changes = read("git", ["status", "--porcelain"]);
if (changes !== "") stop(`there are uncommitted changes:\n${changes}`);
const dated = new RegExp(`^## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d{2}-\\d{2}\\)$`, "m");
if (!dated.test(readFileSync(join(root, "CHANGELOG.md"), "utf8")))
  stop(`CHANGELOG.md has no section "## ${version} (YYYY-MM-DD)"`);

run("npm", ["ci"]);
run("npm", ["test"]);
run("npm", ["run", "docs"]);
const [{ filename }] = JSON.parse(read("npm", ["pack", "--json", "--silent"]));
const folder = mkdtempSync(join(tmpdir(), `${name}-release-`));
try {
  run("npm", ["init", "--yes", "--silent"], folder);
  run("npm", ["install", "--ignore-scripts=false", join(root, filename)], folder);
  run("npx", ["--no-install", name, "compare", "digits", "--output", "out"], folder);
  run(
    "node",
    ["--input-type=module", "-e", `console.log(Object.keys(await import("${name}")).length)`],
    folder,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${filename} is ready: npm publish ${filename}`);
