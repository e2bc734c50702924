/**
 * @file A verb of the command line: a line in the table of verbs, and a module that knows its flags and does its work.
 */
import type { Command } from "commander";
import type { Terminal } from "./terminal.js";

export interface Verb {
  readonly name: string;
  /** Heading that help lists it under. */
  readonly group: string;
  /** One line, an imperative: `Fill missing numbers`. */
  readonly summary: string;
  /** Loads its module, and nothing that it works with. */
  load(): Promise<VerbModule>;
}

export interface VerbModule {
  /** Command lines that work one after the other, after those of the verbs before it, beside a small `data.csv`. */
  readonly examples: readonly string[];
  /**
   * Adds arguments and flags.
   * @param words of the command line, which some flags depend on.
   */
  define(command: Command, words: readonly string[]): void | Promise<void>;
  /** Does the work. @param given arguments, flags and the command, as commander gives them. */
  run(context: RunContext, ...given: never[]): Promise<void>;
}

/** A run as verbs know it. */
export interface RunContext {
  readonly terminal: Terminal;
  /** Every verb there is. */
  readonly verbs: readonly Verb[];
}
