/**
 * @file The lab's server: one browser, the files of the build and one file of data; and the verb, which serves until a signal.
 */
import { EventEmitter } from "node:events";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LabData, type LabServer, openData, startLabServer } from "../../cli/lab-server.js";
import { expectError, FLOWERS, workplace } from "./command.js";

const { path, unlabeled, spawned } = await workplace();

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for a path as it stands, which `fetch` would tidy up. */
function get(
  { port, path: asked }: { port: number; path: string },
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, path: asked, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (piece) => {
        body += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    asking.on("error", reject).end();
  });
}

describe("the server", () => {
  let data: LabData;
  let server: LabServer;
  let port: number;
  let cookie: string;
  const ask = (asked: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    get({ port, path: asked }, { cookie, ...headers }, method);

  beforeAll(async () => {
    await mkdir(path("build/assets"), { recursive: true });
    await mkdir(path("runtime"));
    await writeFile(path("build/index.html"), "<!doctype html><title>lab</title>");
    await writeFile(path("build/assets/main.js"), "export {};");
    await writeFile(path("runtime/ort-wasm-simd-threaded.mjs"), "export {};");
    await writeFile(path("runtime/ort-wasm-simd-threaded.wasm"), "wasm");
    await writeFile(path("runtime/ort.all.js"), "not for pages");
    await writeFile(path("secret.txt"), "secret");
    await symlink(path("secret.txt"), path("build/assets/link.txt"));
    await symlink(path("."), path("build/folder"));
    await writeFile(path("flowers.csv"), FLOWERS);
  });

  beforeEach(async () => {
    data = await openData(path("flowers.csv"));
    server = await startLabServer({
      build: path("build"),
      runtime: path("runtime"),
      data,
      host: "127.0.0.1",
      port: 0,
    });
    const { port: own, pathname, search } = new URL(server.url);
    port = Number(own);
    const opened = await get({ port, path: pathname + search });
    cookie = opened.headers["set-cookie"]![0]!.split(";")[0]!;
    return async () => {
      await server.close();
      await data.handle.close();
    };
  });

  test("the address that is printed becomes a cookie that scripts do not see, once", async () => {
    const { pathname, search } = new URL(server.url);
    expect(search).toMatch(/^\?token=[0-9a-f]{64}$/);
    expect((await get({ port, path: pathname + search })).status).toBe(403);
    const other = await startLabServer({
      build: path("build"),
      runtime: path("runtime"),
      host: "127.0.0.1",
      port: 0,
    });
    const address = new URL(other.url);
    const { status, headers } = await get({ port: Number(address.port), path: `/${address.search}` });
    expect(status).toBe(303);
    expect(headers.location).toBe("/");
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^unlabeled-lab-\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/),
    ]);
    await other.close();
  });

  test("files of the build and the two of the runtime are served, each with the headers", async () => {
    for (const [asked, type] of Object.entries({
      "/": "text/html; charset=utf-8",
      "/index.html": "text/html; charset=utf-8",
      "/assets/main.js": "text/javascript; charset=utf-8",
      "/runtime/ort-wasm-simd-threaded.wasm": "application/wasm",
    })) {
      const { status, headers } = await ask(asked);
      expect({ asked, status, type: headers["content-type"] }).toEqual({ asked, status: 200, type });
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringContaining(
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:",
        ),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    }
  });

  test("static hosts are told the same headers", async () => {
    const { headers } = await ask("/");
    const told = await readFile(new URL("../../lab/_headers", import.meta.url), "utf8");
    // Those of the runtime alone come behind.
    const [ofAll] = told.split("\n/runtime/");
    const pairs = [...ofAll!.matchAll(/^ {2}([\w-]+): (.*)$/gm)].map(([, name, value]) => [
      name!.toLowerCase(),
      value,
    ]);
    expect(pairs.length).toBe(6);
    expect(headers).toMatchObject(Object.fromEntries(pairs));
  });

  test("the data have an address that nobody guesses, and stay those that were opened", async () => {
    const { file } = JSON.parse((await ask("/session.json")).body);
    expect(file).toEqual({
      name: "flowers.csv",
      size: FLOWERS.length,
      address: expect.stringMatching(/^\/data\/[0-9a-f]{32}$/),
    });
    expect((await ask(file.address)).body).toBe(FLOWERS);
    // Another file in its place, or a link, is not what was opened.
    await rename(path("flowers.csv"), path("moved.csv"));
    await symlink(path("secret.txt"), path("flowers.csv"));
    expect((await ask(file.address)).body).toBe(FLOWERS);
    await rm(path("flowers.csv"));
    await rename(path("moved.csv"), path("flowers.csv"));
    expect((await ask("/data/flowers.csv")).status).toBe(404);
    expect((await ask("/flowers.csv")).status).toBe(404);
  });

  test.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])(
    "a name that leads here is refused: Host %j",
    async (host) => {
      expect((await ask("/", { host })).status).toBe(403);
    },
  );

  test("loopback has three names", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"])
      expect((await ask("/", { host: `${name}:${port}` })).status).toBe(200);
  });

  test.each(["http://evil.example", "https://127.0.0.1", "null", "http://localhost:1"])(
    "what another page asks for is refused: Origin %j",
    async (origin) => {
      expect((await ask("/session.json", { origin })).status).toBe(403);
    },
  );

  test("its own page may ask", async () => {
    expect((await ask("/session.json", { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });

  test.each(["/", "/session.json", "/assets/main.js", "/runtime/ort-wasm-simd-threaded.wasm"])(
    "nothing is told without the token: %s",
    async (asked) => {
      for (const given of ["", "unlabeled-lab-1=1", `unlabeled-lab-${port}=${"0".repeat(64)}`]) {
        const { status, body } = await ask(asked, { cookie: given });
        expect({ status, body }).toEqual({ status: 403, body: "open the address that was printed\n" });
      }
      expect((await ask("/?token=", { cookie: "" })).status).toBe(403);
      expect((await ask(`/?token=${"0".repeat(64)}`, { cookie: "" })).status).toBe(403);
    },
  );

  test.each([
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//etc/passwd",
    "/etc/passwd",
    "/%2fetc%2fpasswd",
    "/assets/link.txt",
    "/folder/secret.txt",
    "/folder",
    "/assets",
    "/runtime/ort.all.js",
    "/runtime/../secret.txt",
    "/index.html%00.js",
  ])("no path leads out of the table: %s", async (asked) => {
    const { status, body } = await ask(asked);
    expect({ status, body }).toEqual({ status: 404, body: "no such file\n" });
  });

  test("an absolute path in the place of an address is refused", async () => {
    expect((await ask(path("secret.txt"))).status).toBe(404);
    expect((await ask(`http://127.0.0.1:${port}${path("secret.txt")}`)).status).toBe(404);
  });

  test("nothing can be written", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) expect((await ask("/", {}, method)).status).toBe(405);
    expect(await ask("/", {}, "HEAD")).toMatchObject({ status: 200, body: "" });
  });
});

