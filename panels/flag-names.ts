/**
 * @file Options as the command line says them.
 */
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Option } from "../src/methods/options.js";

/** `--latent-dim` for `latentDim`. */
export function flagOf(name: string): string {
  return `--${kebabCase(name)}`;
}

/** `latent-dim` for `latentDim`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `latentDim` for `latent-dim`, `--latent-dim` or `latentDim`. */
export function camelCase(name: string): string {
  return name.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The options of a method that can be said in words. */
export function writableOptions(entry: MethodEntry): [name: string, option: Option<unknown>][] {
  return Object.entries(entry.options).filter(([, option]) => !option.codeOnly);
}

/** True for an option that is said by its flag alone. */
export function isSwitch(option: Option<unknown>): boolean {
  return option.parse("true") === true && option.parse("false") === false;
}

/** The flag that changes an option: `--no-center` for a switch that is on. */
export function usualFlag(name: string, option: Option<unknown>): string {
  const flag = flagOf(name);
  return isSwitch(option) && option.default === true ? flag.replace("--", "--no-") : flag;
}
