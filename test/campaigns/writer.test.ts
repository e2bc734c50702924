/** @file A short hunt for faults of the writer, and that it would find some. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type * as CampaignModule from "../../campaigns/campaign.js";
import type * as WriterModule from "../../campaigns/writer.js";

// As built: it runs other processes.
const built = new URL("../../dist/campaigns/", import.meta.url);
const { Hunt } = (await import(new URL("campaign.js", built).href)) as typeof CampaignModule;
const { writer, writerCampaign } = (await import(new URL("writer.js", built).href)) as typeof WriterModule;
const onUnix = test.skipIf(process.platform === "win32");

onUnix("a file is whole or absent, whatever fails", async () => {
  const hunt = new Hunt({ seed: 1, cases: 12 });
  await writer.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(12);
});

/** Writers as one writes them at first, and what is to be found of each. */
const NAIVE: Record<string, [string, RegExp]> = {
  "in place": [
    `const file = await open(path, "w");
     await file.write(content.slice(0, 99));
     await file.write(content.slice(99));
     await file.close();`,
    /neither old nor new|replaced without force/,
  ],
  "to a name that stays": [
    'await writeFile(path + ".tmp", content); await rename(path + ".tmp", path);',
    /leaves|replaced without force|the link is gone/,
  ],
};

onUnix.each(Object.keys(NAIVE))("a writer that writes %s is found out", async (name) => {
  const [body, found] = NAIVE[name]!;
  const folder = await mkdtemp(join(tmpdir(), "unlabeled-naive-"));
  try {
    const script = join(folder, "naive.mjs");
    await writeFile(
      script,
      `import { open, rename, writeFile } from "node:fs/promises";
       const [path, content] = process.argv.slice(2);
       try { ${body} process.stdout.write("written\\n"); }
       catch (error) { process.stderr.write(error.message + "\\n"); process.exitCode = 1; }`,
    );
    const hunt = new Hunt({ seed: 1, cases: 12 });
    await writerCampaign(script).run(hunt);
    expect(hunt.faults.join("\n")).toMatch(found);
  } finally {
    await rm(folder, { recursive: true });
  }
});
