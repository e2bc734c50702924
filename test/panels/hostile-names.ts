/** @file Names that would steer a terminal or break a document. */

export const HOSTILE = [
  "\u001b]0;x\u0007",
  "\u009b31m",
  "a\nb",
  "a\r\tb",
  "</text><script>alert('1')</script>",
  '" onload="alert(1)',
  "]]>&amp;&",
  "\ud800",
  "x\udc00y",
  "\u202e\u2066mirrored",
  "\u2028\u0085\u007f\u0000",
  "\ufffe\uffff\ufeff",
  "plain ü 漢 👩‍👩‍👧",
];
/** Everything that is shown may be these and the ends of lines. */
const HARMLESS = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]*$/u;
export const harmless = (text: string) => text.split("\n").every((line) => HARMLESS.test(line));
