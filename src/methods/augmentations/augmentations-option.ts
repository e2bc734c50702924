/**
 * @file Lists of augmentations as options of methods: in words on a command line and in files, or of one's own.
 */
import { inWords, namedValue } from "../named-values.js";
import { custom, type Option } from "../options.js";
import type { Augmentation } from "./augmentation.js";
import { NOISES } from "./noise.js";

/** An augmentation, its words, or `{ name: number }` for `name:number`. */
export type Augmenting = Augmentation | string | Readonly<Record<string, number | readonly number[]>>;

const BY_NAME: Readonly<Record<string, (...numbers: number[]) => Augmentation>> = { ...NOISES };

/** An option that takes a list of augmentations; ours also in words, `shift:2,flip`. */
export function augmentationsOption(spec: {
  default: readonly string[];
  help: string;
}): Option<readonly Augmenting[]> {
  return {
    ...custom<readonly Augmenting[]>({
      ...spec,
      want: `a list of ${Object.keys(BY_NAME).join(", ")}, with numbers as in gaussian:0.3, or augmentations { name, view }`,
      accept(value) {
        if (!Array.isArray(value)) return undefined;
        const words = value.map((one) => (isAugmentation(one) ? one : (inWords(one) ?? one)));
        return words.every((one) => augmentationOf(one) !== undefined) ? (words as Augmenting[]) : undefined;
      },
    }),
    parse: (text) => (text === "" ? [] : text.split(",")),
  };
}

/** The augmentations of an option's value as one: each is given what the one before it made. */
export function augmentationOfAll(values: readonly Augmenting[]): Augmentation {
  const all = values.map((value) => augmentationOf(value)!);
  return {
    name: all.map(({ name }) => name).join(","),
    view: (x, from) => all.reduce((view, one) => one.view(view, from), x),
    measured: [...new Set(all.flatMap(({ measured }) => measured ?? []))],
    measure: (x) => Object.assign({}, ...all.map((one) => one.measure?.(x) ?? {})),
    check: (method, shape) => {
      for (const one of all) one.check?.(method, shape);
    },
  };
}

function augmentationOf(value: unknown): Augmentation | undefined {
  if (typeof value === "string") return namedValue(value, BY_NAME);
  return isAugmentation(value) ? value : absentAugmentation(value);
}

/** An augmentation of a file: one of ours by its name; for one of its user's own a stand-in that says so when fitted with. */
function absentAugmentation(value: unknown): Augmentation | undefined {
  const { custom: name } = (value ?? {}) as { custom?: unknown };
  if (typeof name !== "string") return undefined;
  const view = () => {
    throw new RangeError(
      `the augmentation "${name}" is not kept in files: give the method again to train with it`,
    );
  };
  return namedValue(name, BY_NAME) ?? { name, view };
}

function isAugmentation(value: unknown): value is Augmentation {
  const { name, view } = (value ?? {}) as Partial<Augmentation>;
  return typeof name === "string" && typeof view === "function";
}
