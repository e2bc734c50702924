/**
 * @file Words between the page Table and its worker, and the tasks there are.
 */
import type { Section } from "../../panels/report.js";
import type { Choices } from "../choices.js";

/** A task by the name of its verb. */
export type TaskName = "outliers" | "impute" | "cluster";

/** A task on the data that are open. */
export interface TaskAsked {
  readonly task: TaskName;
  /** Texts by name, as flags of the verb have them. */
  readonly options: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Choices of columns that the data were read with. */
  readonly choices: Choices;
}

/** Files of a result. */
export type ResultFile = "table" | "report";

/** A task, or a file of the result that the last one had. */
export type TableAsked = TaskAsked | { readonly file: ResultFile };

export type TableTold =
  /** @param fraction share of the work that is done, in [0, 1], where it is known. */
  | { readonly kind: "progress"; readonly text: string; readonly fraction?: number | undefined }
  | {
      readonly kind: "result";
      /** The finding in a sentence. */
      readonly finding: string;
      /** Sections of the verb's report. */
      readonly sections: readonly Section[];
      /** The command that gives the same numbers and files, and what it is for other rows, a line each. */
      readonly command: string;
      readonly nextCommand: string;
      /** Names of the files, as the command has them. */
      readonly files: Readonly<Record<ResultFile, string>>;
    }
  | { readonly kind: "file"; readonly name: string; readonly content: Blob };
