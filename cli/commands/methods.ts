/**
 * @file `unlabeled methods [NAME]`: the methods there are, or the options of one.
 */
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("[name]", "a method, to see its options")
    .option("--json", "print it as one JSON object")
    .action((name: string | undefined, flags: { json?: boolean }) => run(terminal, name, flags));
}

async function run(
  terminal: Terminal,
  name: string | undefined,
  { json }: { json?: boolean },
): Promise<void> {
  const { methods } = await import("../../src/methods/registry.js");
  const { isSwitch, methodEntry, usualFlag, writableOptions } = await import("../method-flags.js");
  const { jsonReport } = await import("../report.js");
  const { textTable } = await import("../../panels/text-table.js");
  const chosen = name === undefined ? methods : [methodEntry(name)];
  if (json) {
    const described = chosen.map((entry) => ({
      method: entry.name,
      summary: entry.summary,
      options: writableOptions(entry).map(([key, option]) => ({
        name: key,
        flag: usualFlag(key, option),
        want: option.want,
        default: option.default ?? null,
        required: option.required,
        help: option.help,
      })),
    }));
    await terminal.print(jsonReport({}, { methods: described }));
    return;
  }
  if (name === undefined) {
    await terminal.print(
      textTable(
        methods.map((entry) => [entry.name, entry.summary]),
        "left",
      ),
    );
    return;
  }
  const [entry] = chosen;
  const rows = writableOptions(entry!).map(([key, option]) => [
    `  ${usualFlag(key, option)}`,
    option.required ? "required" : `default ${shownDefault(option.default)}`,
    // The longest part last, where a terminal may wrap it.
    isSwitch(option) ? option.help : `${option.help}: ${option.want}`,
  ]);
  await terminal.print(`${entry!.name}: ${entry!.summary}\n\n${textTable(rows, "left")}`);
}

function shownDefault(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
