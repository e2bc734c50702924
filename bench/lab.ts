/**
 * @file The lab in a tab: steps a second beside WebAssembly in Node, how soon there is something to be seen, how soon it answers, and, with
 * the word `memory`, how much memory ten minutes of training take.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { embedded } from "../src/data/embedded.js";
import { autoencoder, configureRuntime, startTraining } from "../src/index.js";
import { benchmarks, compare, median } from "./harness.js";
import { type LabHost, launch, startLabHost } from "./lab-host.js";
import { mapBenchmark } from "./lab-map.js";
import { keepResult, machine } from "./results.js";

/** Seconds of a round. */
const ROUND = 4;
const RUN = "#page=bench&data=digits&method=autoencoder&latentDim=8&hidden=128,64&epochs=1000000&seed=1";
const FOUR = "#page=four&data=digits&latentDim=16&seed=1&epochs=1000000";
const BREAK = "#page=break&data=digits&seed=1&noise=0&row=4";
const SLOW = { rate: 20e6, latency: 20 };
const MEMORY_MINUTES = 10;

/** Messages of the worker and questions to it, with their times since the page was opened. */
interface Noted {
  readonly at: number;
  readonly what: string;
  readonly step: number;
}

/** Runs in the page before all else: takes note of messages, of the first picture, and of gaps between frames. */
function watch(): void {
  const page = globalThis as unknown as {
    noted: Noted[];
    gaps: number[];
    firstPicture: number | undefined;
    Worker: typeof Worker;
    requestAnimationFrame: (frame: () => void) => void;
    document: { querySelector(selector: string): unknown };
  };
  page.noted = [];
  page.gaps = [];
  const note = (what: string, step = 0) => page.noted.push({ at: performance.now(), what, step });
  page.Worker = class extends page.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (data.kind === "bench" || data.kind === "four")
          note(`${data.kind} ${data.state.stage}`, data.state.step);
        else if (data.kind === "work") note(`told ${data.told.kind}`, data.told.filled?.step);
        else note(data.kind);
      });
    }
    override postMessage(...args: unknown[]): void {
      const [message] = args as [{ kind: string; asked?: { kind?: string } }];
      note(`ask ${message.kind} ${message.asked?.kind ?? ""}`.trim());
      super.postMessage(...(args as [unknown]));
    }
  };
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    page.gaps.push(now - last);
    last = now;
    if (page.firstPicture === undefined && page.document.querySelector(".panels svg, .panels img"))
      page.firstPicture = now;
    page.requestAnimationFrame(frame);
  };
  page.requestAnimationFrame(frame);
}

const noted = (page: Page) => page.evaluate("noted") as Promise<Noted[]>;
const forget = (page: Page) => page.evaluate("noted.length = gaps.length = 0");
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
const rounded = (value: number) => Number(value.toPrecision(4));

