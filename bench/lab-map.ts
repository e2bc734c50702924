/**
 * @file A map of 100,000 rows in the lab: frames while it is moved, the time to a lasso's rows, and to the row under the pointer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { blobs } from "../src/data/synthetic.js";
import { median } from "./harness.js";
import type { LabHost } from "./lab-host.js";
import { keepResult, machine } from "./results.js";

const ROWS = 100_000;
const MAP = "#page=latent&data=digits&method=pca&latentDim=2&seed=1";
const LASSOS = 10;
const HOVERS = 40;
const MOVES = 60;

interface Timed {
  readonly lassos: number[];
  readonly hovers: number[];
  readonly frames: number[];
}

/** Runs in the page: milliseconds from what the pointer does to what stands there by it. */
function watch(): void {
  const page = globalThis as unknown as {
    timed: Timed;
    document: { querySelector(selector: string): { textContent: string } | null; body: Node };
    addEventListener(name: string, listener: () => void, capture: boolean): void;
    requestAnimationFrame(frame: () => void): void;
    MutationObserver: new (callback: () => void) => { observe(node: Node, options: object): void };
  };
  page.timed = { lassos: [], hovers: [], frames: [] };
  let [released, moved, selected, tip] = [0, 0, "", ""];
  page.addEventListener("pointerup", () => (released = performance.now()), true);
  page.addEventListener("pointermove", () => (moved = performance.now()), true);
  const look = () => {
    const found = /([\d,]+) of 100,000 rows are selected/.exec(
      page.document.querySelector(".panels")!.textContent,
    );
    if (found && found[1] !== selected) {
      selected = found[1]!;
      // With the frame in which it is drawn.
      page.requestAnimationFrame(() => page.timed.lassos.push(performance.now() - released));
    }
    const told = page.document.querySelector(".tip")?.textContent ?? "";
    if (told !== tip && told !== "") page.timed.hovers.push(performance.now() - moved);
    tip = told;
  };
  new page.MutationObserver(look).observe(page.document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  });
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    page.timed.frames.push(now - last);
    last = now;
    page.requestAnimationFrame(frame);
  };
  page.requestAnimationFrame(frame);
}

const rounded = (value: number) => Number(value.toPrecision(4));

export async function mapBenchmark(host: LabHost, browser: Browser): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(host.url + MAP);
  await page.getByText("1,797 rows, made in").waitFor();
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({
      name: "many.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(table()),
    });
  const made = page.getByText("100,000 rows, made in");
  const make = page.getByRole("button", { name: "Make the map" });
  await made.or(make).first().waitFor({ timeout: 60_000 });
  await sleep(3000);
  if ((await made.count()) === 0) await make.click();
  await made.waitFor({ timeout: 60_000 });
  await sleep(2000);
  await page.evaluate(watch);
  const { lassos, hovers, frames } = await measured(page);
  const result = {
    name: "lab-map",
    unit: "ms",
    aims: { "a frame while it is moved": 33, "lasso: largest": 100, "hover: largest": 50 },
    rows: ROWS,
    figures: {
      "a frame while it is moved: median": rounded(median(frames)),
      "a frame while it is moved: largest": rounded(Math.max(...frames)),
      "lasso: median": rounded(median(lassos)),
      "lasso: largest": rounded(Math.max(...lassos)),
      "hover: median": rounded(median(hovers)),
      "hover: largest": rounded(Math.max(...hovers)),
    },
    counts: { frames: frames.length, lassos: lassos.length, hovers: hovers.length },
    date: new Date().toISOString(),
    machine: machine(),
  };
  keepResult(result.name, result);
  console.log(result.name, result.figures);
  await context.close();
}

async function measured(page: Page): Promise<Timed> {
  const box = (await page.locator(".map").first().boundingBox())!;
  const move = (across: number, down: number, steps = 1) =>
    page.mouse.move(box.x + across * box.width, box.y + down * box.height, { steps });
  const timed = () => page.evaluate("timed") as Promise<Timed>;
  await page.getByLabel("Move").check();
  for (let i = 0; i < HOVERS; i++) {
    await move(0.5 + 0.2 * Math.sin(i), 0.5 + 0.2 * Math.cos(1.7 * i));
    await sleep(60);
  }
  await page.evaluate("timed.frames.length = 0");
  await move(0.5, 0.5);
  await page.mouse.down();
  for (let i = 0; i < MOVES; i++) await move(0.5 + 0.2 * Math.sin(i / 5), 0.5 + 0.2 * Math.cos(i / 7));
  await page.mouse.up();
  const { frames } = await timed();
  await page.getByLabel("Lasso").check();
  for (let i = 0; i < LASSOS; i++) {
    const corner = 0.1 + 0.03 * i;
    await move(corner, corner);
    await page.mouse.down();
    for (const [across, down] of [
      [0.9, corner],
      [0.9, 0.9],
      [corner, 0.9],
    ] as const)
      await move(across, down, 6);
    await page.mouse.up();
    await sleep(500);
  }
  const { lassos, hovers } = await timed();
  return { frames, lassos, hovers };
}

/** Five groups in four columns, with a name and a kind. */
function table(): string {
  const { x, labels } = blobs({ rows: ROWS, cols: 4, centers: 5, seed: 2 });
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `r${i},kind ${labels[i]},${x.data.subarray(4 * i, 4 * i + 4).join(",")}`,
  );
  return `name,kind,a,b,c,d\n${lines.join("\n")}\n`;
}
