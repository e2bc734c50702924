/** @file A report with a panel of every kind. */
import type { Panel, Report } from "../../panels/report.js";
import { writePng } from "../../src/files/png.js";
import { random } from "../../src/random.js";

/** A picture of 24 × 16 pixels. */
const png = await writePng({
  width: 24,
  height: 16,
  channels: 1,
  data: Uint8Array.from({ length: 24 * 16 }, (_, i) => (i * 37) % 256),
});

/**
 * @param name takes the part of everything that comes from data: titles, columns, labels, cells.
 * @param rows points on the map.
 */
export function sampleReport(name: (what: string) => string = (what) => what, rows = 200): Report {
  const draws = random(5);
  const column = () => Float64Array.from({ length: rows }, () => draws.normal());
  const names = Array.from({ length: 50 }, (_, i) => name(`column ${i}`));
  const said = (what: string) => ({ title: name(what), see: `To be seen: ${what}.` });
  const panels: Panel[] = [
    {
      kind: "table",
      ...said("a table"),
      columns: [name("first"), name("second")],
      rows: [
        [name("cell"), 0.125],
        [undefined, 7],
      ],
    },
    {
      kind: "table",
      ...said("a long table"),
      columns: ["i", name("n")],
      rows: names.map((one, i) => [i, one]),
    },
    {
      kind: "scatter",
      ...said("a map"),
      x: column(),
      y: column(),
      xName: name("z1"),
      yName: name("z2"),
      color: { name: name("kind"), labels: Array.from({ length: rows }, (_, i) => name(`kind ${i % 5}`)) },
      caption: name("method, seed 1"),
      details: {
        columns: [name("id")],
        rows: new Map([
          [0, [name("row one")]],
          [3, [name("row four")]],
        ]),
      },
    },
    {
      kind: "scatter",
      ...said("a scale"),
      x: column(),
      y: column(),
      xName: "x",
      yName: "y",
      color: { name: name("depth"), labels: Array.from({ length: rows }, (_, i) => String(i / 7)) },
    },
    {
      kind: "curves",
      ...said("curves"),
      xName: "epoch",
      yName: name("loss"),
      x: [1, 2, 3, 4],
      series: [
        { name: name("learned"), values: [4, 2.5, 2, 1.75] },
        { name: name("held out"), values: [5, 4, Number.NaN, 3.5] },
      ],
    },
    {
      kind: "spectrum",
      ...said("a spectrum"),
      shares: [0.5, 0.25, 0.0625],
      xName: "component",
      yName: "share",
    },
    {
      kind: "bars",
      ...said("bars"),
      names,
      valueName: "error",
      series: [{ name: name("error"), values: names.map((_, i) => i - 8) }],
      ranked: true,
    },
    {
      kind: "heatMap",
      ...said("a heat map"),
      rowNames: names.slice(0, 6),
      columnNames: names.slice(0, 3),
      values: Array.from({ length: 18 }, (_, i) => i - 9),
    },
    { kind: "image", ...said("an image"), png },
  ];
  return {
    title: name("a report"),
    summary: `It is ${name("fine")}.`,
    asked: {
      command: `unlabeled fit ${name("data.csv")} --report page.html`,
      seed: 1,
      versions: { unlabeled: "1.2.3" },
      data: { name: name("data.csv"), rows, columns: 50, fingerprint: "0123456789abcdef" },
      further: { method: name("pca") },
    },
    sections: panels.map((panel, i) => ({
      heading: name(`part ${i + 1}`),
      text: `Text ${i + 1}.`,
      panels: [panel],
    })),
    numbers: { method: name("pca"), metrics: { error: 0.0625 } },
  };
}

/** Names that would break a page, a picture or a script. */
export const HOSTILE_NAMES: Readonly<Record<string, (what: string) => string>> = {
  "a script": (what) => `</title></style></script><script>window.hacked = 1</script>${what}`,
  quotes: (what) => `"' onload="window.hacked = 1" ${what}`,
  "ends of comments and sections": (what) => `--> ]]> <!-- ${what}`,
  "10,000 characters": (what) => `${what} ${"long ".repeat(2000)}`,
  "10,000 characters in one word": (what) => `${what}${"w".repeat(10_000)}`,
  "writing from right to left": (what) => `${what} שלום עולם العربية`,
  "marks of direction": (what) => `\u202e${what}\u2066`,
  "control characters": (what) => `\u0000\u001b]0;${what}\u0007\u009b31m\r\n\u2028`,
  "halves of characters": (what) => `\ud800${what}\udc00\ufffe`,
};
