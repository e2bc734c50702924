/**
 * @file Values that are functions of numbers, by a name with its numbers: `huber:0.5`, `kl:0.1:0.05`. So a command line
 * can say them and a model file can keep them.
 */

/** The value that `text` names, or `undefined` if there is none or its numbers are no numbers or out of range. */
export function namedValue<T>(
  text: string,
  makers: Readonly<Record<string, (...numbers: number[]) => T>>,
): T | undefined {
  const [name = "", ...rest] = text.split(":");
  const make = Object.hasOwn(makers, name) ? makers[name]! : undefined;
  const numbers = rest.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!make || numbers.length > make.length || numbers.some(Number.isNaN)) return undefined;
  try {
    return make(...numbers);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `{ gaussian: 0.3 }` and `{ kl: [0.1, 0.05] }` in words, `gaussian:0.3` and `kl:0.1:0.05`; text is given back as it is. */
export function inWords(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : undefined;
  const [entry, ...more] = Object.entries(value);
  if (!entry || more.length > 0) return undefined;
  const words = entry.flat();
  return words.every((word) => ["string", "number"].includes(typeof word)) ? words.join(":") : undefined;
}
