/**
 * @file `--config FILE`: long options of a command as JSON. What stands on the command line wins.
 */
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, type Option } from "commander";
import { messageOf, oneLine } from "../node/error-text.js";
import { camelCase } from "../panels/flag-names.js";
import { nearestNames } from "../src/nearest-names.js";
import { UsageError } from "./exit.js";

/**
 * Takes over what the file says, `{"latent-dim": 8, "center": false}`; camelCase is as good, lists may be arrays.
 * @throws UsageError for a file that is not JSON, an unknown key or a value its option does not take.
 */
export async function applyConfigFile(command: Command, path: string): Promise<void> {
  for (const [key, value] of Object.entries(await readObject(path))) {
    const name = camelCase(key);
    const options = command.options.filter((option) => option.attributeName() === name && name !== "config");
    if (options.length === 0) {
      const names = command.options
        .map((option) => option.name())
        .filter((known) => !known.startsWith("no-"));
      throw new UsageError(
        `${path}: there is no option "${key}" (nearest: ${nearestNames(names, key).join(", ")})`,
      );
    }
    if (command.getOptionValueSource(name) === "cli") continue;
    command.setOptionValueWithSource(name, optionValue(path, key, value, options), "config");
  }
}

async function readObject(path: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${oneLine(messageOf(error))}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(`${path}: want one JSON object of options`);
  }
  return content;
}

/** @param options those of one name: a switch may have a `--no-` twin. */
function optionValue(path: string, key: string, value: unknown, options: readonly Option[]): unknown {
  const wrong = (want: string) =>
    new UsageError(`${path}: ${key} must be ${want}, got ${JSON.stringify(value)}`);
  const takesValue = options.find((option) => option.required);
  if (!takesValue) {
    const negated = options.some((option) => option.negate);
    if (value === true || (value === false && negated)) return value;
    if (value === false) return undefined;
    throw wrong("true or false");
  }
  const items = Array.isArray(value) ? value : [value];
  if (!items.every((item) => typeof item === "string" || typeof item === "number"))
    throw wrong("text or a number");
  if (!takesValue.parseArg) return items.join(",");
  try {
    let parsed: unknown;
    for (const item of items) parsed = takesValue.parseArg(String(item), parsed);
    return parsed;
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`${path}: ${key}: ${error.message}`);
    throw error;
  }
}
