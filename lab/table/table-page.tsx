/**
 * @file Table: tasks on one's own rows.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openedData, runtimeReady, save, work } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { OptionInput } from "../option-input.js";
import { PanelPart } from "../panel-part.js";
import type { DescribedOption } from "../protocol.js";
import { change, choices, settings } from "../store.js";
import type { ResultFile, TableTold, TaskAsked, TaskName } from "./table-words.js";

/** More rows wait until somebody says so. */
const ROWS_AT_ONCE = 20_000;
/** Milliseconds that settings have to stand before a task begins by them. */
const SETTLED = 400;

const option = (
  name: string,
  help: string,
  want: string,
  rest: Partial<DescribedOption> = {},
): DescribedOption => ({ ...{ name, help, want }, required: false, isSwitch: false, ...rest });

interface TaskPart {
  readonly title: string;
  readonly does: string;
  readonly options: readonly DescribedOption[];
}

const TASKS: Readonly<Record<TaskName, TaskPart>> = {
  outliers: {
    title: "Unusual rows",
    does: "Detectors of several kinds rank the rows; the columns that make a row unusual are told.",
    options: [
      option("top", "rows whose reasons stand in the CSV", "an integer ≥ 0", { default: "10" }),
      option("contamination", "share of the rows that are called outliers", "a number in (0, 1)", {
        otherwise: "those beyond a fence",
      }),
    ],
  },
  impute: {
    title: "Fill gaps",
    does: "Numbers that are known are hidden; the way that fills them best fills the gaps.",
    options: [
      option("hide", "share of the known numbers to hide", "a number in (0, 1)", {
        otherwise: "half the share of the gaps",
      }),
    ],
  },
  cluster: {
    title: "Describe groups",
    does: "Rows that are alike, how many such groups there are, and what makes each different.",
    options: [
      option("method", "way to cluster", "one of k-means, hdbscan", {
        default: "k-means",
        choices: ["k-means", "hdbscan"],
      }),
      option("clusters", "number of groups, of k-means", "an integer ≥ 1, or auto", { default: "auto" }),
      option("outliers", "rows far from all others", "one of aside, keep", {
        default: "aside",
        choices: ["aside", "keep"],
      }),
    ],
  },
};
const NAMES = Object.keys(TASKS) as readonly TaskName[];
const SEED = option("seed", "seed of all that is random", "an integer ≥ 0", { default: "1" });
/** Where the CSV of a task stands. */
const FILES: Readonly<Record<TaskName, string>> = {
  outliers: "Download the rows with scores",
  impute: "Download the filled table",
  cluster: "Download the rows with groups",
};

type Result = Extract<TableTold, { kind: "result" }>;
interface Progress {
  readonly text: string;
  readonly fraction?: number | undefined;
}
const progress = signal<Progress | undefined>(undefined);
const result = signal<Result | undefined>(undefined);
const stopped = signal(false);
let stop = () => {};

function taskIn(task: string | undefined): TaskName {
  return NAMES.find((name) => name === task) ?? "outliers";
}

/** The task that the settings say. */
function asked(): TaskAsked {
  const all = settings();
  const task = taskIn(all.task);
  const options = TASKS[task].options.flatMap(({ name }) => {
    const text = all[name];
    // Names of parts to hide are no share.
    const isNames = name === "hide" && /[a-z]/i.test(text ?? "");
    return text === undefined || isNames ? [] : [[name, text] as const];
  });
  const seed = Math.max(0, Math.round(Number(all.seed ?? "")) || 0);
  return { task, options: Object.fromEntries(options), seed, choices: choices() };
}

function begin(): void {
  stop();
  progress.value = { text: "beginning" };
  result.value = undefined;
  stopped.value = false;
  const stopThis = work(
    "table",
    asked(),
    (told) => {
      if (told.kind === "progress") progress.value = told;
      else if (told.kind === "result") result.value = told;
    },
    () => {
      if (stop === stopByHand) progress.value = undefined;
    },
  );
  const stopByHand = () => {
    stopThis();
    progress.value = undefined;
  };
  stop = stopByHand;
}

const download = (file: ResultFile) =>
  work("table", { file }, (told) => {
    if (told.kind === "file") save(told.name, told.content);
  });

/** The inputs. */
export function Controls() {
  const all = settings();
  const task = taskIn(all.task);
  const { does, options } = TASKS[task];
  const set = (name: string) => (value: string | undefined) => change({ [name]: value });
  return (
    <>
      <fieldset>
        <legend>Task</legend>
        {NAMES.map((name) => (
          <label key={name} class="one">
            <input
              type="radio"
              name="task"
              checked={name === task}
              onChange={() => {
                const gone = TASKS[task].options.map((one) => [one.name, undefined]);
                change({ ...Object.fromEntries(gone), task: name });
              }}
            />{" "}
            {TASKS[name].title}
          </label>
        ))}
        <p class="small">{does}</p>
      </fieldset>
      <div class="tools">
        {progress.value === undefined ? (
          <button type="button" class="main" disabled={!openedData.value} onClick={begin}>
            {result.value ? "Once more" : "Begin"}
          </button>
        ) : (
          <button
            type="button"
            class="main"
            onClick={() => {
              stop();
              stopped.value = true;
            }}
          >
            Stop
          </button>
        )}
      </div>
      <details class="box" open>
        <summary>Options</summary>
        {[...options, SEED].map((one) => (
          <OptionInput
            key={one.name}
            option={one}
            value={all[one.name]}
            onChange={one === SEED ? (value) => change({ seed: value ?? "1" }) : set(one.name)}
          />
        ))}
      </details>
    </>
  );
}

/** The results. */
export function Panels() {
  const data = openedData.value;
  const ready = runtimeReady.value;
  const wanted = JSON.stringify(asked());
  useEffect(() => {
    result.value = undefined;
    stopped.value = false;
    const timer = setTimeout(() => {
      if (ready && data && data.rows <= ROWS_AT_ONCE) begin();
    }, SETTLED);
    return () => {
      clearTimeout(timer);
      stop();
      stop = () => {};
    };
  }, [data, ready, wanted]);
  const { task } = asked();
  const found = result.value;
  return (
    <>
      <p role="status">{statusOf(data?.rows)}</p>
      {progress.value && (
        <p class="small">
          <progress
            aria-label="Progress of the task"
            {...(progress.value.fraction !== undefined && { value: progress.value.fraction })}
          />{" "}
          {progress.value.text}
        </p>
      )}
      {found && (
        <>
          <div class="tools">
            <button type="button" onClick={() => download("report")}>
              Download the report
            </button>
            <button type="button" onClick={() => download("table")}>
              {FILES[task]} (CSV)
            </button>
          </div>
          <CopyPart title="Copy as command" text={found.command} />
          <CopyPart title="Command for next week's file" text={found.nextCommand} />
          {found.sections.map((section) => (
            <section key={section.heading}>
              <h2>{section.heading}</h2>
              {section.text && <p>{section.text}</p>}
              {section.panels.map((panel, at) => (
                <PanelPart
                  key={panel.title}
                  panel={panel}
                  id={`${section.heading}-${at}`.replace(/\W+/g, "-")}
                />
              ))}
            </section>
          ))}
        </>
      )}
    </>
  );
}

function statusOf(rows: number | undefined): string {
  if (progress.value) return `${TASKS[asked().task].title}: at work.`;
  if (result.value) return result.value.finding;
  if (stopped.value) return "Stopped.";
  if (rows !== undefined && rows > ROWS_AT_ONCE)
    return `${rows.toLocaleString("en")} rows: nothing is done until you press Begin.`;
  return "";
}
