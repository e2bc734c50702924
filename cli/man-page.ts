/**
 * @file The man page `unlabeled(1)`, in the macros of man(7): made by the build of the same commands and tables as help.
 */
import { VERSION } from "../src/version.js";
import { type CommandTree, commandTree, type Flag, type VerbTree } from "./command-tree.js";
import type { Verb } from "./verb.js";

/** Groups of flags that many verbs have: they stand once, behind the verbs. */
const SHARED = /^(Training|Columns|Reading the file|Common)\b/;

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ["0", "Done."],
  ["1", "The data, a file or the run failed: one line on standard error."],
  ["2", "The command line asks for what there is not."],
  ["3", "A condition was met, such as that of score --fail-on-outliers."],
  ["129, 130, 143", "Ended by SIGHUP, SIGINT or SIGTERM; the last checkpoint is kept."],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["UNLABELED_DEBUG", "At 1, an error comes with its stack."],
];

export async function manPage(verbs: readonly Verb[]): Promise<string> {
  const tree = await commandTree(verbs);
  const lines = [
    '.\\" Made by the build.',
    `.TH UNLABELED 1 "" "unlabeled ${VERSION}" "User Commands"`,
    ".SH NAME",
    `unlabeled \\- ${escaped(tree.summary.replace(/\.$/, "").toLowerCase())}`,
    ".SH SYNOPSIS",
    ...tree.verbs.flatMap(({ usage }) => [`.B ${escaped(usage)}`, ".br"]).slice(0, -1),
    ".SH DESCRIPTION",
    escaped("Results go to standard output; progress, notes and errors to standard error."),
    ...flagLines(tree.flags),
    ".SH VERBS",
    ...tree.verbs.flatMap(verbLines),
    ...sharedLines(tree.verbs),
    ...methodLines(tree),
    ".SH EXIT STATUS",
    ...EXIT_STATUS.flatMap(([code, meaning]) => item(bold(code), meaning)),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(([name, meaning]) => item(bold(name), meaning)),
  ];
  return `${lines.join("\n")}\n`;
}

function verbLines({ name, summary, arguments: given, flags, examples }: VerbTree): string[] {
  return [
    `.SS ${escaped(name)}`,
    escaped(`${summary}.`),
    ...given.flatMap((argument) => item(italic(argument.name), argument.help)),
    ...flagLines(flags.filter((flag) => !SHARED.test(flag.group) && !flag.names.includes("--help"))),
    ".PP",
    ".nf",
    ...examples.map(escaped),
    ".fi",
  ];
}

/** Every group of flags that many verbs have, once. */
function sharedLines(verbs: readonly VerbTree[]): string[] {
  const groups = new Map<string, Map<string, Flag>>();
  for (const flag of verbs.flatMap(({ flags }) => flags)) {
    if (!SHARED.test(flag.group)) continue;
    const known = groups.get(flag.group) ?? new Map<string, Flag>();
    groups.set(flag.group, known.set(flag.names.join(), flag));
  }
  return [
    ".SH OPTIONS OF MANY VERBS",
    ...[...groups].flatMap(([group, flags]) => [
      `.SS ${escaped(group.replace(/:$/, ""))}`,
      ...flagLines([...flags.values()]),
    ]),
  ];
}

function methodLines({ methods }: CommandTree): string[] {
  const kinds = [...new Set(methods.map(({ kind }) => kind))];
  return [
    ".SH METHODS",
    escaped("Values of --method and --methods, and the flags that come with them."),
    ...kinds.flatMap((kind) => [
      `.SS ${escaped(kind)}`,
      ...methods
        .filter((method) => method.kind === kind)
        .flatMap(({ name, summary, flags }) => [
          ...item(bold(name), summary),
          ".RS",
          ...flagLines(flags),
          ".RE",
        ]),
    ]),
  ];
}

function flagLines(flags: readonly Flag[]): string[] {
  return flags.flatMap(({ names, placeholder, help }) => {
    const value = placeholder === "" ? "" : ` ${italic(placeholder.replace(/[<>]/g, ""))}`;
    return item(`${names.map(bold).join(", ")}${value}`, help);
  });
}

const item = (term: string, text: string) => [".TP", term, escaped(text)];
const bold = (text: string) => `\\fB${escaped(text)}\\fR`;
const italic = (text: string) => `\\fI${escaped(text)}\\fR`;

/** Text that roff sets as it stands, in ASCII. */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^[.']/, "\\&$&")
    .replace(/[^\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      return `\\[u${code}]`;
    });
}
