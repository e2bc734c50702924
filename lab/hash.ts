/**
 * @file The state of a page as the part of its address behind #: `key=value` by the names of options, joined by &, for people to read and to
 * change by hand.
 */

/** Values by name, in their order. */
export type Settings = Readonly<Record<string, string>>;

/** Characters beside letters and digits that need no escape behind #, and tell nothing apart here. */
const READABLE = /%(?:2C|3A|2F|40|24|3B|3F)/g;

/** Text of settings, without the #. A lone half of a surrogate pair, which no address can hold, becomes U+FFFD. */
export function hashOf(settings: Settings): string {
  return (
    Object.entries(settings)
      // The first equals sign ends the name: those of a value need no escape.
      .map(([name, value]) => `${escaped(name)}=${escaped(value).replaceAll("%3D", "=")}`)
      .join("&")
  );
}

/** Settings of a text, with or without its #. What is no `key=value` is left out; of a name that is there twice, the last counts. */
export function settingsOf(hash: string): Settings {
  const pairs = hash
    .replace(/^#/, "")
    .split("&")
    .map((pair): [string, string] | undefined => {
      const at = pair.indexOf("=");
      return at < 0 ? undefined : [unescaped(pair.slice(0, at)), unescaped(pair.slice(at + 1))];
    });
  return Object.fromEntries(pairs.filter((pair) => pair !== undefined));
}

function escaped(text: string): string {
  const whole = text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
  return encodeURIComponent(whole).replace(READABLE, decodeURIComponent);
}

/** A text as it was, where a percent sign begins no escape. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
