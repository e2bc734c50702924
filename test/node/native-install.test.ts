import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { nativeInstallCommand, sharpInstallCommand } from "../../node/native-install.js";

const folder = await mkdtemp(join(tmpdir(), "unlabeled native-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function packageIn(...path: string[]): Promise<string> {
  const root = join(folder, ...path);
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "package.json"), '{ "optionalDependencies": { "onnxruntime-node": "1.2.3" } }');
  return root;
}

test("in a project the command is for the project, wherever it is run", async () => {
  const project = await packageIn("project");
  for (const path of [["unlabeled"], [".pnpm", "unlabeled@1.0.0", "node_modules", "unlabeled"]]) {
    const root = await packageIn("project", "node_modules", ...path);
    expect(await nativeInstallCommand(root, project)).toBe("npm install --ignore-scripts");
    // The name of the folder has a space in it.
    const elsewhere = `npm install --ignore-scripts --prefix "${project}"`;
    expect(await nativeInstallCommand(root, join(project, "data"))).toBe(elsewhere);
    expect(sharpInstallCommand(root, project)).toBe("npm install sharp");
    expect(sharpInstallCommand(root, join(project, "data"))).toBe(`npm install --prefix "${project}" sharp`);
  }
});

test("in a clone it is for the clone", async () => {
  const clone = await packageIn("clone");
  expect(await nativeInstallCommand(clone, clone)).toBe("npm install --ignore-scripts");
});

test("where all is installed globally, the runtime is installed beside, in the version that the package wants", async () => {
  const root = await packageIn("usr", "lib", "node_modules", "unlabeled");
  expect(await nativeInstallCommand(root, folder)).toBe(
    "npm install --global --ignore-scripts onnxruntime-node@1.2.3",
  );
  expect(sharpInstallCommand(root, folder)).toBe("npm install --global sharp");
});