async function openPage(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(watch);
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function until(page: Page, what: string, after = 0): Promise<Noted> {
  for (;;) {
    const found = (await noted(page)).find((one) => one.what === what && one.at > after);
    if (found) return found;
    await sleep(20);
  }
}

/** Steps a second of a training of digits, in the tab with all its pictures and in Node. */
async function stepsBenchmark(host: LabHost, browser: Browser): Promise<void> {
  const page = await openPage(browser, host.url + RUN);
  await until(page, "bench running");
  await page.getByRole("button", { name: "Pause" }).click();
  configureRuntime({ backend: "wasm", threads: 2 });
  const session = await startTraining(autoencoder({ latentDim: 8, hidden: [128, 64] }), embedded("digits"), {
    ...{ seed: 1, epochs: 1_000_000 },
  });
  const inTab = async () => {
    await forget(page);
    await page.getByRole("button", { name: "Run" }).click();
    await sleep(1000 * ROUND);
    await page.getByRole("button", { name: "Pause" }).click();
    await until(page, "bench paused");
    const running = (await noted(page)).filter(({ what }) => what === "bench running");
    const [first, last] = [running[0]!, running.at(-1)!];
    return (1000 * (last.step - first.step)) / (last.at - first.at);
  };
  const inNode = async () => {
    const begun = performance.now();
    let steps = 0;
    while (performance.now() - begun < 1000 * ROUND) steps += (await session.step(100)).length;
    return (1000 * steps) / (performance.now() - begun);
  };
  await compare({
    name: "lab-steps",
    unit: "steps/s",
    higherIsBetter: true,
    aim: 0.8,
    // The browser is others to those who watch the machine.
    quiet: false,
    ours: inTab,
    peers: [{ name: "WebAssembly in Node", measure: inNode }],
    note: `Autoencoder 64-128-64-8-64-128-64 on the digits, batches of 128, in a worker of headless Chromium ${browser.version()} with all pictures of the page, beside the same training in Node without any.`,
  });
  await session.release();
  await page.context().close();
}

/** Times until there is something to be seen, and until there is a loss, each in a browser that was never there. */
async function startBenchmark(host: LabHost, browser: Browser): Promise<void> {
  const times: Record<string, number[]> = {
    ...{ "cold: first picture": [], "cold: first loss": [] },
    ...{ "warm: first picture": [], "warm: first loss": [] },
  };
  const look = async (page: Page, when: string) => {
    let loss: Noted | undefined;
    while (!loss) {
      await sleep(20);
      loss = (await noted(page)).find(({ what, step }) => what.startsWith("bench") && step > 0);
    }
    times[`${when}: first picture`]!.push(rounded((await page.evaluate("firstPicture")) as number));
    times[`${when}: first loss`]!.push(rounded(loss.at));
  };
  for (let round = 0; round < 5; round++) {
    host.line = SLOW;
    const page = await openPage(browser, host.url);
    await look(page, "cold");
    host.line = undefined;
    await page.reload();
    await look(page, "warm");
    await page.context().close();
  }
  const aims = { "cold: first loss": 6000, "warm: first picture": 1000, "warm: first loss": 3000 };
  const result = {
    name: "lab-start",
    unit: "ms",
    aims: { ...aims, "cold: first picture": 1000 },
    medians: Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)])),
    rounds: times,
    note: `Opened without an address of its own: Bench with an autoencoder on the digits. Cold: nothing kept, all files over a line of ${SLOW.rate / 1e6} Mbit/s with ${SLOW.latency} ms before each answer, packed by Brotli, ${(host.runtimeBytes / 1e6).toFixed(1)} MB of runtime. Warm: opened again, the runtime kept by the browser.`,
    date: new Date().toISOString(),
    machine: machine(),
  };
  keepResult(result.name, result);
  console.log(result.name, result.medians);
}

