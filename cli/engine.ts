/**
 * @file The engine as the command line sets it up.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { configureRuntime, runtime } from "../src/engine/session.js";
import type { Messages } from "./messages.js";
import { nativeInstallCommand } from "./native-install.js";

/** Loads the runtime; says once how to get the native one if it is not there, or why it does not serve. */
export async function startEngine(threads: number | undefined, messages: Messages): Promise<void> {
  configureRuntime({ threads });
  const { noNative } = await runtime();
  if (!noNative) return;
  const note = `the native runtime ${noNative.reason}, WebAssembly is slower`;
  // The package is where its package.json is, above dist/cli/.
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  messages.note(noNative.installed ? note : `${note}: ${await nativeInstallCommand(root)}`);
}
