/**
 * @file The table of what `tune` has tried, kept as it grows: read at the beginning, so that a search goes on where it stopped.
 */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { writeFileAtomic } from "../node/write.js";
import { camelCase, kebabCase } from "../panels/flag-names.js";
import type { TunedTrial } from "../src/tasks/tune.js";
import { UsageError } from "./exit.js";
import type { Outputs } from "./outputs.js";

/** A line of it. */
interface Line {
  /** Digest of all that the errors depend on but the options that are tried. */
  readonly question: string;
  readonly trial: number;
  readonly budget: number;
  readonly error: number;
  readonly seconds: number;
  readonly options: Readonly<Record<string, unknown>>;
}

const COLUMNS = ["question", "trial", "budget", "error", "seconds"] as const;

/** @throws UsageError for a name of another kind. */
export function checkTable(path: string | undefined): void {
  if (path !== undefined && ![".csv", ".jsonl", ".ndjson"].includes(endingOf(path)))
    throw new UsageError(`--table ${path}: want .csv or .jsonl`);
}

const endingOf = (path: string) => extname(path).toLowerCase();

export class TriedTable {
  readonly #path: string;
  readonly #question: string;
  readonly #varied: readonly string[];
  readonly #lines: Line[];

  private constructor(path: string, question: string, varied: readonly string[], lines: Line[]) {
    this.#path = path;
    this.#question = question;
    this.#varied = varied;
    this.#lines = lines;
  }

  /**
   * Reads the table, if it is there, and writes it once, so that a place that cannot be written to is told at once.
   * @param question digest of what is asked. @param varied names of the options that are tried.
   * @throws RangeError for a table of another question, or what is none.
   */
  static async open(
    path: string,
    question: string,
    varied: readonly string[],
    outputs: Outputs,
  ): Promise<TriedTable> {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw new RangeError(`${path}: cannot be read (${error.code})`);
    });
    const lines = text === "" ? [] : linesOf(path, text);
    const other = lines.findIndex((line) => line.question !== question);
    if (other >= 0)
      throw new RangeError(
        `${path}: trial ${lines[other]!.trial} was tried with other data, options or seed; name another table`,
      );
    const table = new TriedTable(path, question, varied, lines);
    await table.#write();
    outputs.keeps(path);
    return table;
  }

  /** Errors that stand in it. */
  get length(): number {
    return this.#lines.length;
  }

  /** Size of it as people count it. */
  get size(): string {
    return `${this.length} rows × ${COLUMNS.length + this.#varied.length} columns`;
  }

  error(trial: number, budget: number): number | undefined {
    return this.#lines.find((line) => line.trial === trial && line.budget === budget)?.error;
  }

  async add({ trial, budget, error, options, learningRate }: TunedTrial, seconds: number): Promise<void> {
    const tried = { ...options, ...(learningRate !== undefined && { learningRate }) };
    this.#lines.push({ question: this.#question, trial, budget, error, seconds, options: tried });
    await this.#write();
  }

  async #write(): Promise<void> {
    const text = endingOf(this.#path) === ".csv" ? this.#csv() : this.#lines.map(jsonLine).join("");
    await writeFileAtomic(this.#path, text, { force: true });
  }

  #csv(): string {
    const header = [...COLUMNS, ...this.#varied.map(kebabCase)];
    const lines = this.#lines.map((line) => [
      ...COLUMNS.map((name) => (name === "seconds" ? line.seconds.toFixed(3) : String(line[name]))),
      ...this.#varied.map((name) => cell(line.options[name])),
    ]);
    return [header, ...lines].map((cells) => `${cells.join(",")}\n`).join("");
  }
}

function cell(value: unknown): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? `"${value.join(",")}"` : String(value);
}

/** JSON has no infinity: an error that is none is `null`. */
const jsonLine = ({ seconds, ...line }: Line) =>
  `${JSON.stringify({ ...line, seconds: Number(seconds.toFixed(3)) })}\n`;

/** Numbers stand in front of the options, so that a line of a CSV is cut at its first commas. */
function linesOf(path: string, text: string): Line[] {
  const isCsv = endingOf(path) === ".csv";
  const rows = text.trimEnd().split("\n");
  const header = isCsv ? rows.shift() : undefined;
  const names = header?.split(",") ?? [];
  const broken = (i: number) =>
    new RangeError(`${path}: line ${i + (isCsv ? 2 : 1)} is none of a table of what was tried`);
  if (isCsv && !COLUMNS.every((name, i) => names[i] === name)) throw broken(-1);
  return rows.map((row, i) => {
    const line = isCsv ? csvLine(row, names) : parsed(row);
    const { trial, budget, error, seconds } = line ?? {};
    const whole = [trial, budget].every(Number.isSafeInteger);
    if (!line || !whole || typeof seconds !== "number" || typeof error !== "number" || Number.isNaN(error))
      throw broken(i);
    return line;
  });
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line & { error: number | null };
    return { ...line, error: line.error ?? Number.POSITIVE_INFINITY, options: line.options ?? {} };
  } catch {
    return undefined;
  }
}

function csvLine(row: string, names: readonly string[]): Line {
  const cells = row.match(/("[^"]*"|[^,]*)(,|$)/g)!.map((one) => one.replace(/,$/, ""));
  const [question = "", ...numbers] = cells;
  const [trial, budget, error, seconds] = numbers.map((text) => (text === "" ? Number.NaN : Number(text)));
  const options = names.slice(COLUMNS.length).flatMap((name, j) => {
    const text = cells[COLUMNS.length + j] ?? "";
    return text === "" ? [] : [[camelCase(name), parsedCell(text)] as const];
  });
  return {
    question,
    trial: trial!,
    budget: budget!,
    error: error!,
    seconds: seconds!,
    options: Object.fromEntries(options),
  };
}

function parsedCell(text: string): unknown {
  if (text.startsWith('"')) return text.slice(1, -1).split(",").map(Number);
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
