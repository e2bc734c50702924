/**
 * @file Lets every call of the file system that a write makes fail, or the process stop at it, and looks at what is there
 * then: the old file whole, the new one whole, or none where none was.
 */
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Random } from "../src/random.js";
import { type Campaign, CannotRun, type Hunt } from "./campaign.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const OLD = "what was there before";
const MODE = 0o640;
const TIME_LIMIT_MS = 120_000;

/** State of the folder before a write. */
interface Scene {
  readonly name: string;
  /** The path that is written to, in the case's folder. */
  readonly path: string;
  /** Path of the file then, if the path is a link. Default: `path`. */
  readonly place?: string;
  readonly force?: boolean;
  readonly makeFolder?: boolean;
  /** True if a file is there before. */
  readonly old?: boolean;
  prepare?(folder: string): void;
}

const LONG = "n".repeat(250);
const SCENES: readonly Scene[] = [
  { name: "no file", path: "a" },
  { name: "no file, forced", path: "a", force: true },
  { name: "a file, forced", path: "a", old: true, force: true },
  { name: "a file", path: "a", old: true },
  { name: "a name of 250 bytes", path: LONG, old: true, force: true },
  { name: "no folder", path: "x/y/a", makeFolder: true },
  {
    name: "a link to a file",
    path: "link",
    place: "there/a",
    old: true,
    force: true,
    prepare: (folder) => symlinkSync("there/a", join(folder, "link")),
  },
  {
    name: "a link to no file",
    path: "link",
    place: "there/a",
    prepare(folder) {
      mkdirSync(join(folder, "there"));
      symlinkSync("there/a", join(folder, "link"));
    },
  },
];

interface Fault {
  readonly call: string;
  readonly number: number;
  readonly what: string;
}

const CODES = ["ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT", "EPERM"];

/** @param script writes as `writer-case.ts` does. */
export function writerCampaign(script: string): Campaign {
  return {
    name: "writer",
    summary:
      "a file is the old one whole, the new one whole, or absent, whatever fails and wherever it stops",
    async run(hunt) {
      if (process.platform === "win32") throw new CannotRun("wants links, modes and signals");
      const kinds = [faults(script, hunt), concurrent(script, hunt), surroundings(script, hunt)];
      // Mostly faults; the others in between.
      for (let turn = 0; hunt.more(); turn++) {
        const kind = turn % 8 === 5 ? kinds[1]! : turn % 8 === 7 ? kinds[2]! : kinds[0]!;
        const folder = realpathSync(mkdtempSync(join(tmpdir(), "unlabeled-writer-")));
        try {
          await kind(folder);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }
    },
  };
}

export const writer = writerCampaign(here("writer-case.js"));

function write(
  script: string,
  folder: string,
  { path, force = false, makeFolder = false }: Scene,
  content: string,
  env: Record<string, string> = {},
): SpawnSyncReturns<string> {
  const preload = ["--import", here("faulty-files.js")];
  const args = [...preload, script, path, content, String(force), String(makeFolder)];
  return spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGTERM",
  });
}

