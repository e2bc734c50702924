/**
 * @file Stories of the lab from end to end, in a browser: a teacher, five minutes before the lecture.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FourState, News } from "../../lab/protocol.js";
import { embedded } from "../../src/data/embedded.js";
import { configureRuntime, fit, linearAutoencoder, type RuntimeOptions } from "../../src/index.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { LabVisit, soon, status, until } from "./lab-page.js";

const { path } = await workplace();
const KINDS = ["free", "projection", "shared", "unrolled", "tied"] as const;

/** Listens to what the worker tells, before the page does. */
function listen(): void {
  const page = globalThis as unknown as { heardFromWorker: unknown[]; Worker: typeof Worker };
  page.heardFromWorker = [];
  page.Worker = class extends page.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener("message", ({ data }) => page.heardFromWorker.push(data));
    }
  };
}

/** The last state of the models that was told. */
async function fourState(page: Page): Promise<FourState> {
  const news = (await page.evaluate(
    `heardFromWorker.filter(({ kind }) => kind === "four").slice(-1)`,
  )) as Extract<News, { kind: "four" }>[];
  return news[0]!.state;
}

const hashOf = (page: Page) => page.evaluate("location.hash") as Promise<string>;
const figures = (page: Page) =>
  page.locator("section.panel", { has: page.getByRole("heading", { name: /^Step / }) });
const cells = async (page: Page): Promise<string[][]> =>
  Promise.all(
    (await figures(page).locator("tbody tr").all()).map((line) => line.locator("th, td").allTextContents()),
  );

