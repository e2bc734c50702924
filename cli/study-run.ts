/**
 * @file Studies from the command line: measured or taken from where they are kept, judged, printed, and made pages of.
 */
import { join } from "node:path";
import { askedOf } from "../panels/asked.js";
import type { DrawnPanel } from "../panels/draw/panel.js";
import type { Section } from "../panels/report.js";
import { textTable } from "../panels/text-table.js";
import { nearestNames } from "../src/nearest-names.js";
import { STUDIES } from "../studies/lectures/all.js";
import {
  indexPage,
  type Measured,
  numberText,
  pictureFile,
  sideText,
  studyPage,
} from "../studies/lectures/pages.js";
import { runStudy } from "../studies/lectures/run-study.js";
import { check, type Size, type Study } from "../studies/lectures/study.js";
import type { StudyData } from "../studies/lectures/study-data.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { stoppable } from "./fitting.js";
import type { Messages } from "./messages.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { WorkProgress } from "./progress.js";
import { jsonReport, stopwatch } from "./report.js";
import { keptIn } from "./study-cache.js";
import { readStudyData } from "./study-data.js";
import { checkEnding } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface StudyFlags extends CommonFlags, DataFlags {
  claim?: string;
  threshold?: number;
  seeds: number;
  size: Size;
  data?: string;
  cache?: string;
  pages?: string;
  report?: string;
}

const LIST = "list";
const ALL = "all";

export async function runStudies(terminal: Terminal, name: string, flags: StudyFlags): Promise<void> {
  if (name === LIST) return terminal.print(flags.json ? jsonReport({}, { studies: listed() }) : listText());
  const studies = chosen(name, flags);
  if (flags.threshold !== undefined && flags.claim === undefined)
    throw new UsageError("--threshold wants the claim that it is for: --claim ID");
  if (flags.size === "full" && flags.data === undefined)
    throw new UsageError(
      "--size full wants data: --data FOLDER of MNIST or Fashion-MNIST, or a file of rows",
    );
  if (flags.pages !== undefined && flags.claim !== undefined)
    throw new UsageError("--pages wants whole studies, without --claim");
  if (flags.report !== undefined) checkEnding(flags.report, [".html"], "--report ");
  const read = [flags.data];
  return withOutputs(terminal, flags, { written: [flags.report], read }, async (outputs, messages) => {
    const { pages, force } = flags;
    if (pages !== undefined)
      for (const file of pageFiles(studies, name === ALL))
        await outputs.open(join(pages, file), { force, makeFolder: true });
    await run(studies, name === ALL, flags, outputs, messages);
  });
}

function chosen(name: string, { claim }: StudyFlags): readonly Study[] {
  const names = [...STUDIES.map(({ id }) => id), ALL, LIST];
  const studies = name === ALL ? STUDIES : STUDIES.filter(({ id }) => id === name);
  if (studies.length === 0)
    throw new UsageError(`there is no study "${name}" (nearest: ${nearestNames(names, name).join(", ")})`);
  if (claim === undefined) return studies;
  const claims = studies.flatMap((study) => study.claims.map(({ id }) => id));
  if (!claims.includes(claim))
    throw new UsageError(
      `there is no claim "${claim}" in the study ${name} (there are: ${claims.join(", ")})`,
    );
  return studies
    .map((study) => ({ ...study, claims: study.claims.filter(({ id }) => id === claim) }))
    .filter(({ claims: left }) => left.length > 0);
}

const listed = () =>
  STUDIES.map(({ id, title, question, claims }) => ({
    id,
    title,
    question,
    claims: claims.map((one) => one.id),
  }));

function listText(): string {
  const rows = STUDIES.map(({ id, title, claims }) => [id, title, claims.map((claim) => claim.id).join(" ")]);
  return textTable([["study", "title", "claims"], ...rows], "left");
}

const picturesOf = (study: Study) => Object.keys(study.pictures);

function pageFiles(studies: readonly Study[], all: boolean): string[] {
  return [
    ...studies.flatMap((study) => [
      `${study.id}.md`,
      ...picturesOf(study).map((picture) => pictureFile(study, picture)),
    ]),
    ...(all ? ["README.md"] : []),
  ];
}

