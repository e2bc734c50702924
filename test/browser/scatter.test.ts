/**
 * @file Both back ends of the lab's scatter in a browser: they draw the same picture, and one is left where the other fails.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inChromium, launchChromium, missing } from "./chromium.js";

const sources = fileURLToPath(new URL("../../lab/scatter", import.meta.url));
/** Both painters, a choice between them, and a map. */
const CODE = `
  export { PixelPainter } from "./pixel-painter.ts";
  export { WebglPainter } from "./webgl-painter.ts";
  export { choosePainter } from "./painter.ts";
  export { MapView } from "./map-view.ts";
`;

let browser: Browser;
let script: string;

/** A page with the code, and points of several colors. */
async function withCode(before = ""): Promise<Page> {
  const page = await browser.newPage();
  await page.evaluate(before);
  await page.addScriptTag({ content: script });
  await page.evaluate(`
    const n = 3000, size = { width: 320, height: 240 }, PAPER = 0xffffffff;
    const INKS = [0xffb27200, 0xff009fe6, 0xff739e00];
    const points = { places: new Float32Array(2 * n), colors: new Uint32Array(n) };
    for (let i = 0; i < n; i++) {
      const angle = 2.4 * i, radius = Math.sqrt(i / n);
      points.places.set([5 + 3 * radius * Math.cos(angle), 7 + 2 * radius * Math.sin(angle)], 2 * i);
      points.colors[i] = INKS[Math.floor((angle / Math.PI) % 3)];
    }
    const view = { x: 5, y: 7, unitX: 48, unitY: 55 };
    // WebGL's lines go from the bottom.
    const upright = ({ name }, pixels) =>
      name === "pixels" ? pixels : pixels.map((_, at) => pixels[(239 - Math.floor(at / 320)) * 320 + (at % 320)]);
    // Share of ink, and of each color, in tiles of 40 by 40 pixels.
    const statistics = (painter, diameter) => {
      painter.draw(view, diameter, PAPER);
      const pixels = upright(painter, painter.pixels().slice());
      const tiles = Array.from({ length: 48 }, () => [0, 0, 0, 0]);
      pixels.forEach((color, at) => {
        const tile = tiles[8 * Math.floor(at / 320 / 40) + Math.floor((at % 320) / 40)];
        if (color !== PAPER) tile[3] += 1 / 1600;
        const ink = INKS.indexOf(color);
        if (ink >= 0) tile[ink] += 1 / 1600;
      });
      return { tiles, kinds: new Set(pixels).size };
    };
    Object.assign(globalThis, { points, size, view, statistics, PAPER });
  `);
  return page;
}

interface Statistics {
  readonly tiles: readonly (readonly number[])[];
  readonly kinds: number;
}

const choose = `scatter.choosePainter(size, points, view, { diameter: 4, paper: PAPER, onLost: () => {} })`;

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    const built = await build({
      ...{ bundle: true, format: "iife", globalName: "scatter", write: false, target: "es2023" },
      stdin: { contents: CODE, resolveDir: sources, loader: "ts" },
    });
    script = built.outputFiles[0]!.text;
  });
  afterAll(() => browser?.close());

  test.each([2, 3, 4, 7, 10])("both draw the same picture of points of %i pixels", async (diameter) => {
    const page = await withCode();
    const of = (painter: string) =>
      page.evaluate(
        `(() => { const painter = new scatter.${painter}(320, 240, () => {}); painter.take(points); return statistics(painter, ${diameter}); })()`,
      ) as Promise<Statistics>;
    const [plain, quick] = [await of("PixelPainter"), await of("WebglPainter")];
    // Paper and three inks, and nothing between them.
    expect([plain.kinds, quick.kinds]).toEqual([4, 4]);
    const ink = ({ tiles }: Statistics) => tiles.reduce((sum, tile) => sum + tile[3]!, 0) / tiles.length;
    expect(ink(plain)).toBeGreaterThan(0.05);
    // Discs begin at whole pixels here, and anywhere there.
    expect(Math.abs(ink(plain) / ink(quick) - 1)).toBeLessThan(0.06);
    const apart = plain.tiles.flatMap((tile, t) =>
      tile.map((share, c) => Math.abs(share - quick.tiles[t]![c]!)),
    );
    expect(Math.max(...apart)).toBeLessThan(0.08);
    expect(apart.reduce((sum, one) => sum + one, 0) / apart.length).toBeLessThan(0.015);
    await page.close();
  });

  test("a trial of both chooses the one that is sooner", async () => {
    const page = await withCode();
    const { name, milliseconds } = (await page.evaluate(
      `(() => { const { painter, milliseconds } = ${choose}; return { name: painter.name, milliseconds }; })()`,
    )) as { name: string; milliseconds: Record<string, number> };
    expect(Object.keys(milliseconds)).toEqual(["pixels", "WebGL2"]);
    const [first, second] = Object.entries(milliseconds).sort((a, b) => a[1] - b[1]);
    if (first![1] < second![1]) expect(name).toBe(first![0]);
    await page.close();
  });

  const broken = {
    "there is no WebGL2":
      "const own = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === 'webgl2' ? null : own.call(this, kind, ...rest); };",
    "no shader compiles": "WebGL2RenderingContext.prototype.getProgramParameter = () => false;",
    "nothing is drawn, quickly":
      "WebGL2RenderingContext.prototype.drawArrays = () => {}; const own = performance.now.bind(performance); let slow = 0; const put = CanvasRenderingContext2D.prototype.putImageData; CanvasRenderingContext2D.prototype.putImageData = function (...all) { slow += 1e4; return put.apply(this, all); }; performance.now = () => own() + slow;",
  };
  test.each(Object.entries(broken))("where %s, points are drawn by hand", async (_, before) => {
    const page = await withCode(before);
    const found = (await page.evaluate(
      `(() => { const { painter } = ${choose}; return { name: painter.name, ...statistics(painter, 4) }; })()`,
    )) as Statistics & { name: string };
    expect(found.name).toBe("pixels");
    expect(found.kinds).toBe(4);
    await page.close();
  });

  test("a map goes on by hand where the graphics processor is lost", async () => {
    // Drawing by hand is told to be slow, so that WebGL2 is taken first.
    const page = await withCode(
      "const own = performance.now.bind(performance); let slow = 0; const put = CanvasRenderingContext2D.prototype.putImageData; CanvasRenderingContext2D.prototype.putImageData = function (...all) { slow += 1e4; return put.apply(this, all); }; performance.now = () => own() + slow;",
    );
    await page.evaluate(`
      const host = document.body.appendChild(document.createElement("div"));
      host.style.cssText = "position: relative; width: 320px; height: 240px";
      host.tabIndex = 0;
      globalThis.names = [];
      const ears = Object.fromEntries(["hover", "pick", "choose", "clear", "step", "place", "seen"].map((name) => [name, () => {}]));
      const map = new scatter.MapView(host, { ...ears, painted: (name) => names.push(name) });
      map.setPlaces(points.places, true);
      map.setColors(points.colors, Uint32Array.from(points.colors, (_, i) => i), { paper: "#ffffff", ink: "#000000" });
    `);
    const names = () => page.evaluate("names");
    await expect.poll(names).toEqual(["WebGL2"]);
    await page.evaluate(
      `document.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext()`,
    );
    await expect.poll(names).toEqual(["WebGL2", "pixels"]);
    const inked = (await page.evaluate(
      `(() => { const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, 320, 240); return data.filter((value) => value < 200).length; })()`,
    )) as number;
    expect(inked).toBeGreaterThan(1000);
    await page.close();
  });
});
