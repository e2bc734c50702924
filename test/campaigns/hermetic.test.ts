/** @file Nothing is told to others, and nothing is left behind. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { faultsOf, heldFor } from "../../campaigns/hermetic.js";
import { WATCHER } from "../../campaigns/watched-process.js";
import { MAIN } from "../cli/command.js";

/** A folder whose work/ holds some files. */
async function placeWith(files: Readonly<Record<string, string>>): Promise<string> {
  const place = await realpath(await mkdtemp(join(tmpdir(), "unlabeled-watched-")));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  await mkdir(join(place, "work"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, "work", name), text);
  return place;
}

// The runtime makes its files as soon as it starts; what comes later is for the long form. It takes some seconds, and far more
// where the machine has other work: the bound is for what hangs.
test("fits, native, in WebAssembly and in workers, open no socket and write what they were asked to", {
  timeout: 240_000,
}, async () => {
  const hunt = new Hunt({ seed: 1, cases: 4 });
  await heldFor(0).run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(4);
});

test.skipIf(process.platform === "win32")(
  "what the user allows the runtime is left to the user, and is seen",
  async () => {
    const place = await placeWith({ "x.csv": "a,b\n1,2\n2,1\n3,5\n" });
    const args = [MAIN, ..."fit x.csv --method pca --latent-dim 1 -o m.st --quiet".split(" ")];
    // It would report after ten seconds; this takes one.
    const faults = await faultsOf(place, args, ["m.st"], { env: { ORT_DISABLE_TELEMETRY: "0" } });
    expect(faults.join("\n")).toMatch(/^leaves .*deviceid/m);
  },
);

const watchers = WATCHER === "strace" ? (["strace", "proc"] as const) : ([WATCHER] as const);
test.for(watchers.filter((watcher) => watcher !== "none"))(
  "files and sockets are seen by %s",
  async (watcher) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    const { port } = server.address() as { port: number };
    const place = await placeWith({});
    const elsewhere = join(place, "elsewhere");
    await writeFile(
      join(place, "work/talks.mjs"),
      `import { connect } from "node:net";
     import { openSync, rmSync, writeFileSync } from "node:fs";
     writeFileSync(process.env.HOME + "/id", "");
     openSync(${JSON.stringify(elsewhere)}, "w");
     rmSync(${JSON.stringify(elsewhere)});
     writeFileSync("more", "");
     console.error("warning");
     const socket = connect(${port}, "127.0.0.1");
     setTimeout(() => socket.destroy(), 300);`,
    );
    const faults = await faultsOf(place, ["talks.mjs"], [], { watcher });
    expect(faults[0]).toBe('says "warning\\n"');
    expect(faults[1]).toBe("makes [more] and should make []");
    expect(faults[2]).toBe("leaves (1): home/id");
    expect(faults[3]).toMatch(/^opens to write .*elsewhere/);
    expect(faults[4]).toMatch(/^opens sockets /);
    expect(faults).toHaveLength(5);
  },
);
