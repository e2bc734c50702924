/**
 * @file Files that the lab is given, in a browser: hostile ones are refused in a line or harmless, a large one is never held as text, and a folder
 * of images becomes the rows that the command line reads.
 */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { crc32, deflateRawSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readFileData } from "../../node/index.js";
import { fingerprint } from "../../src/data/fingerprint.js";
import { random } from "../../src/random.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { LabVisit, soon, status, violations } from "./lab-page.js";

const { path } = await workplace();
/** Bytes of a large file. */
const SIZE = 30e6;
let browser: Browser;
let visit: LabVisit;

/** Opens the page Claims, on which no run begins by itself, and gives it a file. */
async function given(name: string, buffer: Buffer): Promise<Page> {
  const page = await visit.open("#page=claims&data=digits&seeds=1");
  await soon(() => status(page).textContent()).toBe("Ready.");
  await page.getByLabel("a file of yours").setInputFiles({ name, mimeType: "", buffer });
  return page;
}

const summary = (page: Page) => page.locator("details.box > summary").first();

/** The tab goes on: it opens an ordinary file. */
async function goesOn(page: Page): Promise<void> {
  await page.getByLabel("a file of yours").setInputFiles(path("flowers.csv"));
  await soon(() => summary(page).textContent()).toContain("flowers.csv, 24 rows of 5 numbers");
}