describe("the verb", () => {
  test("it prints its address once, serves the data, and ends by Ctrl-C as done", async () => {
    await writeFile(path("own.csv"), FLOWERS);
    const signals = new EventEmitter();
    let address = "";
    const outcome = await unlabeled(["lab", "own.csv"], {
      signals,
      onStdout: (piece) => {
        address = piece.trim();
      },
      onStderr: () => void visit(address).finally(() => signals.emit("SIGINT")),
    });
    expect(outcome).toEqual({
      code: 0,
      stdout: `${address}\n`,
      stderr: "open this address in a browser, once; Ctrl-C ends the lab\n",
    });
    expect(visited).toBe(FLOWERS);
  });

  let visited = "";
  async function visit(address: string): Promise<void> {
    const { port: own, search } = new URL(address);
    const port = Number(own);
    const { headers } = await get({ port, path: `/${search}` });
    const cookie = headers["set-cookie"]![0]!.split(";")[0]!;
    const { file } = JSON.parse((await get({ port, path: "/session.json" }, { cookie })).body);
    visited = (await get({ port, path: file.address }, { cookie })).body;
  }

  test("the built command ends by Ctrl-C", async () => {
    const { code, stdout } = await spawned(["lab"], {
      onStart: (child) => void child.stderr!.once("data", () => child.kill("SIGINT")),
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{64}\n$/),
    });
  });

  test("other machines are let in with a warning alone", async () => {
    const signals = new EventEmitter();
    const { code, stdout, stderr } = await unlabeled(["lab", "--host", "0.0.0.0"], {
      signals,
      onStderr: (piece) => {
        if (piece.startsWith("open")) signals.emit("SIGTERM");
      },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\?token=[0-9a-f]{64}\n$/);
    expect(stderr).toMatch(/^unlabeled: lab: warning: --host 0\.0\.0\.0 lets other machines in[^\n]*\n/);
  });

  afterAll(() => rm(path("folder"), { recursive: true, force: true }));

  test("bad data, hosts and ports are told in a line", async () => {
    await mkdir(path("folder"));
    expectError(await unlabeled(["lab", "absent.csv"]), 1, /absent\.csv: no such file/);
    expectError(await unlabeled(["lab", "folder"]), 1, /folder: is no file/);
    expectError(await unlabeled(["lab", "--host", "203.0.113.1"]), 1, /cannot listen at 203\.0\.113\.1/);
    expectError(await unlabeled(["lab", "--port", "70000"]), 2, /from 0 to 65535/);
  });
});
