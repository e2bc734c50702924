/**
 * @file The page: its frame, one worker, and the state in the address.
 */
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { ask, embeddedNames, failure, forgetRuns, handOver, openedData, runtimeReady } from "./client.js";
import { DataPart, type ServedFile, takeDrops } from "./data-part.js";
import { FirstPicturePart } from "./first-picture.js";
import { hashOf } from "./hash.js";
import { Part } from "./hidden.js";
import { type PageParts, pageParts } from "./page-parts.js";
import { hasRuns, PAGE_NAMES, type PageName, pages } from "./pages.js";
import { changeChoices, difference, nameOwnData, open, state } from "./runs.js";
import { fetched, fetchRuntime } from "./runtime-bytes.js";
import { addressOf, changeData, choices, keepAddress, page, readAddress, settings } from "./store.js";

/** Words of the command about itself; static hosts have no such file. */
interface Session {
  readonly file?: ServedFile;
  readonly embedded?: string;
}

/** Parts of the pages that have been open. */
const loadedParts = signal<Readonly<Partial<Record<PageName, PageParts>>>>({});

async function loadParts(name: PageName): Promise<void> {
  const parts = await pageParts[name]();
  loadedParts.value = { ...loadedParts.value, [name]: parts };
}

function App({ served }: { readonly served: ServedFile | undefined }) {
  const open = page.value;
  const parts = loadedParts.value[open];
  useEffect(() => {
    if (!parts) void loadParts(open);
    document.title = `${pages[open].title} · Unlabeled lab`;
  }, [open, parts]);
  return (
    <>
      <header>
        <p class="name">Unlabeled lab</p>
        <Part name="pages">
          <nav aria-label="Pages">
            <ul>
              {PAGE_NAMES.map((name) => (
                <li key={name}>
                  <a href={addressOf(name)} {...(name === open && { "aria-current": "page" as const })}>
                    {pages[name].title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </Part>
      </header>
      <main>
        <h1>{pages[open].title}</h1>
        <p>{pages[open].introduction}</p>
        <Status />
        <div class="columns">
          <form class="controls" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
            <Part name="data">
              <DataPart served={served} />
            </Part>
            <Part name="controls">{parts && <parts.Controls />}</Part>
          </form>
          <div class="panels">
            {showsFirst() && <FirstPicturePart />}
            {parts && <parts.Panels />}
          </div>
        </div>
      </main>
    </>
  );
}

/** Digits are there to be seen until the runtime is, and on pages with runs until there is one. */
function showsFirst(): boolean {
  if (settings().data !== "digits" || failure.value !== undefined) return false;
  return !runtimeReady.value || (hasRuns(page.value) && !state());
}

/** One line on how things stand, which is read out where it changes: not at every step. */
function Status() {
  const loading = !runtimeReady.value;
  const { share } = fetched.value;
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
      {loading && failure.value === undefined && (
        <progress aria-label="Loading the runtime" {...(share < 1 && { value: share })} />
      )}
      {!crossOriginIsolated && (
        <p class="small">On one thread: the host of this page does not set it apart from others.</p>
      )}
    </div>
  );
}

function statusText(): string {
  const { data = "" } = settings();
  if (!runtimeReady.value) {
    const { share, size } = fetched.value;
    if (share === 1) return "Starting ONNX Runtime.";
    return `Loading ONNX Runtime${size > 0 ? `: ${(size / 1e6).toFixed(1)} MB` : ""}, once.`;
  }
  if (asksFor.value)
    return `This link is to ${data}, which is not here: drop the file, or choose it under Data.`;
  if (!openedData.value) return `Opening ${data}.`;
  if (!hasRuns(page.value)) return "Ready.";
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
const folder = new URL("runtime/", document.baseURI).href;
// Begun before all else: it takes longest.
const bytes = fetchRuntime(folder);
const told = await session();
const linked = readAddress();
if (!linked) changeData(told.file?.name ?? told.embedded ?? "digits");
keepAddress();
nameOwnData();
takeDrops();
ask({ kind: "start" });
bytes.then((found) => handOver(folder, found));
effect(() => {
  if (openedData.value) asksFor.value = false;
});
// Once it is known which data there are.
effect(() => {
  if (embeddedNames.value.length > 0) untracked(openNamed);
});
addEventListener("hashchange", () => {
  const [before, chosen] = [settings().data, hashOf(choices())];
  readAddress();
  forgetRuns();
  if (settings().data !== before) openNamed();
  else if (hashOf(choices()) !== chosen) changeChoices(choices());
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
