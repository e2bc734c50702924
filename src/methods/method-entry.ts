/**
 * @file A method as lists, flags and files know it: by its name, with a table of its options.
 */
import type { Method } from "./method.js";
import type { Coder, Encoder } from "./model.js";
import type { Option, OptionTable } from "./options.js";

/** A method as it is defined: its name, its options, and the function that makes it of them. */
export interface MethodDefinition<Options extends object> {
  /** camelCase, the field's name: `linearAutoencoder`. Model files refer to it. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Every option: how it is read and checked, its default, and one line of help. */
  readonly options: OptionTable<Options>;
  /**
   * Makes the method, with `checkOptions(name, table, options)` as its first step.
   * @throws RangeError or TypeError for options that are not as the table says.
   */
  create(options: Options): Method<Encoder>;
}

/** A method by its name, whatever its options: made by `defineMethod`. */
export interface MethodEntry {
  /** camelCase: `linearAutoencoder`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Its options by name: how each is read and checked, its default, and one line of help. */
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /**
   * A method whose model is typed as having every part; `partNames` of the model says which it has.
   * @throws RangeError or TypeError for options that are not as the table says.
   */
  create(options: object): Method<Coder>;
}

/** A method of your own for the command line's `--plugin`, for `load` and for `methodNamed`. */
export function defineMethod<Options extends object>({
  name,
  summary,
  options,
  create,
}: MethodDefinition<Options>): MethodEntry {
  return {
    name,
    summary,
    options: options as Readonly<Record<string, Option<unknown>>>,
    create: (given) => create(given as Options) as Method<Coder>,
  };
}
