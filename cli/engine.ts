/**
 * @file The engine as the command line sets it up.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeInstallCommand } from "../node/native-install.js";
import { configureRuntime, runtime } from "../src/engine/session.js";
import type { Messages } from "./messages.js";

/** Loads the runtime; says once how to get the native one if it is not there, or why it does not serve. */
export async function startEngine(threads: number | undefined, messages: Messages): Promise<void> {
  configureRuntime({ threads });
  const { noNative } = await runtime();
  if (!noNative) return;
  const note = `the native runtime ${noNative.reason}, WebAssembly is slower`;
  messages.note(noNative.installed ? note : `${note}: ${await nativeInstallCommand(packageRoot())}`);
}

/** The package's folder, with its package.json, above dist/cli/. */
export function packageRoot(): string {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}
