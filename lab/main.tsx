/**
 * @file The page: two pages of it, one worker, and the state in the address.
 */
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { BenchControls, BenchPanels } from "./bench-page.js";
import { ask, embeddedNames, failure, forgetRuns, openedData, runtimeReady } from "./client.js";
import { DataPart, type ServedFile, takeDrops } from "./data-part.js";
import { FourControls, FourPanels } from "./four-page.js";
import { difference, nameOwnData, open, state } from "./runs.js";
import { addressOf, changeData, keepAddress, PAGES, page, readAddress, settings } from "./store.js";

/** Words of the command about itself; static hosts have no such file. */
interface Session {
  readonly file?: ServedFile;
  readonly embedded?: string;
}

const TITLES = { bench: "Bench", four: "Four" } as const;
const INTRODUCTIONS = {
  bench: "Any method on your data, as it learns.",
  four: "Linear autoencoders with four encoders, trained in step on the same batches: free, projection, shared, unrolled.",
} as const;

function App({ served }: { readonly served: ServedFile | undefined }) {
  const open = page.value;
  useEffect(() => {
    document.title = `${TITLES[open]} · Unlabeled lab`;
  }, [open]);
  return (
    <>
      <header>
        <p class="name">Unlabeled lab</p>
        <nav aria-label="Pages">
          <ul>
            {PAGES.map((name) => (
              <li key={name}>
                <a href={addressOf(name)} {...(name === open && { "aria-current": "page" as const })}>
                  {TITLES[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main>
        <h1>{TITLES[open]}</h1>
        <p>{INTRODUCTIONS[open]}</p>
        <Status />
        <div class="columns">
          <form class="controls" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
            <DataPart served={served} />
            {open === "bench" ? <BenchControls /> : <FourControls />}
          </form>
          <div class="panels">{open === "bench" ? <BenchPanels /> : <FourPanels />}</div>
        </div>
      </main>
    </>
  );
}

/** One line on how things stand, which is read out where it changes: not at every step. */
function Status() {
  const loading = !runtimeReady.value;
  return (
    <div class="status">
      <p role="status" class={failure.value === undefined ? "" : "alarm"}>
        {failure.value ?? statusText()}
      </p>
      {difference.value !== undefined && (
        <p role="alert" class="alarm">
          {difference.value}
        </p>
      )}
      {loading && failure.value === undefined && <progress aria-label="Loading the runtime" />}
    </div>
  );
}

function statusText(): string {
  const { data = "" } = settings();
  if (!runtimeReady.value) return "Loading ONNX Runtime, once.";
  if (asksFor.value)
    return `This link is to ${data}, which is not here: drop the file, or choose it under Data.`;
  if (!openedData.value) return `Opening ${data}.`;
  switch (state()?.stage) {
    case undefined:
    case "preparing":
      return "Preparing the run.";
    case "running":
      return "Running.";
    case "paused":
      return "Paused.";
    case "done":
      return "Done.";
    default:
      return "Ready.";
  }
}

async function session(): Promise<Session> {
  const response = await fetch("session.json").catch(() => undefined);
  if (!response?.ok) return {};
  return (await response.json()) as Session;
}

/** A link names data that are nowhere to be had. */
const asksFor = signal(false);
const told = await session();
const linked = readAddress();
if (!linked) changeData(told.file?.name ?? told.embedded ?? "digits");
keepAddress();
nameOwnData();
takeDrops();
ask({ kind: "start", runtime: new URL("runtime/", document.baseURI).href });
effect(() => {
  if (openedData.value) asksFor.value = false;
});
// Once it is known which data there are.
effect(() => {
  if (embeddedNames.value.length > 0) untracked(openNamed);
});
addEventListener("hashchange", () => {
  const before = settings().data;
  readAddress();
  forgetRuns();
  if (settings().data !== before) openNamed();
});
render(<App served={told.file} />, document.querySelector("#app")!);

/** Opens the data that the address names; a file of somebody's own it can only ask for. */
function openNamed(): void {
  const name = settings().data ?? "digits";
  asksFor.value = false;
  if (name === told.file?.name) open({ kind: "served", ...told.file });
  else if (embeddedNames.value.includes(name)) open({ kind: "embedded", name });
  else asksFor.value = true;
}
