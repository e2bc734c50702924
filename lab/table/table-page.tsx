/**
 * @file Table: tasks on one's own rows.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Section } from "../../panels/report.js";
import { openedData, work } from "../client.js";
import { PanelPart } from "../panel-part.js";
import { settings } from "../store.js";

const progress = signal<string | undefined>(undefined);
const sections = signal<readonly Section[]>([]);
let stop = () => {};

function begin(): void {
  stop();
  progress.value = "Beginning.";
  sections.value = [];
  stop = work(
    "table",
    { task: "outliers", seed: Number(settings().seed) || 0 },
    (told) => {
      if (told.kind === "progress") progress.value = `Looking: ${told.text}.`;
      else sections.value = told.sections;
    },
    () => {
      progress.value = undefined;
    },
  );
}

/** The inputs. */
export function Controls() {
  return (
    <div class="tools">
      <button type="button" class="main" disabled={progress.value !== undefined} onClick={begin}>
        Find unusual rows
      </button>
    </div>
  );
}

/** The results. */
export function Panels() {
  const data = openedData.value;
  useEffect(() => {
    sections.value = [];
    return () => stop();
  }, [data]);
  return (
    <>
      {progress.value !== undefined && <p role="status">{progress.value}</p>}
      {sections.value.map((section) => (
        <section key={section.heading}>
          <h2>{section.heading}</h2>
          {section.text && <p>{section.text}</p>}
          {section.panels.map((panel, at) => (
            <PanelPart key={panel.title} panel={panel} id={`${section.heading}-${at}`.replace(/\W+/g, "-")} />
          ))}
        </section>
      ))}
    </>
  );
}
