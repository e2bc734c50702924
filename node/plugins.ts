/**
 * @file Methods of the user's own, from JavaScript modules that export what `defineMethod` made.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { MethodEntry } from "../src/methods/method-entry.js";
import { methods } from "../src/methods/registry.js";
import { messageOf, oneLine } from "./error-text.js";

/** @throws RangeError for a module that cannot be loaded, or exports no method, or one of a name that is taken. */
export async function readPlugins(paths: readonly string[] = []): Promise<MethodEntry[]> {
  const found: MethodEntry[] = [];
  for (const path of paths) {
    const own = Object.values(await exportsOf(path)).filter(isEntry);
    if (own.length === 0)
      throw new RangeError(`${path}: exports no method, such as: export const mine = defineMethod({ … })`);
    for (const entry of new Set(own)) {
      if ([...methods, ...found].some(({ name }) => name === entry.name))
        throw new RangeError(`${path}: there is another method of the name ${entry.name}`);
      found.push(entry);
    }
  }
  return found;
}

async function exportsOf(path: string): Promise<object> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as object;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ERR_MODULE_NOT_FOUND" || code === undefined
        ? messageOf(error)
        : `${code}: ${messageOf(error)}`;
    throw new RangeError(`${path}: cannot be loaded: ${oneLine(reason)}`, { cause: error });
  }
}

function isEntry(value: unknown): value is MethodEntry {
  if (typeof value !== "object" || value === null) return false;
  const { name, options, create } = value as Partial<MethodEntry>;
  return typeof name === "string" && typeof options === "object" && typeof create === "function";
}
