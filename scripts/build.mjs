/**
 * Compiles the package into dist/, and leaves nothing else there:
 *
 *   node scripts/build.mjs
 *
 * It compiles beside dist/ and moves every file into place whole, then removes what no source stands behind any more. So
 * whoever runs from dist/ meanwhile finds every module, and no half of one. In dist/cli/ the modules of the command line
 * stand until its bundle does.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildLab } from "./build-lab.mjs";
import { buildWorker } from "./build-worker.mjs";
import { bundleCommand } from "./bundle-command.mjs";
import { addLabContents } from "./lab-contents.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const MAN_PAGE = join("man", "unlabeled.1");
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

// On the file system of dist/, where a move is one step, and where neither git nor npm look.
const [fresh, command, lab] = ["build", "command", "lab"].map((name) =>
  mkdtempSync(join(root, `node_modules/.unlabeled-${name}-`)),
);
try {
  const compiler = join(root, "node_modules/@typescript/native/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", fresh], {
    stdio: "inherit",
  });
  await buildWorker(fresh);
  await bundleCommand(fresh, command);
  await buildLab(fresh, lab);
  rmSync(join(fresh, "lab"), { recursive: true });
  const modules = intoPlace(fresh, "");
  await writeManPage();
  await addLabContents(dist, join(root, "docs/studies"), lab);
  const wanted = new Set([
    ...modules.filter((file) => !file.startsWith(`cli${sep}`)),
    ...intoPlace(command, "cli"),
    ...intoPlace(lab, "lab"),
    MAN_PAGE,
  ]);
  for (const file of filesIn(dist)) if (!wanted.has(file)) rmSync(join(dist, file), { force: true });
} catch (error) {
  // The compiler has said what is wrong.
  if (error.status === undefined) throw error;
  process.exitCode = error.status;
} finally {
  for (const folder of [fresh, command, lab]) rmSync(folder, { recursive: true, force: true });
}

/** Moves all files of a folder to their place in dist/, which it gives. */
function intoPlace(folder, place) {
  return filesIn(folder).map((file) => {
    const placed = join(place, file);
    mkdirSync(dirname(join(dist, placed)), { recursive: true });
    renameSync(join(folder, file), join(dist, placed));
    return placed;
  });
}

/** Made by the modules in their place, where they find their packages. */
async function writeManPage() {
  const module = (name) => import(pathToFileURL(join(dist, `cli/${name}.js`)).href);
  const [{ manPage }, { VERBS }] = await Promise.all([module("man-page"), module("verbs")]);
  const written = join(fresh, "unlabeled.1");
  writeFileSync(written, await manPage(VERBS));
  mkdirSync(dirname(join(dist, MAN_PAGE)), { recursive: true });
  renameSync(written, join(dist, MAN_PAGE));
}
