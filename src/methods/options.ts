/**
 * @file Options of methods, described once: checked when a method is made, shown by the command line, kept in files.
 */

/** A value that can be written to a file as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One option: how it is read, and how it is told. */
export interface Option<T> {
  /** Values that it wants, as errors and help say it: `an integer ≥ 1`. */
  readonly want: string;
  /** Value where none is given. */
  readonly default: T | undefined;
  /** True if it must be given. */
  readonly required: boolean;
  /** Words for help: what holds where an option without a default is left out. */
  readonly otherwise?: string;
  /** One line for the help. */
  readonly help: string;
  /** Its values are functions: there is no way to write one on a command line. */
  readonly codeOnly?: boolean;
  /** Words that it takes, where they are few; it may take other values beside them. */
  readonly choices?: readonly string[];
  /** The value, checked, or `undefined` if it is not of this kind. */
  accept(value: unknown): T | undefined;
  /** The value of a command-line argument; the text itself where it is not of this kind. */
  parse(text: string): unknown;
}

/** An option for every property of T. */
export type OptionTable<T> = { readonly [K in keyof Required<T>]: Option<NonNullable<T[K]>> };

/** Words and default of an option. */
export interface OptionSpec<T> {
  /** One line of help. */
  help: string;
  /** Value where none is given; without one the option is required. */
  default?: T;
}

function option<T>(
  want: string,
  { help, default: fallback }: OptionSpec<T>,
  rest: Pick<Option<T>, "accept" | "parse">,
): Option<T> {
  return { want, help, default: fallback, required: fallback === undefined, ...rest };
}

/** An option that may be left out and then has no value. @param otherwise says what holds then; default: none. */
export function optional<T>(inner: Option<T>, otherwise = "none"): Option<T> {
  return { ...inner, required: false, otherwise };
}

const toNumber = (text: string): unknown =>
  text.trim() === "" ? text : Number.isNaN(Number(text)) ? text : Number(text);

/** A whole number ≥ min, and ≤ max if there is one. */
export function integer(spec: OptionSpec<number> & { min: number; max?: number }): Option<number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = spec;
  const want = spec.max === undefined ? `an integer ≥ ${min}` : `an integer from ${min} to ${max}`;
  return option(want, spec, {
    accept: (v) => (typeof v === "number" && Number.isSafeInteger(v) && v >= min && v <= max ? v : undefined),
    parse: toNumber,
  });
}

/** A finite number that passes `test`; `want` says which do. */
export function number(
  spec: OptionSpec<number> & { want: string; test: (value: number) => boolean },
): Option<number> {
  return option(spec.want, spec, {
    accept: (v) => (typeof v === "number" && Number.isFinite(v) && spec.test(v) ? v : undefined),
    parse: toNumber,
  });
}

