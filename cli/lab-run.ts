/**
 * @file The lab from the command line: opens the data, serves until Ctrl-C.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isEmbedded } from "../src/data/embedded.js";
import { isLoopback, openData, startLabServer } from "./lab-server.js";
import type { Terminal } from "./terminal.js";

export interface LabFlags {
  readonly host: string;
  readonly port: number;
}

/** Serves the lab until a signal ends it, which is its usual end. */
export async function runLab(terminal: Terminal, data: string, { host, port }: LabFlags): Promise<void> {
  const build = join(packageFolder(), "dist", "lab");
  if (!existsSync(join(build, "index.html")))
    throw new RangeError(`${build}: the lab has not been built (in a checkout: npm run build)`);
  const runtime = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  const embedded = isEmbedded(data) ? data : undefined;
  const file = embedded === undefined ? await openData(data) : undefined;
  try {
    const server = await startLabServer({ build, runtime, data: file, embedded, host, port }).catch(
      (error: NodeJS.ErrnoException) => {
        throw new RangeError(`lab: cannot listen at ${host}, port ${port} (${error.code ?? error.message})`);
      },
    );
    try {
      if (!isLoopback(host))
        terminal.complain(
          `lab: warning: --host ${host} lets other machines in; whoever has the address below sees the data, and it is sent unencrypted`,
        );
      const { interrupts } = terminal;
      const forget = interrupts.hear(() => "the lab has ended");
      await interrupts.during(
        () => {},
        async (signal) => {
          await terminal.print(`${server.url}\n`);
          terminal.stderr.write("open this address in a browser, once; Ctrl-C ends the lab\n");
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      );
      forget();
    } finally {
      await server.close();
    }
  } finally {
    await file?.handle.close();
  }
}

/** Folder of the package, from its sources as from its build. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
