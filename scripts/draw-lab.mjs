/**
 * Takes the pictures of docs/lab: each page of the lab as it is built, wide and light, narrow and dark. It wants Debian's Chromium.
 *
 *   npm run build && node scripts/draw-lab.mjs [PAGE …]
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/lab");
/** State of each page, and the text of an element that is there once there is something to see. */
const PAGES = {
  bench: "#page=bench&data=digits&method=autoencoder&latentDim=2&hidden=128&epochs=20&seed=1&validation=0.1",
  four: "#page=four&data=digits&latentDim=64&noise=gaussian:0.2&epochs=5&seed=1",
  latent: "#page=latent&data=digits&method=umap&latentDim=2&seed=1",
  break: "#page=break&data=digits&seed=1&noise=0&row=4&hole=4-7,12-15,20-23,28-31,36-39,44-47,52-55,60-63",
  table: "#page=table&data=digits&task=outliers&seed=1",
  claims: "#page=claims&data=digits&study=identity&seeds=1&seed=0",
  manifolds: "#page=manifolds&data=digits&roll=swiss-roll&seed=1",
};
const VIEWS = [
  { name: "", width: 1280, height: 900, colorScheme: "light" },
  { name: "-narrow", width: 390, height: 844, colorScheme: "dark" },
];
/** Milliseconds in which a page has to come to rest. */
const PATIENCE = 90_000;

const asked = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const lab = spawn(process.execPath, [join(root, "dist/cli/main.js"), "lab"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const address = await new Promise((resolve) => {
  createInterface(lab.stdout).on("line", (line) => {
    const found = /https?:\S+/.exec(line);
    if (found) resolve(found[0]);
  });
});
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const context = await browser.newContext();
  const first = await context.newPage();
  await first.goto(address);
  for (const [name, hash] of Object.entries(PAGES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const view of VIEWS) {
      const page = await context.newPage();
      await page.setViewportSize(view);
      await page.emulateMedia({ colorScheme: view.colorScheme });
      await page.goto(new URL(`/${hash}`, address).href);
      await rest(page);
      const png = await page.screenshot({ fullPage: true, clip: undefined });
      const { width, height } = view;
      await sharp(png)
        .extract({
          left: 0,
          top: 0,
          width,
          height: Math.min(2 * height, (await sharp(png).metadata()).height),
        })
        .png({ palette: true, colors: 64 })
        .toFile(join(folder, `${name}${view.name}.png`));
      console.log(`docs/lab/${name}${view.name}.png`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  lab.kill("SIGINT");
}

/** Waits until the page says that it is done, and then until nothing moves any more. */
async function rest(page) {
  const begun = Date.now();
  let before = "";
  for (let still = 0; still < 4 && Date.now() - begun < PATIENCE; ) {
    await page.waitForTimeout(700);
    const text = await page.evaluate(
      "document.body.innerText + document.querySelectorAll('canvas, svg, img').length",
    );
    const busy = /Loading|Opening|Preparing|Running/.test(
      await page.locator(".status [role=status]").textContent(),
    );
    const working = (await page.locator("progress").count()) > 0;
    still = text === before && !busy && !working ? still + 1 : 0;
    before = text;
  }
}
