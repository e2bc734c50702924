/**
 * @file The command `unlabeled` as a function: finds the verb, and turns whatever happens into an exit code and one line.
 *
 * Only the module of the verb that was asked for is loaded, and it loads what it works with when it works, so that
 * help and mistakes in the command line cost no more than starting Node.
 */
import { Command, CommanderError } from "commander";
import { printableLines } from "../panels/printable.js";
import { VERSION } from "../src/version.js";
import { EXIT, messageOf, oneLine, UsageError } from "./exit.js";
import { type Screen, type Surroundings, Terminal } from "./terminal.js";

interface Verb {
  readonly summary: string;
  /** Flags may depend on the terminal's words. */
  load(): Promise<{ define(command: Command, terminal: Terminal): void | Promise<void> }>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  fit: { summary: "fit a method to data and write the model", load: () => import("./commands/fit.js") },
  embed: {
    summary: "fit a method and write, or draw, where the rows have come to lie",
    load: () => import("./commands/embed.js"),
  },
  cluster: {
    summary: "find clusters by k-means, and tell how good they are",
    load: () => import("./commands/cluster.js"),
  },
  encode: { summary: "codes of rows", load: () => import("./commands/encode.js") },
  decode: { summary: "rows of codes", load: () => import("./commands/decode.js") },
  reconstruct: { summary: "rows as the model sees them", load: () => import("./commands/reconstruct.js") },
  impute: { summary: "rows with missing numbers filled", load: () => import("./commands/impute.js") },
  recognize: {
    summary: "labels of rows by the labeled rows that are like them",
    load: () => import("./commands/recognize.js"),
  },
  score: { summary: "how unusual every row is", load: () => import("./commands/score.js") },
  sample: { summary: "new rows, drawn from a generative model", load: () => import("./commands/sample.js") },
  interpolate: {
    summary: "rows on the way from a row to another",
    load: () => import("./commands/interpolate.js"),
  },
  grid: { summary: "rows of a grid over two codes", load: () => import("./commands/grid.js") },
  invert: {
    summary: "rows or images from what was measured of them",
    load: () => import("./commands/invert.js"),
  },
  evaluate: { summary: "how good a model is on data", load: () => import("./commands/evaluate.js") },
  compare: { summary: "fit several methods and compare them", load: () => import("./commands/compare.js") },
  info: { summary: "what is in a model file", load: () => import("./commands/info.js") },
  methods: {
    summary: "the methods there are, and their options",
    load: () => import("./commands/methods.js"),
  },
  export: { summary: "a part of a model as ONNX", load: () => import("./commands/export.js") },
};

const EXAMPLES = `
Examples:
  unlabeled compare digits -o results
  unlabeled embed digits --picture digits.svg -o places.csv
  unlabeled cluster data.csv --clusters 5 --picture clusters.svg -o clusters.csv
  unlabeled fit data.csv --method pca --latent-dim 2 -o model.safetensors
  unlabeled encode data.csv --model model.safetensors -o codes.csv
  unlabeled score data.csv --model model.safetensors -o scores.csv`;

/**
 * Runs the command.
 * @param words those after its name.
 * @returns its exit code.
 */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const terminal = new Terminal(words, surroundings);
  // Help or the version: printed once the command line has been read.
  let told = "";
  try {
    const asked = words[0] === "help" ? [...words.slice(1, 2), "--help"] : words;
    const root = await program(asked, terminal, (text) => {
      told += text;
    });
    await root.parseAsync(asked, { from: "user" });
  } catch (error) {
    terminal.exitCode = report(error, terminal);
  }
  if (told !== "") {
    await terminal.print(told).catch((error) => {
      terminal.exitCode = report(error, terminal);
    });
  }
  return terminal.exitCode;
}

/** @param tell takes help and the version. */
async function program(
  words: readonly string[],
  terminal: Terminal,
  tell: (text: string) => void,
): Promise<Command> {
  const root = new Command("unlabeled")
    .description("Learns representations from unlabeled data.")
    .usage("VERB DATA [options]")
    .version(VERSION)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      outputError: () => {},
      writeOut: tell,
      writeErr: (text) => void terminal.stderr.write(text),
      getOutHelpWidth: () => width(terminal.stdout),
      getErrHelpWidth: () => width(terminal.stderr),
    })
    .hook("preAction", async (_, command) => {
      const { config } = command.opts<{ config?: string }>();
      if (config === undefined) return;
      const { applyConfigFile } = await import("./config-file.js");
      await applyConfigFile(command, config);
    })
    .addHelpText("after", EXAMPLES);
  for (const [name, { summary, load }] of Object.entries(VERBS)) {
    const command = root
      .command(name)
      .summary(summary)
      .description(`${sentence(summary)}.`);
    if (words[0] === name) await (await load()).define(command, terminal);
  }
  return root;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Characters in a line of help. */
function width({ isTTY, columns = 80 }: Screen): number {
  return isTTY ? columns : 80;
}

/** Prints an error and gives its exit code. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== "commander.help") terminal.complain(oneLine(error.message.replace(/^error: /, "")));
    return EXIT.usage;
  }
  terminal.complain(messageOf(error));
  if (terminal.env.UNLABELED_DEBUG === "1" && error instanceof Error)
    terminal.stderr.write(`${printableLines(error.stack ?? "")}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}