describe.skipIf(missing)(inChromium, () => {
  let browser: Browser;
  let visit: LabVisit;

  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    await visit.context.addInitScript(listen);
    return () => visit.close();
  });

  test("losses of Four are those of Node: of WebAssembly to the last bit, and natively to 1e-4", async () => {
    const asked = { latentDim: 8, epochs: 3, seed: 5, noise: "gaussian:0.1" };
    const page = await visit.open(
      "#page=four&data=digits&latentDim=8&epochs=3&seed=5&noise=gaussian:0.1&stepSize=0.05",
    );
    await until(page, "Done.");
    const { models } = await fourState(page);
    expect(models.map(({ name }) => name)).toEqual(KINDS);
    const lossesBy = async (options: RuntimeOptions) => {
      configureRuntime({ threads: 1, ...options });
      const losses: number[] = [];
      for (const parameterization of KINDS) {
        const { latentDim, noise, ...training } = asked;
        const stepSize = parameterization === "unrolled" ? { stepSize: 0.05 } : {};
        const method = linearAutoencoder({ latentDim, noise, parameterization, ...stepSize });
        const { history } = await fit(method, embedded("digits"), { ...training, scale: "unit" });
        losses.push(history.at(-1)!.loss);
      }
      return losses;
    };
    expect(models.map(({ loss }) => loss)).toEqual(await lossesBy({ backend: "wasm" }));
    const native = await lossesBy({});
    for (const [i, { loss }] of models.entries()) expect(Math.abs(loss! / native[i]! - 1)).toBeLessThan(1e-4);
    expect(visit.heard).toEqual([]);
  });

  test("a teacher, five minutes before the lecture", async () => {
    // The link from last year: four models learn, and the tied one.
    const page = await visit.open("#page=four&data=digits&latentDim=16&seed=3&epochs=100000");
    await until(page, "Running.");
    await soon(async () => (await fourState(page)).step).toBeGreaterThan(100);
    expect((await cells(page)).map(([name]) => name)).toEqual(KINDS);
    const { errors, leastError } = await fourState(page);
    for (const { name, values } of errors.series.filter((one) => one.name !== "Eckart–Young")) {
      expect([name, values.at(-1)! < values[0]!]).toEqual([name, true]);
      expect(values.at(-1)!).toBeGreaterThanOrEqual(leastError * (1 - 1e-6));
    }
    const alarm = page.getByRole("alert");
    expect(await alarm.textContent()).toBe("");

    // k is dragged past d: the alarm names those that are copies, and their spectrum is flat.
    const slider = page.getByRole("slider");
    for (const k of ["40", "64", "70"]) await slider.fill(k);
    await soon(() => hashOf(page)).toContain("latentDim=70");
    await soon(() => alarm.textContent()).toMatch(
      /^projection(, shared)?(, unrolled)?( and tied)? ha(s|ve) become the identity: what goes in comes out/,
    );
    const { spectrum, leastError: none } = await fourState(page);
    expect(none).toBe(0);
    for (const value of spectrum.series.find(({ name }) => name === "projection")!.values)
      expect(value).toBeCloseTo(1, 4);
    expect(await page.getByRole("img", { name: /^Singular values/ }).count()).toBe(1);

    // Noise: the closed form of the best filter stands beside the spectra, and the level changes on the way.
    await page.getByRole("radio", { name: "noisy" }).click();
    await soon(() => hashOf(page)).toContain("noise=gaussian:0.3");
    await soon(async () => (await fourState(page)).scalars.noise ?? 0).toBeCloseTo(0.3, 6);
    const best = (await fourState(page)).spectrum.series.find(({ name }) => name === "closed form")!.values;
    expect(best[0]!).toBeLessThan(1);
    expect(best[0]!).toBeGreaterThan(best[20]!);
    const level = page.getByLabel("noise", { exact: true });
    await level.fill("0.5");
    await level.press("Tab");
    await soon(async () => (await fourState(page)).scalars.noise ?? 0).toBeCloseTo(0.5, 6);

    // The mask brush.
    await page.getByRole("link", { name: "Break it" }).click();
    const painting = page.getByRole("application", { name: "The image, to paint on" });
    await painting.waitFor({ timeout: 50_000 });
    await page.getByRole("button", { name: "Hide the right half" }).click();
    const errorsOf = page.locator("section.panel", { has: page.getByRole("heading", { name: "Errors" }) });
    await soon(() => errorsOf.locator("tbody").textContent()).toMatch(/zero-filled[\d.]+.*masked[\d.]+/);
    expect(await hashOf(page)).toMatch(/^#page=break&data=digits&.*hole=4-7,/);

    // The claim card: what the notes say, and the verdict.
    await page.getByRole("link", { name: "Claims" }).click();
    await page.getByRole("list", { name: /^Claims of: What makes a linear autoencoder robust/ }).waitFor();
    await page.getByRole("link", { name: /^B13 / }).click();
    await soon(() => hashOf(page)).toMatch(/study=noise-plane.*claim=B13/);
    expect(await page.getByText("P4 is more robust to noise").count()).toBeGreaterThan(0);

    // A link with a seed for the class: their phones see the same numbers.
    await page.evaluate(
      `location.hash = "#page=four&data=digits&latentDim=16&seed=2026&epochs=2&hide=options,repeat,changes,errors"`,
    );
    await until(page, "Done.");
    const link = await hashOf(page);
    expect(link).toContain("seed=2026");
    const phone = await visit.open(link, { width: 390 });
    await until(phone, "Done.");
    expect(await cells(phone)).toEqual(await cells(page));
    expect((await fourState(phone)).models).toEqual((await fourState(page)).models);
    // Parts that the teacher leaves out are not there; the rest is.
    for (const one of [page, phone]) {
      expect(await one.getByText("Options", { exact: true }).count()).toBe(0);
      expect(await one.getByRole("heading", { name: "Repeat it" }).count()).toBe(0);
      expect(await one.getByRole("img", { name: /^Error on clean rows$/ }).count()).toBe(0);
      expect(await one.getByRole("img", { name: /^Singular values/ }).count()).toBe(1);
    }
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(visit.heard).toEqual([]);
  });

  test("digits are there to be seen before the runtime is, and how far that is", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await visit.context.route("**/ort-wasm-simd-threaded.wasm", async (route) => {
      await held;
      await route.continue();
    });
    const page = await visit.open("#page=bench&data=digits&method=pca&latentDim=2&seed=1");
    await page.getByRole("img", { name: /^Codes of the digits by pca/ }).waitFor();
    expect(await page.getByRole("img", { name: /^Digits by sixteen components/ }).count()).toBe(1);
    expect(await status(page).textContent()).toMatch(/^Loading ONNX Runtime/);
    expect(await page.getByRole("progressbar").count()).toBe(1);
    release();
    await until(page, "Done.");
    expect(await page.getByRole("img", { name: /^Codes of the digits by pca/ }).count()).toBe(0);
    expect(await page.getByRole("progressbar").count()).toBe(0);
    expect(visit.heard).toEqual([]);
  });

  test("a network is seen to be given noise", async () => {
    const lines = async (hash: string) => {
      const page = await visit.open(hash);
      await until(page, "Done.");
      const picture = page.getByRole("img", { name: /^Images and their reconstructions/ });
      const size = await picture.evaluate((one) => [
        (one as HTMLImageElement).naturalWidth,
        (one as HTMLImageElement).naturalHeight,
      ]);
      await page.close();
      return size;
    };
    const bench = "#page=bench&data=digits&latentDim=2&hidden=8&epochs=1&seed=1";
    const [plain, noisy, masked] = [
      await lines(`${bench}&method=autoencoder`),
      await lines(`${bench}&method=denoisingAutoencoder`),
      await lines(`${bench}&method=maskedAutoencoder&patchSize=4`),
    ];
    // A gap of a pixel between lines of images of 64.
    expect(plain![1]).toBe(3 * 65 - 1);
    expect(noisy).toEqual([plain![0], 4 * 65 - 1]);
    expect(masked).toEqual(noisy);
    expect(visit.heard).toEqual([]);
  });
});