async function run(
  studies: readonly Study[],
  all: boolean,
  flags: StudyFlags,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const { terminal } = messages;
  const { size, seeds } = flags;
  const data = await readStudyData(flags, messages);
  const measurable = studies.filter((study) => {
    const lack = lackOf(study, data);
    if (lack === undefined) return true;
    // Pages are of all of them.
    if (!all || flags.pages !== undefined) throw new RangeError(lack);
    messages.note(`${lack}: it is left out`);
    return false;
  });
  await startEngine(flags.threads, messages);
  const { cache } = flags;
  const kept = cache === undefined ? undefined : await keptIn(cache, (note) => messages.note(note));
  const elapsed = stopwatch();
  const measured = await stoppable(messages, async (signal) => {
    const found: Measured[] = [];
    for (const study of measurable) {
      const progress = new WorkProgress<{ fraction: number }>(messages, study.id, () => "of the work");
      const onProgress = (fraction: number) => progress.update({ fraction });
      const results = await runStudy(study, { data, size, seeds, kept, signal, onProgress });
      messages.endLine();
      found.push({ study, results, on: dataText(data) });
    }
    return found;
  });
  if (!measured) return;
  const seconds = elapsed();
  const judged = measured.map((one) => judgedStudy(one, flags.threshold));
  await outputs.finish(messages, async (put) => {
    if (flags.pages !== undefined)
      await putPages(measured, all, (file, content) => put(join(flags.pages!, file), content));
    if (flags.report !== undefined)
      await put(flags.report, () => report(measured, judged, data, flags, terminal));
  });
  const about = { data: data.name, rows: data.x.rows, columns: data.x.cols, size, seeds };
  await terminal.print(
    flags.json
      ? jsonReport({ seconds }, { ...about, studies: judged })
      : measured.map((one, i) => text(one, judged[i]!)).join("\n"),
  );
}

/** The reason why data are too narrow for a study, if they are. */
function lackOf({ id, leastColumns = 1 }: Study, { name, x }: StudyData): string | undefined {
  if (x.cols >= leastColumns) return undefined;
  return `${name}: the study ${id} wants ${leastColumns} columns of numbers that vary, got ${x.cols}`;
}

const dataText = ({ name, x }: StudyData) =>
  `${name}, ${x.rows} rows of ${x.cols} numbers that vary, less their mean`;

interface Judged {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly claims: readonly object[];
}

function judgedStudy({ study, results }: Measured, threshold: number | undefined): Judged {
  const { id, title, question, claims } = study;
  return {
    id,
    title,
    question,
    claims: claims.map((claim) => {
      const { id: claimId, quote, source, statement, means } = claim;
      return { id: claimId, quote, source, statement, means, ...check(claim, results, threshold) };
    }),
  };
}

type JudgedClaim = ReturnType<typeof check> & { readonly id: string; readonly quote: string };

function text({ study }: Measured, judged: Judged): string {
  const lines = (judged.claims as readonly JudgedClaim[]).flatMap(({ id, quote, verdict, sides }) => [
    `${id}  ${verdict}: ${quote}`,
    ...sides.map((side) => `    ${side.condition}: ${sideText(side)}`),
  ]);
  return `${study.title}\n${lines.join("\n")}\n`;
}

async function putPages(
  measured: readonly Measured[],
  all: boolean,
  put: (file: string, content: () => string | Promise<string>) => Promise<void>,
): Promise<void> {
  const { svgOf } = await import("../panels/picture-file.js");
  for (const one of measured) {
    await put(`${one.study.id}.md`, () => studyPage(one));
    for (const [name, draw] of Object.entries(one.study.pictures))
      await put(pictureFile(one.study, name), () => svgOf(draw(one.results)));
  }
  if (all) await put("README.md", () => indexPage(measured));
}

async function report(
  measured: readonly Measured[],
  judged: readonly Judged[],
  data: StudyData,
  { size, seeds }: StudyFlags,
  terminal: Terminal,
): Promise<string> {
  const { reportPage } = await import("../panels/report-page.js");
  const { raw: x, name } = data;
  return reportPage({
    title: measured.length === 1 ? measured[0]!.study.title : "Studies",
    summary: measured.map(({ study }) => study.question).join(" "),
    asked: askedOf(terminal.words, { name, x }, { further: { size, seeds: String(seeds) } }),
    sections: measured.map((one, i) => sectionOf(one, judged[i]!)),
    numbers: { studies: judged },
  });
}

function sectionOf({ study, results }: Measured, judged: Judged): Section {
  const claims = judged.claims as readonly JudgedClaim[];
  return {
    heading: study.title,
    text: study.question,
    panels: [
      {
        kind: "table",
        title: "Verdicts",
        see: "A claim holds if every number is on its side of the threshold, does not if none is, and is conditional otherwise.",
        columns: ["claim", "verdict", "measured", "number", "threshold"],
        rows: claims.flatMap(({ id, verdict, sides }) =>
          sides.map((side) => [
            id,
            verdict,
            side.condition,
            numberText(side.value, side.spread),
            `${side.relation} ${side.threshold}`,
          ]),
        ),
      },
      ...Object.values(study.pictures).map((draw): DrawnPanel => draw(results)),
    ],
  };
}
