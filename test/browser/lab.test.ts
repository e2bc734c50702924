/**
 * @file The lab as it is built, from its own server, in a browser: its numbers are those of Node, it asks for nothing elsewhere, says
 * nothing on the console, and can be used by everybody, on any screen.
 */
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { embedded } from "../../src/data/embedded.js";
import { takeRows } from "../../src/data/matrix.js";
import { autoencoder, configureRuntime, fit } from "../../src/index.js";
import { heldOut } from "../../src/metrics/split.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, downloaded, LabVisit, soon, status, until, type View, violations } from "./lab-page.js";

const { path } = await workplace();
let browser: Browser;
let visit: LabVisit;
/** Requests elsewhere, lines on the console and errors. */
let heard: readonly string[];
const open = (hash = "", view: View = {}) => visit.open(hash, view);
const numberOf = async (page: Page, name: string) =>
  Number(
    (await page
      .locator(".numbers div", { has: page.getByText(name, { exact: true }) })
      .locator("dd")
      .textContent())!.split(" ")[0],
  );

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    heard = visit.heard;
    return () => visit.close();
  });

  const SHORT =
    "#page=bench&data=digits&method=autoencoder&latentDim=2&hidden=16&epochs=3&seed=7&validation=0.1";

  test("losses and the model's file are those of WebAssembly in Node, to the last bit", async () => {
    const scripts = new Map<string, number>();
    visit.context.on("response", async (response) => {
      const name = new URL(response.url()).pathname;
      if (name.endsWith(".js")) scripts.set(name, gzipSync(await response.body(), { level: 9 }).length);
    });
    const page = await open(SHORT);
    await until(page, "Done.");
    // Beside the runtime and the digits themselves.
    const code = [...scripts].filter(([name]) => !/\/(ort\.|embedded-|digits-)/.test(name));
    expect(code.length).toBeGreaterThan(5);
    expect(code.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(150_000);
    const { name, bytes } = await downloaded(page, "Download the model");
    expect(name).toBe("digits-autoencoder.safetensors");
    configureRuntime({ backend: "wasm", threads: 1 });
    const data = embedded("digits");
    const { train, test: held } = heldOut(data.x.rows, 0.1, 7);
    const model = await fit(
      autoencoder({ latentDim: 2, hidden: [16] }),
      { ...data, x: takeRows(data.x, train) },
      { seed: 7, scale: "unit", epochs: 3, validation: takeRows(data.x, held) },
    );
    configureRuntime({ threads: 1 });
    expect(Buffer.compare(bytes, model.save())).toBe(0);
    expect(await numberOf(page, "loss")).toBe(Number(model.history.at(-1)!.loss.toPrecision(5)));
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    expect(heard).toEqual([]);
  });

  test("a run is paused, taken step by step, changed and begun anew", async () => {
    const page = await open(`${SHORT.replace("epochs=3", "epochs=1000")}`);
    await until(page, "Running.");
    await page.getByRole("button", { name: "Pause" }).click();
    await until(page, "Paused.");
    const before = await numberOf(page, "step");
    await page.getByRole("button", { name: "Step" }).click();
    await soon(() => numberOf(page, "step")).toBe(before + 1);
    const rate = page.getByLabel("learning rate", { exact: true });
    await rate.fill("0.02");
    await rate.press("Tab");
    await page.getByText("Copy as TypeScript").click();
    const program = page.locator("pre", { hasText: "startTraining" });
    await soon(() => program.textContent()).toContain("session.setLearningRate(0.02);");
    await page.getByRole("button", { name: "Reset" }).click();
    await until(page, "Ready.");
    expect(await numberOf(page, "step")).toBe(0);
    // An option stands in the address, and the run begins anew by it.
    await page.getByText("Options of the method").click();
    await page.getByLabel("hidden", { exact: true }).fill("8");
    await page.getByLabel("hidden", { exact: true }).press("Tab");
    await soon(() => page.evaluate("location.hash")).toContain("hidden=8");
    await until(page, "Ready.");
    await page.getByLabel("hidden", { exact: true }).fill("zero");
    await page.getByLabel("hidden", { exact: true }).press("Tab");
    await soon(() => status(page).textContent()).toMatch(
      /^autoencoder: hidden must be a list of integers ≥ 1/,
    );
    expect(heard).toEqual([]);
  });

  test("the file of the command is the data, and a link to it asks for it where it is not", async () => {
    const page = await open();
    await until(page, "Done.");
    const hash = String(await page.evaluate("location.hash"));
    expect(hash).toMatch(/^#page=bench&data=flowers\.csv&fingerprint=[0-9a-f]{16}&/);
    const other = await open(hash.replace("flowers.csv", "elsewhere.csv"));
    await until(
      other,
      "This link is to elsewhere.csv, which is not here: drop the file, or choose it under Data.",
    );
    await other.getByLabel("a file of yours").setInputFiles({
      name: "elsewhere.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(FLOWERS.replace("1.000", "1.125")),
    });
    await soon(() => other.locator(".status [role=alert]").textContent()).toMatch(
      /^elsewhere\.csv is not the file that the link is to/,
    );
    await other.getByLabel("a file of yours").setInputFiles({
      name: "broken.npy",
      mimeType: "",
      buffer: Buffer.from("\u0093NUMPY"),
    });
    await soon(() => status(other).textContent()).toMatch(/^broken\.npy: /);
    expect(heard).toEqual([]);
  });

  test("with as many codes as columns the identity is named", async () => {
    const page = await open("#page=four&data=digits&latentDim=16&seed=1&epochs=1");
    await until(page, "Done.");
    expect(await page.getByRole("alert").textContent()).toBe("");
    await page.getByRole("slider").fill("64");
    await soon(() => page.getByRole("alert").textContent()).toMatch(
      /^projection(, unrolled)? and tied have become the identity/,
    );
    await soon(() => page.evaluate("location.hash")).toContain("latentDim=64");
    expect(heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 390, colorScheme: "dark" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    for (const hash of [SHORT, "#page=four&data=digits&latentDim=4&seed=1&epochs=1&noise=gaussian:0.2"]) {
      const page = await open(hash, view);
      await until(page, "Done.");
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
      const pictures = await page.locator("figure > svg, figure > img").all();
      expect(pictures.length).toBeGreaterThanOrEqual(2);
      for (const picture of pictures) expect(await colorsIn(await picture.screenshot())).toBeGreaterThan(8);
      await page.close();
    }
    expect(heard).toEqual([]);
  });

  test("names that would break a page are names", async () => {
    const page = await open();
    const name = "<img src=x onerror=alert(1)>&{}.csv";
    await page.getByLabel("a file of yours").setInputFiles({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(FLOWERS.replace("petal", "<script>hacked=1</script>")),
    });
    await soon(() => page.locator("details.box > summary").textContent()).toContain(name);
    await until(page, "Done.");
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(heard).toEqual([]);
  });
});
