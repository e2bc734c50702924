/**
 * @file A second reader of every format but Parquet, in another language: Python's csv and gzip modules, NumPy, and pandas
 * where it is there.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../bench/repository.js";
import { CannotRun } from "./campaign.js";
import type { ReadColumn } from "./reader-cases.js";
import type { PandasOptions } from "./told-tables.js";

/** The reading of some bytes by one of our readers, and how they were to be read. */
export interface Reading {
  readonly format: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly cols: number;
  readonly numbers: Float64Array;
  readonly columns: readonly ReadColumn[];
  /** CSV's; `null` where it was to be found out. */
  readonly delimiter: string | null;
  readonly header: boolean | null;
  readonly skipRows: number;
  readonly missing: readonly string[];
  readonly comment: string | null;
  /** Encoding that was told, or nothing. */
  readonly encoding: string;
  /** Decimal sign that was told, or nothing. */
  readonly decimal: string | null;
  /** Options of pandas, where it can be told enough. */
  readonly pandas: PandasOptions | null;
}

/** The python3 on the path first; then the system's own, which has its packages where another shadows it. */
const INTERPRETERS = ["python3", "/usr/bin/python3"];

/** A Python that stays. Close it at the end. */
export class SecondReader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly versions: string;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    answers: AsyncIterator<string>,
    versions: string,
  ) {
    this.#child = child;
    this.#answers = answers;
    this.versions = versions;
  }

  /** @throws CannotRun without Python and NumPy. */
  static async start(): Promise<SecondReader> {
    let found: SecondReader | undefined;
    for (const interpreter of INTERPRETERS) {
      const child = spawn(interpreter, ["-B", join(repositoryRoot, "campaigns", "second_reader.py")]);
      child.on("error", () => {});
      child.stdin.on("error", () => {});
      child.stderr.resume();
      const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { done, value } = await answers.next();
      if (!done) {
        const { python, numpy, pandas } = JSON.parse(value) as Record<string, string | null>;
        const versions = `Python ${python}, NumPy ${numpy}, ${pandas ? `pandas ${pandas}` : "no pandas"}`;
        found?.close();
        found = new SecondReader(child, answers, versions);
        if (pandas) return found;
      }
    }
    if (found) return found;
    throw new CannotRun("no python3 with NumPy (apt-get install python3-numpy)");
  }

  /** Says for each reading why it is not that of the second reader; `""` where they agree. */
  async differences(readings: readonly Reading[]): Promise<string[]> {
    const encoded = readings.map(({ bytes, numbers, columns, ...rest }) => ({
      ...rest,
      bytes: base64(bytes),
      numbers: base64(numbers),
      columns: columns.map((column) => ({ ...column, numbers: column.numbers && base64(column.numbers) })),
    }));
    this.#child.stdin.write(`${JSON.stringify(encoded)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error("the second reader ended without an answer");
    return JSON.parse(value) as string[];
  }

  close(): void {
    this.#child.stdin.end();
  }
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
