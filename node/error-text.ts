/**
 * @file Errors in one line.
 */

/** The message of an error, or its name. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).trim();
}

/** A message whose lines are no more than its layout, in one. */
export function oneLine(message: string): string {
  const lines = message.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}
