/**
 * @file Outputs that are opened before the work: what is refused at once, what is followed, written into or replaced, and
 * what is left behind.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openOutput } from "../../node/output.js";
import { writeFileAtomic } from "../../node/write.js";

let folder: string;
const at = (name: string) => join(folder, name);
const read = (name: string) => readFile(at(name), "utf8");
const names = async () => (await readdir(folder)).sort();
const force = { force: true };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-output-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("the file is there after commit and not before, and under no other name then", async () => {
  const output = await openOutput(at("a"));
  await output.write("half ");
  await expect(lstat(at("a"))).rejects.toThrow("ENOENT");
  expect(await names()).toEqual([expect.stringMatching(/^\.unlabeled-.{1,50}\.tmp$/)]);
  await output.write(Buffer.from("whole"));
  await output.commit();
  await output.abandon();
  expect([await read("a"), await names()]).toEqual(["half whole", ["a"]]);
});

test("abandoned, nothing is left, not even the folders that were made; what others put there stays", async () => {
  const output = await openOutput(at("x/y/z/a"), { makeFolder: true });
  expect(await names()).toEqual(["x"]);
  await output.abandon();
  await output.abandon();
  expect(await names()).toEqual([]);
  const other = await openOutput(at("x/y/z/a"), { makeFolder: true });
  await writeFile(at("x/theirs"), "");
  await other.abandon();
  expect(await readdir(at("x"))).toEqual(["theirs"]);
});

test("a name as long as the file system takes is as good as any; a longer one is refused before the work", async () => {
  const long = "n".repeat(255);
  await writeFileAtomic(at(long), "x");
  expect(await read(long)).toBe("x");
  await expect(openOutput(at(`${long}n`))).rejects.toThrow("cannot be written (ENAMETOOLONG: name too long)");
  expect(await names()).toEqual([long]);
});

test.each(["", "a/", "a//"])("%j is no name of a file", async (name) => {
  await expect(openOutput(name)).rejects.toThrow("is no name of a file");
});

describe.skipIf(process.platform === "win32")("where the system has links, modes and special files", () => {
  test("symbolic links are followed, and stay", async () => {
    await mkdir(at("there"));
    await writeFile(at("there/file"), "old");
    await symlink("there/file", at("link"));
    await symlink("link", at("chain"));
    await symlink("there/../there/new", at("dangling"));
    await writeFileAtomic(at("chain"), "new", force);
    expect([await read("there/file"), await readlink(at("chain"))]).toEqual(["new", "link"]);
    await expect(openOutput(at("chain"))).rejects.toThrow("is there already");
    await writeFileAtomic(at("dangling"), "made");
    expect(await read("there/new")).toBe("made");
    expect(await readlink(at("dangling"))).toBe("there/../there/new");
    expect(await readdir(at("there"))).toEqual(["file", "new"]);
  });

  test("behind a link to a folder, .. is the folder above the one it leads to", async () => {
    await mkdir(at("deep/er"), { recursive: true });
    await symlink("deep/er", at("door"));
    await writeFileAtomic(`${folder}/door/../a`, "x");
    await symlink("door/../b", at("around"));
    await writeFileAtomic(at("around"), "x");
    expect((await readdir(at("deep"))).sort()).toEqual(["a", "b", "er"]);
  });

  test("links in a circle, and links to what is no file, are refused", async () => {
    await symlink("b", at("a"));
    await symlink("a", at("b"));
    await symlink(".", at("here"));
    await expect(openOutput(at("a"), force)).rejects.toThrow("a: its symbolic links lead in a circle");
    await expect(openOutput(at("here"), force)).rejects.toThrow("here: is a folder");
    await symlink("none/c", at("astray"));
    await expect(openOutput(at("astray"), force)).rejects.toThrow("astray: no such folder");
    expect(await names()).toEqual(["a", "astray", "b", "here"]);
  });

  test("a device is written into and stays a device, with force and without", async () => {
    await symlink("/dev/null", at("null"));
    for (const path of ["/dev/null", at("null")]) {
      for (const options of [{}, force]) {
        await writeFileAtomic(path, "away", options);
        expect((await stat(path)).isCharacterDevice()).toBe(true);
      }
    }
    expect((await lstat(at("null"))).isSymbolicLink()).toBe(true);
  });

  test.skipIf(process.platform !== "linux")("a device that is full says so", async () => {
    await expect(writeFileAtomic("/dev/full", "x")).rejects.toThrow(
      "/dev/full: cannot be written (ENOSPC: no space left on device)",
    );
  });

  test("a FIFO is waited for and written into, more than it holds, in order", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const opened = openOutput(at("pipe"), force);
    const reader = spawn("cat", [at("pipe")]);
    const got: Buffer[] = [];
    reader.stdout.on("data", (bytes) => got.push(bytes));
    // It may end before the writer knows that all was taken.
    const ended = new Promise((resolve) => reader.on("close", resolve));
    const output = await opened;
    const pieces = Array.from({ length: 40 }, (_, i) => Buffer.alloc(10_000, 65 + i));
    for (const piece of pieces) await output.write(piece);
    await output.commit();
    await ended;
    expect(Buffer.concat(got).equals(Buffer.concat(pieces))).toBe(true);
    expect((await stat(at("pipe"))).isFIFO()).toBe(true);
    expect(await names()).toEqual(["pipe"]);
  });

  test("a socket is refused", async () => {
    const server = createServer().listen(at("socket"));
    await new Promise((resolve) => server.on("listening", resolve));
    await expect(openOutput(at("socket"), force)).rejects.toThrow("socket: is a socket, want a file");
    await new Promise((resolve) => server.close(resolve));
  });

  test("a file that became something else while we worked is not replaced", async () => {
    const becomes = { a: () => mkdir(at("a")), b: async () => execFileSync("mkfifo", [at("b")]) };
    for (const [name, become] of Object.entries(becomes)) {
      const output = await openOutput(at(name), force);
      await output.write("x");
      await become();
      await expect(output.commit()).rejects.toThrow(`${name}: is no longer a file`);
    }
    expect(await names()).toEqual(["a", "b"]);
  });

  test("the mode of the file that is replaced is kept, and its owner where we may", async () => {
    for (const mode of [0o600, 0o640, 0o755, 0o444]) {
      await writeFile(at("a"), "old");
      await chmod(at("a"), mode);
      const root = process.getuid?.() === 0;
      if (root) await chown(at("a"), 65534, 65534);
      await writeFileAtomic(at("a"), "new", force);
      const { mode: now, uid, gid } = await stat(at("a"));
      expect(now & 0o7777).toBe(mode);
      if (root) expect([uid, gid]).toEqual([65534, 65534]);
      expect(await read("a")).toBe("new");
      await rm(at("a"));
    }
  });

  test("a folder that may not be written to is told when the output is opened", async () => {
    await mkdir(at("closed"));
    await chmod(at("closed"), 0o555);
    await chmod(folder, 0o755);
    const [user, group] = [process.geteuid!(), process.getegid!()];
    // Root may write anywhere.
    if (user === 0) {
      process.setegid!(65534);
      process.seteuid!(65534);
    }
    try {
      await expect(openOutput(at("closed/a"))).rejects.toThrow(
        /closed\/a: cannot be written \(EACCES: permission denied\)$/,
      );
      await expect(openOutput(at("closed/b/a"), { makeFolder: true })).rejects.toThrow(/EACCES/);
    } finally {
      process.seteuid!(user);
      process.setegid!(group);
    }
    expect(await readdir(at("closed"))).toEqual([]);
  });

  describe("leftovers", () => {
    const module = fileURLToPath(new URL("../../dist/node/index.js", import.meta.url));

    /** A process that has opened outputs in the folder and lives on until it is killed. */
    async function opener(): Promise<{
      child: ChildProcess;
      kill(signal: NodeJS.Signals): Promise<unknown>;
    }> {
      const script = `
        const { openOutput } = await import(${JSON.stringify(module)});
        await openOutput("a", { force: true });
        await openOutput("made/b", { makeFolder: true });
        process.on("SIGUSR2", () => process.exit(7));
        setInterval(() => {}, 1000);
        console.log("opened");`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const ended = new Promise((resolve) => child.on("close", resolve));
      return {
        child,
        kill: (signal) => {
          child.kill(signal);
          return ended;
        },
      };
    }
    const temporary = expect.stringMatching(/^\.unlabeled-.*\.tmp$/);

    test("of a process that ends by itself there are none", async () => {
      const { kill } = await opener();
      expect(await names()).toEqual([temporary, "made"]);
      await kill("SIGUSR2");
      expect(await names()).toEqual([]);
    });

    test.each(["a", "made/a"])("of one that ends while %s is being opened neither", async (path) => {
      const script = `
        import { readdirSync } from "node:fs";
        const { openOutput } = await import(${JSON.stringify(module)});
        openOutput(${JSON.stringify(path)}, { makeFolder: true });
        const look = () => (readdirSync(".").length > 0 ? process.exit(7) : setImmediate(look));
        look();`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
      expect(await new Promise((resolve) => child.on("close", resolve))).toBe(7);
      expect(await names()).toEqual([]);
    });

    test("those of a killed process are removed by the next output, those of a living one are not", async () => {
      const [killed, living] = [await opener(), await opener()];
      const ours = await openOutput(at("ours"));
      expect(await names()).toEqual([temporary, temporary, temporary, "made"]);
      await killed.kill("SIGKILL");
      await writeFileAtomic(at("next"), "");
      // One of the living process, one of ours.
      expect(await names()).toEqual([temporary, temporary, "made", "next"]);
      await ours.write("x");
      await ours.commit();
      expect(await names()).toEqual([temporary, "made", "next", "ours"]);
      await living.kill("SIGKILL");
      await writeFileAtomic(at("made/next"), "");
      expect(await readdir(at("made"))).toEqual(["next"]);
      await writeFileAtomic(at("next"), "", force);
      expect(await names()).toEqual(["made", "next", "ours"]);
    });

    test("those of another machine, and what only looks like one, stay", async () => {
      const output = await openOutput(at("a"));
      const [own] = await names();
      await output.abandon();
      const [, host, pid] = /^\.unlabeled-(\w+)-(\d+)-/.exec(own!)!;
      const other = host!.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
      const foreign = [`.unlabeled-${other}-999999999-1-0.tmp`, `.unlabeled-${host}-${pid}.tmp`];
      for (const name of foreign) await writeFile(at(name), "");
      // The number of a living process, but started at another time; and a number that no process has.
      if (process.platform === "linux") await writeFile(at(`.unlabeled-${host}-${pid}-1-0.tmp`), "");
      await writeFile(at(`.unlabeled-${host}-999999999-1-0.tmp`), "");
      await writeFileAtomic(at("a"), "");
      expect(await names()).toEqual([...foreign, "a"].sort());
    });
  });
});
