/**
 * @file All texts within a piece of data made printable: once, before anything is drawn of it.
 */
import { printable } from "./printable.js";

/** Longer texts are cut before they are looked at. */
const LONGEST = 500;

/** The same data with every text in it printable and at most 500 characters long; arrays of numbers and bytes as they are. */
export function printableParts<T>(data: T): T {
  return made(data) as T;
}

function made(data: unknown): unknown {
  if (typeof data === "string") return shown(data);
  if (typeof data !== "object" || data === null || ArrayBuffer.isView(data)) return data;
  if (Array.isArray(data))
    return typeof data[0] === "number" && data.every((item) => typeof item === "number")
      ? data
      : data.map(made);
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [key, made(value)]));
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [shown(key), made(value)]));
}

function shown(text: string): string {
  if (text.length <= LONGEST) return printable(text);
  return printable(`${text.slice(0, LONGEST - 1).replace(/\p{Cs}$/u, "")}…`);
}