/** Every fault of every scene, one after the other, in an order of the seed. */
function faults(script: string, hunt: Hunt): (folder: string) => void {
  let left: { scene: Scene; fault: Fault }[] = [];
  return (folder) => {
    if (left.length === 0) left = shuffled(everyFault(script, hunt.random), hunt.random);
    const { scene, fault } = left.pop()!;
    hunt.figure("faults of calls", Number(hunt.figures["faults of calls"] ?? 0) + 1);
    const content = `new, as of case ${hunt.cases} `.repeat(1 + Math.floor(2000 * hunt.random.uniform()));
    const say = (what: string) =>
      hunt.fault(`${scene.name}, ${fault.call} ${fault.number} ${fault.what}: ${what}`);
    prepare(scene, folder);
    const UNLABELED_FAULT = `${fault.call}:${fault.number}:${fault.what}`;
    const { status, signal, stdout, stderr } = write(script, folder, scene, content, { UNLABELED_FAULT });
    const killed = signal === "SIGKILL";
    if (signal !== null && !killed) return say(`ended by ${signal}`);

    const now = contentAt(folder, scene);
    const before = scene.old ? OLD : undefined;
    if (now !== before && now !== content)
      return say(`neither old nor new: ${JSON.stringify(now?.slice(0, 40))}`);
    if (scene.old && !scene.force && now !== OLD) return say("replaced without force");
    if (scene.old && (lstatSync(join(folder, scene.place ?? scene.path)).mode & 0o777) !== MODE)
      if (fault.call !== "chmod" && fault.call !== "stat") say("the mode is another");
    if (scene.place && !lstatSync(join(folder, scene.path)).isSymbolicLink()) say("the link is gone");
    if (!killed) {
      const written = status === 0 && stdout === "written\n" && stderr === "";
      const refused = status === 1 && stdout === "" && /^[^\n]+\n$/.test(stderr);
      if (!written && !refused) say(`status ${status}, ${JSON.stringify(stdout)}, ${JSON.stringify(stderr)}`);
      if (written && now !== content) say("said to be written, and is not");
      if (refused && now !== before) say(`${JSON.stringify(stderr)}, but it is written`);
      const stray = temporaries(folder);
      if (stray.length > 0) say(`leaves ${stray}`);
      if (
        refused &&
        scene.makeFolder &&
        !["rmdir", "mkdir"].includes(fault.call) &&
        readdirSync(folder).length > 0
      )
        say("leaves folders that it made");
      return;
    }
    // The next one to write there removes what a killed one has left.
    const next = { name: "next", path: `${(scene.place ?? scene.path).replace(/[^/]*$/, "")}next` };
    const after = write(script, folder, { ...next, makeFolder: true }, "next");
    if (after.status !== 0) say(`the next cannot write: ${after.stderr}`);
    const stray = temporaries(folder);
    if (stray.length > 0) say(`the next leaves ${stray}`);
    if (contentAt(folder, scene) !== now) say("the next has changed it");
  };
}

