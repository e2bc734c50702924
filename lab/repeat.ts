/**
 * @file Words that repeat a run elsewhere: a command, and a program in TypeScript. On the same runtime they give the same bits.
 */
import { flagOf, isSwitch } from "../panels/flag-names.js";
import { shellWord } from "../panels/shell-word.js";
import type { Dataset } from "../src/data/dataset.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import { trainingOptions } from "../src/training/training-options.js";
import { type Choices, choiceFlags, readOptionsOf } from "./choices.js";
import type { BenchAsked, Change } from "./protocol.js";

/** A run and what it was asked for. */
export interface Repeated {
  readonly entry: MethodEntry;
  readonly asked: BenchAsked;
  readonly data: Pick<Dataset, "name" | "format">;
  readonly scale: string;
  /** Missing numbers were filled before. */
  readonly filled: boolean;
  readonly trained: boolean;
  readonly changes: readonly Change[];
  /** Steps that were taken, and all there are. */
  readonly step: number;
  readonly steps: number;
}

/** The command that fits the same model. It knows nothing of changes on the way, and says so. */
export function commandOf(repeated: Repeated): string {
  const note =
    repeated.changes.length > 0 ? "# without the changes on the way, which TypeScript can say\n" : "";
  return note + ["unlabeled", ...commandWords(repeated)].map(shellWord).join(" ");
}

/** Words of that command, the verb first. */
export function commandWords({ entry, asked, data, filled, trained }: Repeated): string[] {
  const { method, options, seed, validation, choices } = asked;
  const words = ["fit", data.name, ...choiceFlags(choices), "--method", method];
  for (const [name, text] of usedOptions(entry, options, trained)) {
    const option = entry.options[name];
    if (option && isSwitch(option))
      words.push(text === "false" ? flagOf(name).replace("--", "--no-") : flagOf(name));
    else words.push(flagOf(name), text);
  }
  if (options.scale) words.push("--scale", options.scale);
  if (filled) words.push("--fill", "yes");
  if (trained && validation !== undefined) words.push("--validation", String(validation));
  words.push("--seed", String(seed), "-o", "model.safetensors");
  return words;
}

/** A program that fits the same model, changes on the way included. */
export function programOf(repeated: Repeated): string {
  const { entry, asked, data, scale, filled, trained, changes, step, steps } = repeated;
  const { method, options, seed, validation } = asked;
  const held = trained && validation !== undefined;
  const used = usedOptions(entry, options, trained);
  const ofMethod = used.filter(([name]) => Object.hasOwn(entry.options, name));
  const ofTraining = used.filter(([name]) => !Object.hasOwn(entry.options, name));
  const made = objectOf(ofMethod.map(([name, text]) => [name, entry.options[name]!.parse(text)]));
  const parse = (name: string, text: string) =>
    trainingOptions[name as keyof typeof trainingOptions].parse(text);
  const told = [
    `seed: ${seed}`,
    `scale: ${JSON.stringify(scale)}`,
    ...ofTraining.map(([name, text]) => `${name}: ${literal(parse(name, text))}`),
    ...(held ? ["validation: takeRows(data.x, test)"] : []),
  ].join(", ");
  const own = data.format !== "embedded";
  const rows = held ? "{ ...data, x: takeRows(data.x, train) }" : "data";
  const read = own
    ? `await readFileData(${JSON.stringify(data.name)}${readingOf(asked.choices)})`
    : `embedded(${JSON.stringify(data.name)})`;
  const fromData = [...(own ? [] : ["embedded"]), ...(held ? ["takeRows"] : [])];
  const fromIndex = [method, trained ? "startTraining" : "fit", ...(filled ? ["fillGaps"] : [])].sort();
  return [
    `import { ${fromIndex.join(", ")} } from "unlabeled";`,
    ...(fromData.length > 0 ? [`import { ${fromData.join(", ")} } from "unlabeled/data";`] : []),
    ...(held ? ['import { heldOut } from "unlabeled/metrics";'] : []),
    ...(own ? ['import { readFileData } from "unlabeled/node";'] : []),
    "",
    `const ${filled ? "given" : "data"} = ${read};`,
    ...(filled ? ["const data = { ...given, x: await fillGaps(given) };"] : []),
    ...(held ? [`const { train, test } = heldOut(data.x.rows, ${validation}, ${seed});`] : []),
    ...(trained
      ? [
          `const session = await startTraining(${method}(${made}), ${rows}, { ${told} });`,
          ...stepsOf(changes, step, steps),
          "const model = await session.model();",
        ]
      : [`const model = await fit(${method}(${made}), ${rows}, { ${told} });`]),
    "",
  ].join("\n");
}

/** Options of reading, where columns were chosen. */
function readingOf(choices: Choices | undefined): string {
  const options = Object.entries(readOptionsOf(choices));
  const words = options.map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return words.length === 0 ? "" : `, { ${words.join(", ")} }`;
}

function stepsOf(changes: readonly Change[], step: number, steps: number): string[] {
  let at = 0;
  const lines: string[] = [];
  const goTo = (next: number) => {
    if (next > at) lines.push(`await session.step(${next - at});`);
    at = next;
  };
  for (const { step: when, name, value } of changes) {
    goTo(when);
    lines.push(
      name === "learningRate"
        ? `session.setLearningRate(${value});`
        : `session.setScalar(${JSON.stringify(name)}, ${value});`,
    );
  }
  if (step === 0 || step >= steps) lines.push("await session.run();");
  else goTo(step);
  return lines;
}

/** Options of the method, and those of training where it is trained, that the method has not by the same name. */
function usedOptions(
  entry: MethodEntry,
  options: Readonly<Record<string, string>>,
  trained: boolean,
): [name: string, text: string][] {
  return Object.entries(options).filter(
    ([name]) => Object.hasOwn(entry.options, name) || (trained && Object.hasOwn(trainingOptions, name)),
  );
}

const objectOf = (pairs: readonly (readonly [string, unknown])[]) =>
  pairs.length === 0 ? "" : `{ ${pairs.map(([name, value]) => `${name}: ${literal(value)}`).join(", ")} }`;

/** A value as TypeScript has it. */
const literal = (value: unknown): string =>
  JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/"(\w+)":/g, "$1:");