/** True or false; on a command line a flag without a value. */
export function boolean(spec: OptionSpec<boolean>): Option<boolean> {
  return option("true or false", spec, {
    accept: (v) => (typeof v === "boolean" ? v : undefined),
    parse: (text) => (text === "true" ? true : text === "false" ? false : text),
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(
  choices: readonly T[],
  spec: OptionSpec<NoInfer<T>>,
): Option<T> {
  const words = option(`one of ${choices.join(", ")}`, spec, {
    accept: (v) => choices.find((choice) => choice === v),
    parse: (text) => text,
  });
  return { ...words, choices };
}

/** A list of whole numbers ≥ min; `512,256` on the command line. */
export function integers(spec: OptionSpec<readonly number[]> & { min: number }): Option<readonly number[]> {
  const one = integer({ min: spec.min, help: "" });
  return option(`a list of integers ≥ ${spec.min}`, spec, {
    accept: (v) => (Array.isArray(v) && v.every((n) => one.accept(n) !== undefined) ? v : undefined),
    parse: (text) => (text === "" ? [] : text.split(",").map(toNumber)),
  });
}

/** Shape of rows that are images: `[height, width]` or `[channels, height, width]`, all ≥ 1; `28x28` on a command line. */
export function imageShape(spec: OptionSpec<readonly number[]>): Option<readonly number[]> {
  const list = integers({ min: 1, help: "" });
  return option("[height, width] or [channels, height, width], integers ≥ 1", spec, {
    accept(v) {
      const sizes = list.accept(v);
      return sizes?.length === 2 || sizes?.length === 3 ? sizes : undefined;
    },
    parse: (text) => text.split(/[x,]/).map(toNumber),
  });
}

/** Shape of rows that are whole sequences: `[steps, features]`, both ≥ 1; `100x3` on a command line. */
export function sequenceShape(spec: OptionSpec<readonly number[]>): Option<readonly number[]> {
  const list = integers({ min: 1, help: "" });
  return option("[steps, features], integers ≥ 1", spec, {
    accept: (v) => (list.accept(v)?.length === 2 ? (v as readonly number[]) : undefined),
    parse: (text) => text.split(/[x,]/).map(toNumber),
  });
}

/** A number that passes `test`, or one of a few words. */
export function numberOr<const T extends string>(
  choices: readonly T[],
  spec: OptionSpec<number | NoInfer<T>> & { want: string; test: (value: number) => boolean },
): Option<number | T> {
  const numeric = number({ want: spec.want, test: spec.test, help: "" });
  const words = choices.length === 1 ? choices[0] : `one of ${choices.join(", ")}`;
  const either = option(`${spec.want}, or ${words}`, spec, {
    accept: (v) => numeric.accept(v) ?? choices.find((choice) => choice === v),
    parse: toNumber,
  });
  return { ...either, choices };
}

/** Any value that `accept` takes; for options that are objects in code and words on the command line. */
export function custom<T>(
  spec: OptionSpec<T> & { want: string } & Pick<Option<T>, "accept"> &
    Partial<Pick<Option<T>, "parse" | "codeOnly" | "choices">>,
): Option<T> {
  const { accept, parse = (text: string) => text, codeOnly = false, choices } = spec;
  return { ...option(spec.want, spec, { accept, parse }), codeOnly, choices };
}

/**
 * Options with defaults filled in.
 * @throws TypeError for an option there is none of; RangeError for a value that is not what the option wants.
 */
export function checkOptions<T extends object>(method: string, table: OptionTable<T>, given: T): Required<T> {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${method}: options must be an object, got ${String(given)}`);
  }
  const options = table as Readonly<Record<string, Option<unknown>>>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(options, name)) {
      throw new TypeError(
        `${method}: there is no option "${name}" (there are ${Object.keys(options).join(", ")})`,
      );
    }
  }
  const checked: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(options)) {
    const value = (given as Record<string, unknown>)[name] ?? spec.default;
    if (value === undefined) {
      if (spec.required) throw new RangeError(`${method}: ${name} is missing, it must be ${spec.want}`);
      continue;
    }
    const accepted = spec.accept(value);
    if (accepted === undefined)
      throw new RangeError(`${method}: ${name} must be ${spec.want}, got ${shown(value)}`);
    checked[name] = accepted;
  }
  return checked as Required<T>;
}

/** Options as a file keeps them: what is made of functions, by its name. */
export function describeOptions(options: object): Readonly<Record<string, Json>> {
  const described = JSON.stringify(options, (_key, value: unknown) => {
    const isNamed = typeof value === "object" && value !== null && "name" in value;
    return isNamed && Object.values(value).some((part) => typeof part === "function")
      ? { custom: value.name }
      : value;
  });
  return JSON.parse(described) as Record<string, Json>;
}

const MOST_SHOWN = 200;

/** A value of any kind in one line. */
function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "number") return String(value);
  let text: string;
  try {
    text =
      JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part)) ?? String(value);
  } catch {
    text = "an object that goes round in circles";
  }
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
