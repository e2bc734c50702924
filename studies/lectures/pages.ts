/**
 * @file Pages of studies: Markdown of what was asked, said, measured and found, and an index of all verdicts. Nothing in them is
 * typed but words that stand in the code of the study.
 */
import { shownValue } from "../../panels/draw/words.js";
import { LEFT_OUT } from "./left-out.js";
import { type Check, type Claim, check, type Results, type Side, type Study } from "./study.js";

/** A study with its figures. */
export interface Measured {
  readonly study: Study;
  readonly results: Results;
  /** Data that it was measured on, in words. */
  readonly on: string;
}

/** Name of the file of a picture. */
export const pictureFile = (study: Study, picture: string): string => `${study.id}-${picture}.svg`;

/** `0.054 ± 0.002 ≤ 0.1` */
export function sideText({ value, spread, relation, threshold, holds }: Side): string {
  return `${numberText(value, spread)} ${holds ? relation : `not ${relation}`} ${short(threshold)}`;
}

/** `≤ 0.1` */
export const thresholdText = ({ relation, threshold }: Side): string => `${relation} ${short(threshold)}`;

/** A mean, and half of the range where seeds differ. */
export function numberText(value: number, spread: number): string {
  return spread <= 5e-4 * Math.abs(value) ? short(value) : `${short(value)} ± ${short(spread, 2)}`;
}

/** Text of a cell: a bar would end it. */
const cell = (text: string) => text.replaceAll("|", "\\|");

const short = (value: number, digits = 3) => shownValue(Number(value.toPrecision(digits)));

/** The page of a study. */
export function studyPage({ study, results, on }: Measured): string {
  const names = Object.keys(study.pictures);
  const shownWith = new Map(study.claims.map((claim) => [claim.picture, claim.id]));
  const [head, ...others] = names;
  const seeds = results.bySeed.length;
  const lines = [
    `# ${study.title}`,
    "",
    "<!-- Made by `npm run studies`: changes are made in the code of the study. -->",
    "",
    study.question,
    "",
    ...pictureLines(study, results, head!),
    `Measured on ${on}, with ${seeds === 1 ? "one seed" : `${seeds} seeds`}; numbers are means over them, ± half of their range. ` +
      `A claim holds if every number is on its side of the threshold, does not if none is, and is conditional otherwise.`,
    "",
    "| claim | verdict | in short |",
    "| --- | --- | --- |",
    ...study.claims.map((claim) => {
      const { verdict } = check(claim, results);
      return `| [${claim.id}](#${claim.id.toLowerCase()}) | ${verdict} | ${cell(claim.statement)} |`;
    }),
    "",
    ...study.claims.flatMap((claim) => claimLines(claim, check(claim, results))),
    "## Pictures",
    "",
    ...others.flatMap((name) => pictureLines(study, results, name, shownWith.get(name))),
    "## Repeat it",
    "",
    `\`unlabeled study ${study.id}\` measures all of this once more, \`--claim ${study.claims[0]!.id} --threshold NUMBER\` judges a claim by another ` +
      "threshold, and `--data FILE --label COLUMN` by other data.",
    "",
  ];
  return lines.join("\n");
}

function pictureLines(study: Study, results: Results, name: string, claim?: string): string[] {
  const { title, see } = study.pictures[name]!(results);
  return [`![${title}](${pictureFile(study, name)})`, "", `${see}${claim ? ` (${claim})` : ""}`, ""];
}

function claimLines(claim: Claim, { verdict, sides }: Check): string[] {
  return [
    `## ${claim.id}`,
    "",
    `> ${claim.quote}`,
    "",
    `Lecture notes, ${claim.source}. ${claim.statement}`,
    "",
    `**${verdict[0]!.toUpperCase()}${verdict.slice(1)}.** ${claim.means}`,
    "",
    ...(sides.length === 0
      ? ["The data lack what this is about.", ""]
      : [
          "| measured | number | threshold | holds |",
          "| --- | --- | --- | --- |",
          ...sides.map(
            (side) =>
              `| ${cell(side.condition)} | ${numberText(side.value, side.spread)} | ${thresholdText(side)} | ${side.holds ? "yes" : "no"} |`,
          ),
          "",
        ]),
  ];
}

/** The index: every claim with its verdict. */
export function indexPage(all: readonly Measured[]): string {
  const lines = [
    "# Studies",
    "",
    "<!-- Made by `npm run studies`: changes are made in the code of the studies. -->",
    "",
    "Lecture notes on unsupervised learning make many claims about linear codes, autoencoders and what they are good for. Each study",
    "takes some of them, quotes them, says beforehand from which number on a claim holds, and measures. `unlabeled study list` lists the",
    "studies, and `unlabeled study NAME` repeats one; `--claim ID --threshold NUMBER` judges by a threshold of yours, `--data PATH` on data of yours, with",
    "`--label COLUMN` where a column has the classes, and `--cache FOLDER` keeps what was measured, so that a run that was stopped goes on from there.",
    "",
    ...all.flatMap(({ study, results }) => [
      `## [${study.title}](${study.id}.md)`,
      "",
      study.question,
      "",
      "| claim | verdict | as the notes say it |",
      "| --- | --- | --- |",
      ...study.claims.map(
        (claim) =>
          `| [${claim.id}](${study.id}.md#${claim.id.toLowerCase()}) | ${check(claim, results).verdict} | ${cell(claim.quote)} |`,
      ),
      "",
    ]),
    "## Claims without a verdict",
    "",
    "Definitions, history and lists of what is to come are nothing to measure. Of what could be:",
    "",
    "| claim | as the notes say it | why not |",
    "| --- | --- | --- |",
    ...LEFT_OUT.map(({ id, quote, reason }) => `| ${id} | ${cell(quote)} | ${cell(reason)} |`),
    "",
  ];
  return lines.join("\n");
}