/** A header of NumPy that promises an array of float64. */
function npy(rows: number, cols: number): Buffer {
  const text = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`.padEnd(117)}\n`;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** A zip archive of one deflated file. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(8, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(packed.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name), packed]);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02\x14\x00"),
    shared,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    return () => visit.close();
  });

  test("a small npy file that promises 2 GB is refused", async () => {
    const page = await given("huge.npy", Buffer.concat([npy(2 ** 18, 2 ** 10), Buffer.alloc(800)]));
    await soon(() => status(page).textContent()).toMatch(/^huge\.npy: .*2147483648/);
    await goesOn(page);
    expect(visit.heard).toEqual([]);
  });

  test("a zip bomb is refused before it is unpacked", async () => {
    const zeros = Buffer.alloc(2 ** 28);
    const bomb = zip("x.npy", Buffer.concat([npy(2 ** 15, 2 ** 10), zeros]));
    expect(bomb.length).toBeLessThan(1e6);
    const page = await given("bomb.npz", bomb);
    await soon(() => status(page).textContent()).toMatch(
      /^bomb\.npz: .*inflates to more than 200 times its size/,
    );
    await goesOn(page);
    expect(visit.heard).toEqual([]);
  });

  test("a thousand columns of text are refused in a line, and of categories are read", async () => {
    const names = Array.from({ length: 1000 }, (_, j) => `t${j}`).join(",");
    const words = (row: number) =>
      Array.from({ length: 1000 }, (_, j) => `said ${row} of ${j} words ${row * j}`).join(",");
    const texts = Array.from({ length: 60 }, (_, row) => words(row));
    const page = await given("texts.csv", Buffer.from([names, ...texts, ""].join("\n")));
    await soon(() => status(page).textContent()).toMatch(
      /^texts\.csv: no column to learn from: t0 .{1,900}$/,
    );
    const kinds = Array.from({ length: 60 }, (_, row) =>
      Array.from({ length: 1000 }, (__, j) => ["red", "green", "blue"][(row * j + row) % 3]).join(","),
    );
    await page.getByLabel("a file of yours").setInputFiles({
      ...{ name: "kinds.csv", mimeType: "" },
      buffer: Buffer.from([names, ...kinds, ""].join("\n")),
    });
    await soon(() => summary(page).textContent()).toContain("kinds.csv, 60 rows of");
    await summary(page).click();
    await page.getByText("Types and roles of the columns").click();
    // No more of them stand there than somebody looks over.
    expect(await page.locator(".choices li").count()).toBe(40);
    await page.getByLabel("find a column").fill("t999");
    await soon(() => page.locator(".choices li").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    expect(visit.heard).toEqual([]);
  });

  test("names of columns with markup are names, on the page, in commands and in reports", async () => {
    const name = `"<img src=x onerror=window.hacked=1>"`;
    const rows = FLOWERS.replace("petal", name).replace("stem", '"</script><b>x,y=z"');
    const page = await given("markup.csv", Buffer.from(rows));
    await soon(() => summary(page).textContent()).toContain("markup.csv, 24 rows");
    await summary(page).click();
    await page.getByText("Types and roles of the columns").click();
    await page.getByLabel("role of </script><b>x,y=z").selectOption("carried along");
    await soon(() => page.evaluate("location.hash")).toContain("exclude=4");
    await page.getByRole("link", { name: "Table" }).click();
    await soon(() => page.locator(".panels > [role=status]").first().textContent()).toMatch(/unusual\.$/);
    expect(await page.locator("pre").first().textContent()).toMatch(
      /^unlabeled outliers markup\.csv --exclude 4 /,
    );
    expect(await page.getByText("<img src=x onerror").count()).toBeGreaterThan(1);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.locator(".panels img, .panels b").count()).toBe(0);
    expect(visit.heard).toEqual([]);
  });

  test("a folder of images becomes the rows that the command line reads", async () => {
    const noise = random(1);
    const bytes = (count: number) =>
      Buffer.from(Array.from({ length: count }, () => Math.floor(256 * noise.uniform())));
    const save = async (file: string, channels: 1 | 3 | 4, format: "png" | "jpeg" = "png") => {
      const raw = { width: 9, height: 7, channels };
      await sharp(bytes(63 * channels), { raw })
        .toFormat(format, { quality: 100 })
        .toFile(path(file));
    };
    for (const folder of ["faces/ann", "faces/bob", "plain"]) await mkdir(path(folder), { recursive: true });
    for (const [at, channels] of ([1, 3, 4, 3, 1] as const).entries()) {
      await save(`faces/ann/p${at + 8}.png`, channels);
      await save(`faces/bob/p${at}.png`, channels);
    }
    await writeFile(path("faces/bob/notes.txt"), "none");
    await sharp(bytes(63 * 3), { raw: { width: 9, height: 7, channels: 3 } })
      .png({ palette: true, colors: 16 })
      .toFile(path("faces/bob/q.png"));
    await writeFile(path("faces/ann/r.pgm"), Buffer.concat([Buffer.from("P5 9 7 255\n"), bytes(63)]));
    const page = await visit.open("#page=claims&data=digits&seeds=1");
    await soon(() => status(page).textContent()).toBe("Ready.");
    await page.getByLabel("a folder of images").setInputFiles(path("faces"));
    await soon(() => summary(page).textContent()).toContain("faces, 12 rows of 63 numbers");
    const read = await readFileData("faces");
    expect(String(await page.evaluate("location.hash"))).toContain(
      `data=faces&fingerprint=${fingerprint(read.x)}`,
    );
    await summary(page).click();
    await page.getByText("Columns", { exact: true }).click();
    for (const note of read.notes) await soon(() => page.getByText(note).count()).toBe(1);
    expect(read.notes.length).toBe(2);
    expect(await page.getByText("Colors are those of the column label.").count()).toBe(1);

    // Images of one size, or one line that names the odd one.
    await save("plain/a.png", 1);
    await sharp(bytes(64), { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toFile(path("plain/b.png"));
    await page.getByLabel("a folder of images").setInputFiles(path("plain"));
    await soon(() => status(page).textContent()).toBe("plain/b.png: 8 × 8, the images before it are 9 × 7");
    await writeFile(path("plain/b.png"), "no picture");
    await page.getByLabel("a folder of images").setInputFiles(path("plain"));
    await soon(() => status(page).textContent()).toBe("plain/b.png: is no PNG image");
    expect(visit.heard).toEqual([]);
  });

  // A file of 100 MB takes a minute where everything is tested at once; measured alone: 1,205,000 rows in 2.3 s, 200 MB more.
  test("a CSV of 30 MB is read without its text being held", { timeout: 180_000 }, async () => {
    const noise = random(2);
    const file = createWriteStream(path("large.csv"));
    file.write(`id,town,${Array.from({ length: 8 }, (_, j) => `v${j}`).join(",")}\n`);
    let rows = 0;
    for (let size = 0; size < SIZE; ) {
      const lines: string[] = [];
      for (let i = 0; i < 5000; i++, rows++) {
        const own = Array.from({ length: 8 }, () => (1000 * noise.uniform()).toFixed(4));
        lines.push(`c${rows},${["Ulm", "Bonn", "Kiel"][rows % 3]},${own.join(",")}\n`);
      }
      const text = lines.join("");
      size += text.length;
      if (!file.write(text)) await once(file, "drain");
    }
    file.end();
    await once(file, "finish");
    const { size } = await stat(path("large.csv"));
    const page = await visit.open("#page=claims&data=digits&seeds=1");
    await soon(() => status(page).textContent()).toBe("Ready.");
    const memory = () =>
      page.evaluate(
        "performance.measureUserAgentSpecificMemory().then(({ bytes }) => bytes)",
      ) as Promise<number>;
    const before = await memory();
    await page.getByLabel("a file of yours").setInputFiles(path("large.csv"));
    await soon(() => summary(page).textContent()).toContain(
      `${rows.toLocaleString("en")} rows of 11 numbers`,
    );
    // Numbers that are learned from, in float64, the columns of numbers once more, and levels of the towns: no room for the text.
    const numbers = rows * 8 * (11 + 8);
    expect((await memory()) - before).toBeLessThan(numbers + 0.5 * size);
    expect(visit.heard).toEqual([]);
  });
});