/** Times of answers: a new k, pictures a second, frames while it trains, strokes of the brush. */
async function answersBenchmark(host: LabHost, browser: Browser): Promise<void> {
  const four = await openPage(browser, host.url + FOUR);
  await until(four, "four running");
  await sleep(3000);
  const restarts: number[] = [];
  for (const k of [17, 24, 40, 63, 64, 80, 12, 33]) {
    await forget(four);
    await four.getByRole("slider").fill(String(k));
    const asked = await until(four, "ask begin four");
    restarts.push((await until(four, "four ready", asked.at)).at - asked.at);
    await until(four, "four running", asked.at);
    await sleep(1500);
  }
  await forget(four);
  await sleep(10_000);
  const running = (await noted(four)).filter(({ what }) => what === "four running").length;
  const frames = (await four.evaluate("gaps")) as number[];
  await four.context().close();

  const page = await openPage(browser, host.url + BREAK);
  await page.setViewportSize({ width: 1280, height: 900 });
  const painting = page.getByRole("application", { name: "The image, to paint on" });
  await painting.waitFor({ timeout: 120_000 });
  await sleep(1000);
  await forget(page);
  const { x, y, width, height } = (await painting.boundingBox())!;
  for (let stroke = 0; stroke < 10; stroke++) {
    await page.mouse.move(x + 0.1 * width, y + (0.1 + 0.08 * stroke) * height);
    await page.mouse.down();
    for (let i = 1; i <= 10; i++) {
      await page.mouse.move(x + (0.1 + 0.07 * i) * width, y + (0.1 + 0.08 * stroke) * height);
      await sleep(25);
    }
    await page.mouse.up();
    await sleep(200);
  }
  const strokes: number[] = [];
  let asked: number | undefined;
  for (const { at, what, step } of await noted(page)) {
    if (what === "ask work fill") asked = at;
    if (what === "told filled" && step === 10 && asked !== undefined) strokes.push(at - asked);
  }
  const painted = (await page.evaluate("gaps")) as number[];
  await page.context().close();
  const result = {
    name: "lab-answers",
    unit: "ms",
    aims: {
      "new k: largest": 700,
      "updates a second: least": 5,
      "frames: 99 of 100": 50,
      "stroke: largest": 100,
    },
    figures: {
      "new k, five models at their first step: median": rounded(median(restarts)),
      "new k: largest": rounded(Math.max(...restarts)),
      "updates a second of five models": rounded(running / 10),
      "gaps between frames while they train: median": rounded(median(frames)),
      "gaps between frames while they train: 99 of 100 below": rounded(quantile(frames, 0.99)),
      "stroke to first answer: median": rounded(median(strokes)),
      "stroke to first answer: 95 of 100 below": rounded(quantile(strokes, 0.95)),
      "stroke to first answer: largest": rounded(Math.max(...strokes)),
      "gaps between frames while it is painted: 99 of 100 below": rounded(quantile(painted, 0.99)),
    },
    answers: strokes.length,
    date: new Date().toISOString(),
    machine: machine(),
  };
  keepResult(result.name, result);
  console.log(result.name, result.figures);
}

/** Memory of the page and its worker in ten minutes of training, after garbage is collected. */
async function memoryBenchmark(host: LabHost, browser: Browser): Promise<void> {
  const page = await openPage(browser, host.url + RUN);
  await until(page, "bench running");
  const megabytes: number[] = [];
  for (let minute = 0; minute <= MEMORY_MINUTES; minute++) {
    await sleep(minute === 0 ? 20_000 : 60_000);
    await forget(page);
    // Counts the worker in, and collects garbage before.
    const { bytes } = (await page.evaluate("performance.measureUserAgentSpecificMemory()")) as {
      bytes: number;
    };
    megabytes.push(rounded(bytes / 1e6));
    console.log(`minute ${minute}: ${megabytes.at(-1)} MB`);
  }
  const result = {
    name: "lab-memory",
    unit: "MB",
    aim: 20,
    growth: rounded(megabytes.at(-1)! - megabytes[0]!),
    minutes: megabytes,
    note: "performance.measureUserAgentSpecificMemory() of the page and its worker, once a minute, from 20 s after training began.",
    date: new Date().toISOString(),
    machine: machine(),
  };
  keepResult(result.name, result);
  console.log(result.name, `${result.growth} MB in ${MEMORY_MINUTES} minutes`);
}

export async function labBenchmarks(
  parts: readonly string[] = ["steps", "start", "answers", "map"],
): Promise<void> {
  const all = {
    steps: stepsBenchmark,
    start: startBenchmark,
    answers: answersBenchmark,
    map: mapBenchmark,
    memory: memoryBenchmark,
  };
  const host = await startLabHost();
  const browser = await launch();
  try {
    for (const [name, measure] of Object.entries(all)) if (parts.includes(name)) await measure(host, browser);
  } finally {
    await browser.close();
    await host.close();
  }
}

if (process.argv[1]?.endsWith("lab.js")) {
  const parts = process.argv.slice(2);
  benchmarks(() => labBenchmarks(parts.length > 0 ? parts : undefined));
}
