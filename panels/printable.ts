/**
 * @file Text of somebody else's (names of columns and files, labels, what model files say) as it may be shown: what would
 * steer a terminal, end a line, turn the direction of writing or be no character of XML is spelled out.
 */

/** Control characters, halves of characters, marks of direction, separators of lines, and what is no character. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** In one line: `\n` for the end of a line, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, spelled);
}

/** The same of a text whose lines stay lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** The same inside JSON, where it changes nothing of what the text says. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) => (character === "\n" ? character : unicode(character)));
}

function spelled(character: string): string {
  const code = character.charCodeAt(0);
  return SHORT[character] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : unicode(character));
}

const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
