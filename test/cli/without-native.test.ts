import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { csvRows, workplace } from "./command.js";

const { unlabeled, path, folder } = await workplace();
const repository = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const main = path("package/dist/cli/main.js");

// The package as it is installed where the optional native runtime could not be.
beforeAll(async () => {
  const modules = join(folder, "package/node_modules");
  await mkdir(modules, { recursive: true });
  await cp(repository("dist"), path("package/dist"), { recursive: true });
  await cp(repository("package.json"), path("package/package.json"));
  for (const name of await readdir(repository("node_modules"))) {
    if (name !== "onnxruntime-node")
      await symlink(join(repository("node_modules"), name), join(modules, name));
  }
});

test("WebAssembly serves, and how to get the native runtime is said once", async () => {
  const args = "fit digits --method autoencoder --latent-dim 2 --hidden 16 --epochs 1 --seed 1 -o m.st".split(
    " ",
  );
  const { code, stderr } = await unlabeled(args, { main });
  expect(code).toBe(0);
  expect(stderr.match(/npm install onnxruntime-node/g)).toHaveLength(1);

  const quiet = await unlabeled(["encode", "digits", "-m", "m.st", "--quiet"], { main });
  expect([quiet.code, quiet.stderr]).toEqual([0, ""]);
  const native = await unlabeled(["encode", "digits", "-m", "m.st", "--quiet"]);
  const [first, second] = [csvRows(quiet.stdout), csvRows(native.stdout)];
  expect(first).toHaveLength(1798);
  // Both compute in float32 and add in another order.
  for (const row of [1, 900, 1797]) {
    for (const j of [1, 2]) expect(Number(first[row]![j])).toBeCloseTo(Number(second[row]![j]), 3);
  }
});
