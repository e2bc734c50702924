/**
 * @file State of the page: which page is open, and the settings of each, which stand in the address.
 */
import { effect, type Signal, signal } from "@preact/signals";
import { CHOICE_NAMES, type Choices, choicesIn } from "./choices.js";
import { hashOf, type Settings, settingsOf } from "./hash.js";
import { PAGE_NAMES, type PageName, pages } from "./pages.js";

/** Settings that are of no method and no training. */
const OF_THE_PAGE = ["page", "data", "fingerprint", "method", "seed", "validation", "hide", ...CHOICE_NAMES];

export const page = signal<PageName>("bench");
const kept = Object.fromEntries(PAGE_NAMES.map((name) => [name, signal(pages[name].first)])) as Record<
  PageName,
  Signal<Settings>
>;

/** Settings of the page that is open. */
export const settings = () => kept[page.value].value;

/** Options of the method and of training among them. */
export function optionsIn(all: Settings): Settings {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !OF_THE_PAGE.includes(name)));
}

/** Sets or takes away settings of the page that is open. */
export function change(changes: Readonly<Record<string, string | undefined>>): void {
  const own = kept[page.value];
  const all = { ...own.value, ...changes };
  own.value = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Settings;
}

/** Data, and what was chosen of their columns, are the same on all pages. */
export function changeData(name: string, fingerprint?: string, choices: Choices = {}): void {
  for (const own of Object.values(kept)) {
    const rest = Object.entries(own.value).filter(
      ([key]) => key !== "data" && key !== "fingerprint" && !CHOICE_NAMES.includes(key),
    );
    own.value = {
      data: name,
      ...(fingerprint !== undefined && { fingerprint }),
      ...choices,
      ...Object.fromEntries(rest),
    };
  }
}

/** Choices of columns on the page that is open. */
export const choices = (): Choices => choicesIn(settings());

/** Takes the state of the address. @returns false where the address says none. */
export function readAddress(): boolean {
  const { page: named, ...rest } = settingsOf(location.hash);
  const found = PAGE_NAMES.find((name) => name === named);
  if (!found) return false;
  page.value = found;
  // A page by itself is as it was left.
  if (Object.keys(rest).length > 0) kept[found].value = { ...required(found), ...rest };
  return true;
}

/** Settings without which the page has nothing to do. */
function required(name: PageName): Settings {
  const { first, needed } = pages[name];
  return Object.fromEntries(["data", ...needed, "seed"].map((key) => [key, first[key]!]));
}

/** Address of a page as it stands. */
export const addressOf = (name: PageName) => `#${hashOf({ page: name, ...kept[name].value })}`;

/** Keeps the address in step with the state. */
export function keepAddress(): void {
  effect(() => {
    const address = addressOf(page.value);
    if (location.hash !== address) history.replaceState(undefined, "", address);
  });
}
