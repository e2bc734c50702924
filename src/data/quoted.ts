/**
 * @file Text of a file in a message.
 */

const MOST_CHARACTERS = 40;

/** Characters that take no place, end a line, or turn it around; those of ASCII JSON writes as numbers itself. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as it stands in a message: in quotes, on one line, and cut after 40 characters. */
export function quoted(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return JSON.stringify(short).replace(UNSEEN, (character) => {
    return [...character].map((one) => `\\u{${one.codePointAt(0)!.toString(16)}}`).join("");
  });
}

/** A name in a list of names: as it stands if it is short and all of it can be seen, else as `quoted` has it. */
export function named(name: string): string {
  return name !== "" && name.length <= MOST_CHARACTERS && name.search(UNSEEN) < 0 ? name : quoted(name);
}
