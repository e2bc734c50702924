/**
 * @file What somebody leaves out of a page, to show the rest to a class: names in `hide=`, separated by commas.
 */
import type { ComponentChildren } from "preact";
import { settings } from "./store.js";

/** True of a picture, an option or a part that the address hides. */
export const isHidden = (name: string): boolean => (settings().hide ?? "").split(",").includes(name);

/** A part of a page that can be hidden by its name. */
export function Part({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return isHidden(name) ? null : children;
}
