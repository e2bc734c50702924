/**
 * @file Lists of augmentations as options of methods: in words on a command line and in files, or of one's own.
 */
import { inWords, namedValue } from "../named-values.js";
import { custom, type Option } from "../options.js";
import { composed, seenThrough } from "./affine-map.js";
import type { Augmentation, ViewSource } from "./augmentation.js";
import * as named from "./named.js";

/** An augmentation, its words, or `{ name: number }` for `name:number`. */
export type Augmenting = Augmentation | string | Readonly<Record<string, number | readonly number[]>>;

const { defaultAugmentations: _, ...BY_NAME } = named;
/** Sorted, since a bundle lists them in another order than a module does. */
const NAMES = Object.keys(BY_NAME).sort();

/** An option that takes a list of augmentations; ours also in words, `shift:2,flip`. */
export function augmentationsOption(spec: {
  default: readonly string[];
  help: string;
}): Option<readonly Augmenting[]> {
  return {
    ...custom<readonly Augmenting[]>({
      ...spec,
      want: `a list of ${NAMES.join(", ")}, with numbers as in gaussian:0.3, or augmentations { name, view }`,
      accept(value) {
        if (!Array.isArray(value)) return undefined;
        const words = value.map(asSaid);
        return words.every((one) => augmentationOf(one) !== undefined) ? (words as Augmenting[]) : undefined;
      },
    }),
    parse: (text) => (text === "" ? [] : text.split(",")),
  };
}

/**
 * The augmentations of an option's value as one: each is given what the one before it made. Those that follow each other and only move
 * places are made one map.
 */
export function augmentationOfAll(values: readonly Augmenting[]): Augmentation {
  const all = values.map((value) => augmentationOf(value)!);
  const stages = all.reduce<Augmentation[][]>((found, one) => {
    const before = found.at(-1);
    if (one.map && before?.at(-1)?.map) before.push(one);
    else found.push([one]);
    return found;
  }, []);
  return {
    name: all.map(({ name }) => name).join(","),
    view: (x, from) => stages.reduce((view, stage) => viewOf(stage, view, from), x),
    measured: [...new Set(all.flatMap(({ measured }) => measured ?? []))],
    measure: (x) => Object.assign({}, ...all.map((one) => one.measure?.(x) ?? {})),
    check: (method, shape) => {
      for (const one of all) one.check?.(method, shape);
    },
  };
}

/** A view by one augmentation, or by several that only move places. */
function viewOf(stage: readonly Augmentation[], x: Parameters<Augmentation["view"]>[0], from: ViewSource) {
  if (stage.length === 1) return stage[0]!.view(x, from);
  const map = stage.map((one) => one.map!(x, from)).reduce((first, second) => composed(first, second));
  return seenThrough(x, map, from.shape);
}

/** The augmentation of a value; `undefined` for what is none. */
export function augmentationOf(value: unknown): Augmentation | undefined {
  const said = asSaid(value);
  if (typeof said === "string") return namedValue(said, BY_NAME);
  return isAugmentation(said) ? said : absentAugmentation(said);
}

/** A value as options keep it: `{ name: number }` in words; augmentations, and what a file has of them, as they are. */
export function asSaid(value: unknown): unknown {
  const isKept = isAugmentation(value) || (typeof value === "object" && value !== null && "custom" in value);
  return isKept ? value : (inWords(value) ?? value);
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
