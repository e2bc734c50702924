/**
 * @file Text of a file in a message.
 */

const MOST_CHARACTERS = 40;

/** A text as it stands in a message: in quotes, on one line, and cut after 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);
}
