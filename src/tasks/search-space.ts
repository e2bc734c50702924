/**
 * @file Options of a method that can be tried, and values of them drawn about their defaults.
 */
import { exp, log } from "../elementary.js";
import type { Method } from "../methods/method.js";
import type { MethodEntry } from "../methods/method-entry.js";
import type { Coder } from "../methods/model.js";
import type { Option } from "../methods/options.js";
import type { Random } from "../random.js";

/** Draws of options, of which some do not go together or were drawn before, until it is given up. */
const MOST_DRAWS = 50;

/** Options that buy precision or speed with time: more is better, and nothing is learned by trying. */
const EFFORT =
  /^(maxIter|tol|tolerance|iterations|starts|search|searchSteps|solver|algorithm|jacobian|probes|chains|pretraining(Epochs|BatchSize)|batchSize|keepHeads|score|code)$/;

/** Options by name. */
export type Space = readonly (readonly [name: string, option: Option<unknown>])[];

/** Options of a method that can be varied about their defaults. */
export function searchSpace(
  { options }: Pick<MethodEntry, "options">,
  given: Readonly<Record<string, unknown>>,
): Space {
  return Object.entries(options).filter(([name, option]) => {
    if (option.required || option.codeOnly || EFFORT.test(name) || given[name] !== undefined) return false;
    return isVariable(option);
  });
}

function isVariable({ default: usual, choices }: Option<unknown>): boolean {
  if (typeof usual === "number" || typeof usual === "boolean") return true;
  if (typeof usual === "string")
    return choices !== undefined && choices.length > 1 && choices.includes(usual);
  return Array.isArray(usual) && usual.length > 0 && usual.every((one) => typeof one === "number");
}

/** A method with options that were drawn. */
export interface Drawn {
  readonly method: Method<Coder>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly learningRate: number | undefined;
}

/** Choices that differ from each other, the defaults first: as many as are asked for, or as there are. */
export function choicesOf(
  entry: MethodEntry,
  given: Readonly<Record<string, unknown>>,
  space: Space,
  rate: number | undefined,
  { count, stream }: { readonly count: number; readonly stream: Random },
): Drawn[] {
  const usual = { method: entry.create(given), options: {}, learningRate: undefined };
  const seen = new Set([keyOf(usual)]);
  const choices: Drawn[] = [usual];
  while (choices.length < count) {
    const draws = stream.fork("trial", choices.length);
    let found: Drawn | undefined;
    for (let at = 0; !found && at < MOST_DRAWS; at++) {
      const choice = drawn(entry, given, space, rate, draws.fork(at));
      if (choice && !seen.has(keyOf(choice))) found = choice;
    }
    if (!found) break;
    seen.add(keyOf(found));
    choices.push(found);
  }
  return choices;
}

const keyOf = ({ options, learningRate }: Drawn) => JSON.stringify([options, learningRate]);

/** A choice at random; `undefined` for options that do not go together. */
function drawn(
  entry: MethodEntry,
  given: Readonly<Record<string, unknown>>,
  space: Space,
  rate: number | undefined,
  stream: Random,
): Drawn | undefined {
  const all = space.map(([name, option]) => [name, drawnValue(option, stream.fork(name))] as const);
  const options = Object.fromEntries(
    all.filter(([name, value]) => !same(value, entry.options[name]!.default)),
  );
  const learningRate = rate === undefined ? undefined : short(about(rate, 10, stream.fork("learning rate")));
  try {
    return { method: entry.create({ ...given, ...options }), options, learningRate };
  } catch (error) {
    if (isUnfit(error)) return undefined;
    throw error;
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A value of an option near its default, that it accepts. */
function drawnValue(option: Option<unknown>, stream: Random): unknown {
  const { default: usual } = option;
  for (let at = 0; at < MOST_DRAWS; at++) {
    const value = anyValue(option, stream);
    if (option.accept(value) !== undefined) return value;
  }
  return usual;
}

const WIDTHS = [0.25, 0.5, 1, 2];

function anyValue({ default: usual, choices, accept }: Option<unknown>, stream: Random): unknown {
  if (typeof usual === "boolean") return stream.uniform() < 0.5;
  if (Array.isArray(usual)) {
    const factor = WIDTHS[stream.integer(WIDTHS.length)]!;
    return usual.map((size: number) => Math.max(1, Math.round(size * factor)));
  }
  if (typeof usual === "string") return choices![stream.integer(choices!.length)];
  const whole = accept((usual as number) + 0.5) === undefined && Number.isInteger(usual);
  // A number that is 0 is a part that is left out.
  const base = usual === 0 ? (whole ? 1 : 0.03) : Math.abs(usual as number);
  if (usual === 0 && stream.uniform() < 0.5) return 0;
  const value = Math.sign((usual as number) || 1) * about(base, 8, stream);
  return whole ? Math.round(value) : short(value);
}

/** Between a so-manieth of a number and so many times it, equally likely on a scale of logarithms. */
function about(value: number, times: number, stream: Random): number {
  return value * times * exp(-2 * stream.uniform() * log(times));
}

/** Three digits, which can be said once more. */
const short = (value: number) => Number(value.toPrecision(3));

/** True for options that do not go together, or not with the data. */
export function isUnfit(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError;
}