/** Calls are counted by a write without a fault. */
function everyFault(script: string, random: Random): { scene: Scene; fault: Fault }[] {
  return SCENES.flatMap((scene) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "unlabeled-writer-")));
    try {
      prepare(scene, folder);
      const counted = write(script, folder, scene, "content", { UNLABELED_COUNTS: "1" });
      const counts = JSON.parse(String(counted.output[3])) as Record<string, number>;
      return Object.entries(counts).flatMap(([call, count]) =>
        Array.from({ length: count }, (_, i) => i + 1).flatMap((number) =>
          [CODES[Math.floor(CODES.length * random.uniform())]!, "stop", "stop-after"].map((what) => ({
            scene,
            fault: { call, number, what },
          })),
        ),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function prepare({ path, place = path, old, prepare }: Scene, folder: string): void {
  prepare?.(folder);
  if (!old) return;
  mkdirSync(join(folder, place, ".."), { recursive: true });
  writeFileSync(join(folder, place), OLD);
  chmodSync(join(folder, place), MODE);
}

function contentAt(folder: string, { path, place = path }: Scene): string | undefined {
  try {
    return readFileSync(join(folder, place), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function temporaries(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".tmp"));
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return Array.from(random.permutation(items.length), (i) => items[i]!);
}

/** Some processes write the same file at once, and one of them is killed in the midst. */
function concurrent(script: string, hunt: Hunt): (folder: string) => Promise<void> {
  return async (folder) => {
    const force = hunt.random.uniform() < 0.5;
    const say = (what: string) => hunt.fault(`four writers at once, force ${force}: ${what}`);
    const contents = Array.from({ length: 4 }, (_, i) => `writer ${i} `.repeat(3000));
    const children = contents.map((content, i) => {
      const preload = i === 3 ? ["--import", here("faulty-files.js")] : [];
      const env = { ...process.env, UNLABELED_FAULT: "write:2:stop" };
      const args = [...preload, script, "a", content, String(force), "false"];
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
      return new Promise<number | null>((resolve) => child.on("close", resolve));
    });
    const codes = await Promise.all(children);
    const written = contents.filter((_, i) => codes[i] === 0);
    const now = contentAt(folder, { name: "", path: "a" });
    if (force ? written.length !== 3 : written.length !== 1) say(`${written.length} say they have written`);
    if (now === undefined || !written.includes(now)) say("the file is of none of them");
    if (write(script, folder, { name: "next", path: "next" }, "next").status !== 0)
      say("the next cannot write");
    const stray = temporaries(folder);
    if (stray.length > 0) say(`leaves ${stray}`);
  };
}

/** A disk that is full, one that is read-only, a limit on the size of files, and what is no file. */
function surroundings(script: string, hunt: Hunt): (folder: string) => void {
  let turn = 0;
  return (folder) => {
    const content = "x".repeat(200_000);
    const kinds: Record<string, () => void> = {
      "files of at most 64 KiB"() {
        prepare(SCENES[2]!, folder);
        const command = `ulimit -f 64; exec '${process.execPath}' '${script}' a "$CONTENT" true false`;
        const args = ["-c", command];
        const env = { ...process.env, CONTENT: content.slice(0, 100_000) };
        refused(spawnSync("sh", args, { cwd: folder, env, encoding: "utf8" }), OLD, "a");
      },
      "a disk that is full"() {
        mounted("size=64k", () => {
          writeFileSync(join(folder, "disk", "a"), OLD);
          refused(
            write(script, folder, { name: "", path: "disk/a", force: true }, content.slice(0, 100_000)),
            OLD,
            "disk/a",
          );
        });
      },
      "a disk that is read-only"() {
        mounted("size=64k", () => {
          writeFileSync(join(folder, "disk", "a"), OLD);
          execFileSync("mount", ["-o", "remount,ro", join(folder, "disk")]);
          refused(write(script, folder, { name: "", path: "disk/a", force: true }, "new"), OLD, "disk/a");
        });
      },
      "a folder"() {
        mkdirSync(join(folder, "a"));
        refused(write(script, folder, { name: "", path: "a", force: true }, "new"), undefined, undefined);
      },
      "a device"() {
        symlinkSync("/dev/null", join(folder, "a"));
        const { status } = write(script, folder, { name: "", path: "a", force: true }, "new");
        if (status !== 0 || !lstatSync("/dev/null").isCharacterDevice()) say(`status ${status}`);
      },
      "links in a circle"() {
        symlinkSync("b", join(folder, "a"));
        symlinkSync("a", join(folder, "b"));
        refused(write(script, folder, { name: "", path: "a", force: true }, "new"), undefined, undefined);
      },
    };
    const [name, run] = Object.entries(kinds)[turn++ % Object.keys(kinds).length]!;
    const say = (what: string) => hunt.fault(`${name}: ${what}`);
    run();
    const stray = temporaries(folder);
    if (stray.length > 0) say(`leaves ${stray}`);

    function refused({ status, stdout, stderr }: SpawnSyncReturns<string>, content?: string, path?: string) {
      if (status !== 1 || stdout !== "" || !/^[^\n]+\n$/.test(stderr))
        say(`status ${status}, ${JSON.stringify(stdout)}, ${JSON.stringify(stderr)}`);
      if (path !== undefined && contentAt(folder, { name: "", path }) !== content)
        say("it is not what it was");
    }

    /** Only root may mount. */
    function mounted(options: string, then: () => void): void {
      const disk = join(folder, "disk");
      mkdirSync(disk);
      if (spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]).status !== 0) return;
      hunt.figure("mounts", Number(hunt.figures.mounts ?? 0) + 1);
      try {
        then();
      } finally {
        execFileSync("umount", [disk]);
      }
    }
  };
}
