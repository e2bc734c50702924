/**
 * @file Words of a command line as a shell reads them.
 */
import { printable } from "./printable.js";

/** A word as a POSIX shell reads it back; one that cannot be printed as it is, as most of them do. */
export function shellWord(word: string): string {
  if (printable(word) !== word) {
    const escapes = printable(word.replaceAll("\\", "\\\\")).replaceAll("'", "\\'");
    return `$'${escapes}'`;
  }
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
