/**
 * @file Commands of the tasks: the one that gives what is seen, and those for next week's rows of the same columns.
 */
import { flagOf } from "../../panels/flag-names.js";
import { shellWord } from "../../panels/shell-word.js";
import type { Dataset } from "../../src/data/dataset.js";
import { choiceFlags } from "../choices.js";
import type { ResultFile, TaskAsked, TaskName } from "./table-words.js";

/** Ends of the names of what is written. */
const RESULTS: Readonly<Record<TaskName, string>> = {
  outliers: "ranked",
  impute: "filled",
  cluster: "clusters",
};

/** Files that a task's command writes, beside the data. */
export function filesOf(task: TaskName, { name }: Pick<Dataset, "name">): Record<ResultFile, string> {
  const base = baseOf(name);
  return { table: `${base}-${RESULTS[task]}.csv`, report: `${base}-${task}.html` };
}

/** A file's name without its folder and endings, such as `flowers` of `flowers.csv.gz`. */
function baseOf(name: string): string {
  return name.replace(/^.*[\\/]/, "").replace(/(?<=.)\.[^.]*(\.gz)?$/i, "") || "data";
}

/** Words of the command that gives what is seen, the verb first. @param filled gaps were filled that the verb would not fill by itself. */
export function taskWords(asked: TaskAsked, data: Pick<Dataset, "name">, filled: boolean): string[] {
  const { task, options, seed, choices } = asked;
  const { table, report } = filesOf(task, data);
  return [
    ...[task, data.name, ...choiceFlags(choices)],
    ...Object.entries(options).flatMap(([name, text]) => [flagOf(name), text]),
    ...(filled ? ["--fill", "yes"] : []),
    ...["--seed", String(seed), "-o", table, "--report", report],
  ];
}

export const commandText = (words: readonly string[]) => ["unlabeled", ...words].map(shellWord).join(" ");

/** Commands for other rows of the same columns, a line each. */
export function nextCommands(asked: TaskAsked, data: Pick<Dataset, "name">, filled: boolean): string {
  const { task, options, seed, choices } = asked;
  const ending = /\.[^.\\/]*(\.gz)?$/i.exec(data.name)?.[0] ?? ".csv";
  const next = `next-week${ending}`;
  const given = Object.entries(options).flatMap(([name, text]) => [flagOf(name), text]);
  const { table, report } = filesOf(task, { name: next });
  const written = ["--seed", String(seed), "-o", table, "--report", report];
  switch (task) {
    case "outliers":
      // Rows of today say what is usual.
      return commandText([task, next, "--clean", data.name, ...choiceFlags(choices), ...given, ...written]);
    case "impute":
      return commandText([task, next, ...choiceFlags(choices), ...given, ...written]);
    case "cluster": {
      // HDBSCAN has no groups for rows that it has not seen.
      if (options.method === "hdbscan")
        return commandText([task, next, ...choiceFlags(choices), ...given, ...written]);
      const model = `${baseOf(data.name)}-clusters.safetensors`;
      const fitted = taskWords(asked, data, filled);
      const own = fitted.slice(0, fitted.indexOf("-o"));
      return [
        commandText([...own, "--save", model, "-o", filesOf(task, data).table]),
        "# z1, z2, … are distances to the centers of clusters 0, 1, …: the least is the row's",
        commandText(["encode", next, "-m", model, "--fill", "yes", "-o", table]),
      ].join("\n");
    }
  }
}
