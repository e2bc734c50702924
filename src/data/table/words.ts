/**
 * @file Words that stand for no value, for true and false, and for the steps of a scale.
 */

// As pandas, R, SQL, Excel and UCI's files write them.
const MISSING = [
  "",
  "na",
  "n/a",
  "#n/a",
  "#na",
  "#n/a n/a",
  "<na>",
  "n.a.",
  "nan",
  "-nan",
  "+nan",
  "null",
  "(null)",
  "\\n",
  "nil",
  "none",
  "-",
  "--",
  "–",
  "—",
  "?",
  ".",
  "#value!",
  "#div/0!",
  "#ref!",
  "1.#qnan",
  "-1.#ind",
  "1.#ind",
  "-1.#qnan",
];
const MISSING_WORDS = new Set(MISSING);
/** Those that may name something among words: NA Namibia and North America, none a choice. */
const MEANING_SOMETHING = new Set(["na", "none", ".", "nil"]);

/** True of a text that stands for a missing number, date or truth value. @param text without spaces around it. */
export function isMissingNumber(text: string): boolean {
  return text.length <= 8 && MISSING_WORDS.has(text.toLowerCase());
}

/** True of a text that stands for a missing word: the same, less those that may be words. */
export function isMissingWord(text: string): boolean {
  const lower = text.toLowerCase();
  return text.length <= 8 && MISSING_WORDS.has(lower) && !MEANING_SOMETHING.has(lower);
}

const TWO_LETTERS = /^[A-Z]{2}$/;

/**
 * Tells which labels are missing: as among words, and NA, which is how a class is rarely called and a missing one often, unless all
 * the others are of two letters, too: then it is a code, such as Namibia's.
 * @param labels the different ones, without spaces around them.
 */
export function isMissingLabel(labels: ReadonlySet<string>): (label: string) => boolean {
  const others = [...labels].filter((label) => label !== "NA" && !isMissingWord(label));
  const codes = others.every((label) => TWO_LETTERS.test(label));
  return (label) => isMissingWord(label) || (label === "NA" && !codes);
}

const TRUTH: readonly (readonly [string, string])[] = [
  ["false", "true"],
  ["f", "t"],
  ["no", "yes"],
  ["n", "y"],
  ["off", "on"],
];

/**
 * The words of a column for false and true, as they are written; `undefined` if it has others.
 * @param words different ones, without spaces around them.
 */
export function truthWords(words: readonly string[]): readonly [string, string] | undefined {
  if (words.length === 0 || words.length > 2) return undefined;
  for (const pair of TRUTH) {
    if (!words.every((word) => pair.includes(word.toLowerCase()))) continue;
    const [no, yes] = pair.map((side) => words.find((word) => word.toLowerCase() === side));
    if (words.length === 2 && (no === undefined || yes === undefined)) return undefined;
    const like = (word: string, other: string) =>
      other === other.toUpperCase()
        ? word.toUpperCase()
        : other[0] === other[0]!.toUpperCase()
          ? word[0]!.toUpperCase() + word.slice(1)
          : word;
    return [no ?? like(pair[0], yes!), yes ?? like(pair[1], no!)];
  }
  return undefined;
}

// Scales of questionnaires and sizes, from the least to the most.
const SCALES: readonly (readonly string[])[] = [
  [
    "strongly disagree",
    "disagree",
    "somewhat disagree",
    "neutral|neither agree nor disagree|undecided",
    "somewhat agree",
    "agree",
    "strongly agree",
  ],
  [
    "completely disagree",
    "mostly disagree",
    "slightly disagree",
    "neutral|neither",
    "slightly agree",
    "mostly agree",
    "completely agree",
  ],
  [
    "very dissatisfied",
    "dissatisfied",
    "somewhat dissatisfied",
    "neutral|neither satisfied nor dissatisfied",
    "somewhat satisfied",
    "satisfied",
    "very satisfied",
  ],
  ["very unlikely", "unlikely", "neutral|neither", "likely", "very likely"],
  ["never", "rarely|seldom", "sometimes|occasionally", "often|frequently", "usually|very often", "always"],
  ["very poor", "poor", "fair|average|ok|okay", "good", "very good", "excellent"],
  ["very bad", "bad", "fair|average|ok|okay|neutral", "good", "very good"],
  ["not at all", "a little|slightly", "somewhat|moderately", "quite a bit|very|very much", "extremely"],
  ["very low", "low", "medium|moderate|middle|normal", "high", "very high"],
  ["none", "mild", "moderate", "severe"],
  ["extra small|xs", "small|s", "medium|m", "large|l", "extra large|xl", "xxl"],
  ["monday|mon", "tuesday|tue", "wednesday|wed", "thursday|thu", "friday|fri", "saturday|sat", "sunday|sun"],
];

/**
 * The words of a column from the least to the most, where they are the steps of a known scale; `undefined` if not.
 * @param words different ones, without spaces around them.
 */
export function knownOrder(words: readonly string[]): readonly string[] | undefined {
  if (words.length < 3 || words.length > 7) return undefined;
  for (const scale of SCALES) {
    const steps = scale.map((step) => step.split("|"));
    const places = words.map((word) => steps.findIndex((step) => step.includes(word.toLowerCase())));
    if (places.includes(-1) || new Set(places).size < places.length) continue;
    return words
      .map((word, i) => [places[i]!, word] as const)
      .sort(([a], [b]) => a - b)
      .map(([, word]) => word);
  }
  return undefined;
}
