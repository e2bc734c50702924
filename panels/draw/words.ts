/**
 * @file Text in pictures and tables: numbers with few digits, names cut, lines broken.
 */
import type { Cell } from "../report.js";
import { shownNumber } from "../text-table.js";

/** Cuts at whole characters. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

export function shownCell(cell: Cell): string {
  if (cell === undefined) return "–";
  return typeof cell === "number" ? shownValue(cell) : cell;
}

/** A number without zeros at its end. */
export function shownValue(value: number): string {
  if (Number.isNaN(value)) return "–";
  const shown = shownNumber(value);
  return shown.replace(/\.(\d*?)0+(?=e|$)/, (_, digits: string) => (digits === "" ? "" : `.${digits}`));
}

/** `1,797` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Lines of about so many characters, broken between words. */
export function lines(text: string, most: number): string[] {
  const out: string[] = [];
  for (const word of text.split(" ").map((one) => shortened(one, most))) {
    const last = out.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) out[out.length - 1] = `${last} ${word}`;
    else out.push(word);
  }
  return out;
}

/** `1 row`, `2 rows` */
export function counted(count: number, name: string): string {
  return `${grouped(count)} ${name}${count === 1 ? "" : "s"}`;
}
