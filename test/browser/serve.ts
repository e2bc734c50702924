/**
 * @file A web server on loopback for one test: files from memory and folders.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface Served {
  /** Such as `http://127.0.0.1:40123/`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves by path; a `URL` is read from disk, a string or bytes are the content.
 * @param isolated whether the page is, without which there is no shared memory and so no second thread.
 * @param policy its Content-Security-Policy. Default: none.
 */
export async function serve(
  files: Readonly<Record<string, string | Uint8Array | URL>>,
  { isolated = true, policy }: { isolated?: boolean; policy?: string } = {},
): Promise<Served> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const file = files[path];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = file instanceof URL ? await readFile(file) : file;
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "text/html",
      // Together these isolate the page.
      ...(isolated && {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      }),
      ...(policy !== undefined && { "content-security-policy": policy }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
