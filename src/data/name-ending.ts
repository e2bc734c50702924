/**
 * @file Endings of file names.
 */

/** Ending of a name, after its last point and before any .gz, in small letters; the whole name if it has none. */
export function nameEnding(name: string): string {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  return plain.slice(plain.lastIndexOf(".") + 1);
}
