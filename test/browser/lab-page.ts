/**
 * @file A visit to the lab as it is built, from its own server, in a browser that was never there: pages that are listened to.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { expect } from "vitest";
import { type LabData, type LabServer, openData, startLabServer } from "../../cli/lab-server.js";

const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Folder of the build of the lab. */
export const build = fileURLToPath(new URL("../../dist/lab", import.meta.url));
const runtime = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));

export interface View {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

export class LabVisit {
  readonly context: BrowserContext;
  /** Requests elsewhere, lines on the console and errors. */
  readonly heard: string[] = [];
  readonly #server: LabServer;
  readonly #data: LabData;

  private constructor(context: BrowserContext, server: LabServer, data: LabData) {
    this.context = context;
    this.#server = server;
    this.#data = data;
  }

  /** @param path of the file of data that is served. */
  static async begin(browser: Browser, path: string): Promise<LabVisit> {
    const data = await openData(path);
    const server = await startLabServer({ build, runtime, data, host: "127.0.0.1", port: 0 });
    return new LabVisit(await browser.newContext(), server, data);
  }

  /** Opens a page of the lab; the first one takes the address that was printed. */
  async open(hash = "", { width = 1280, colorScheme = "light" }: View = {}): Promise<Page> {
    const page = await this.context.newPage();
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const { origin } = new URL(this.#server.url);
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
        this.heard.push(`asks for ${request.url()}`);
    });
    page.on("console", (message) => this.heard.push(`says ${message.text()}`));
    page.on("pageerror", (error) => this.heard.push(`fails with ${error.message}`));
    const known = (await this.context.cookies()).length > 0;
    await page.goto((known ? `${origin}/` : this.#server.url) + hash);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.#server.close();
    await this.#data.handle.close();
  }
}

/** Asks again and again. */
export const soon = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 50_000 });
export const status = (page: Page) => page.locator(".status [role=status]");
export const until = (page: Page, text: string) => soon(() => status(page).textContent()).toBe(text);

/** A file that the page gives when a button is pressed. */
export async function downloaded(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Violations that axe finds serious or critical. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await AXE);
  const found = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => impact + " " + id + " " + nodes[0].html))`,
  );
  return (found as string[]).filter((line) => /^(serious|critical)/.test(line));
}

export async function colorsIn(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colors = new Set<number>();
  for (let at = 0; at < data.length; at += info.channels)
    colors.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
  return colors.size;
}
