import { beforeAll, describe, expect, test } from "vitest";
import type { BreakAsked, BreakTold, Filled, Prepared, Score } from "../../lab/break/break-words.js";
import { answer } from "../../lab/break/break-work.js";
import type { Dataset } from "../../src/data/dataset.js";
import { embedded } from "../../src/data/embedded.js";
import { configureRuntime } from "../../src/index.js";
import { heldOut } from "../../src/metrics/split.js";

const digits = embedded("digits");
const hole = Uint8Array.from({ length: 64 }, (_, at) => Number(at % 8 >= 4));

async function ask(asked: BreakAsked, data: Dataset = digits): Promise<BreakTold[]> {
  const heard: BreakTold[] = [];
  const { signal } = new AbortController();
  await answer(asked, { data: () => data, tell: (told) => heard.push(told), signal });
  return heard;
}
const fill = (asked: Partial<Extract<BreakAsked, { kind: "fill" }>> = {}) =>
  ask({ kind: "fill", seed: 1, image: 3, hidden: hole, noise: 0, ...asked });
const filledIn = (heard: readonly BreakTold[]): Filled[] =>
  heard.flatMap((told) => (told.kind === "filled" ? [told.filled] : []));
const scoresIn = (heard: readonly BreakTold[]): readonly Score[] =>
  heard.flatMap((told) => (told.kind === "scored" ? told.scores : []));

describe("images of which a part is painted out", () => {
  let prepared: Prepared;
  let first: BreakTold[];
  beforeAll(async () => {
    configureRuntime({ threads: 1 });
    first = await ask({ kind: "prepare", seed: 1 });
    prepared = first.flatMap((told) => (told.kind === "prepared" ? [told.prepared] : []))[0]!;
  });

  test("four models are fitted, with progress, to what is not held out", () => {
    const shares = first.flatMap((told) => (told.kind === "progress" ? [told.share] : []));
    expect(shares.length).toBeGreaterThan(100);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, at) => at === 0 || share >= shares[at - 1]!)).toBe(true);
    expect(prepared).toMatchObject({ height: 8, width: 8, channels: 1, low: 0, high: 16, rows: 1797 });
    expect(prepared.heldOut).toEqual(heldOut(1797, 0.1, 1).test);
    expect(prepared.commands!.split("\n")).toHaveLength(4);
    expect(prepared.commands).toContain("--method maskedAutoencoder --latent-dim 32");
  });

  test("what is hidden does not matter, and whoever knows of the hole fills it better", async () => {
    const image = digits.x.data.slice(3 * 64, 4 * 64);
    const other = Float32Array.from(image, (value, at) => (hole[at] === 1 ? 16 - value : value));
    const [one, two] = [await fill(), await fill({ image: Float32Array.from(other) })].map(
      (heard) => filledIn(heard).at(-1)!,
    );
    expect(one!.ways.map(({ pixels }) => pixels)).toEqual(two!.ways.map(({ pixels }) => pixels));
    expect(one!.isNew).toBe(true);
    expect(one!.step).toBe(one!.steps);
    const sums = new Map<string, number>();
    for (const image of prepared.heldOut.slice(0, 20))
      for (const { name, hiddenError } of filledIn(await fill({ image })).at(-1)!.ways)
        sums.set(name, (sums.get(name) ?? 0) + hiddenError / 20);
    const { "zero-filled": blind, ...knowing } = Object.fromEntries(sums);
    expect(Object.keys(knowing)).toEqual(["masked", "unrolled", "generative prior"]);
    for (const error of Object.values(knowing)) expect(error).toBeLessThan(0.75 * blind!);
  });

  test("the same question has the same answer, at once and in the end", async () => {
    const [one, two] = [filledIn(await fill({ noise: 0.2 })), filledIn(await fill({ noise: 0.2 }))];
    expect(two[0]).toEqual(one[0]);
    expect(two.at(-1)).toEqual(one.at(-1));
    const squares = one[0]!.noisy.reduce((sum, value, at) => sum + (value - one[0]!.image[at]!) ** 2, 0);
    // 64 draws: within a third of the deviation.
    const deviation = Math.sqrt(squares / 64) / 16;
    expect(Math.abs(deviation / 0.2 - 1)).toBeLessThan(1 / 3);
  });

  test("errors are those of the parts that they name", async () => {
    const [{ ways, image }] = filledIn(await fill()) as [Filled];
    const { pixels, hiddenError, error } = ways[1]!;
    const off = Array.from(pixels, (value, at) => ((value - image[at]!) / 16) ** 2);
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    expect(error).toBeCloseTo(Math.sqrt(mean(off)), 12);
    expect(hiddenError).toBeCloseTo(Math.sqrt(mean(off.filter((_, at) => hole[at] === 1))), 12);
    const whole = filledIn(await fill({ hidden: new Uint8Array(64) }))[0]!;
    expect(whole.ways.every((way) => Number.isNaN(way.hiddenError))).toBe(true);
  });

  test("noise is unusual, a digit is not", async () => {
    const nothing = new Uint8Array(64);
    const checks = Float32Array.from({ length: 64 }, (_, at) => 16 * ((at + Math.floor(at / 8)) % 2));
    for (const { below, rows } of scoresIn(await fill({ image: checks, hidden: nothing })))
      expect(below).toBe(rows);
    const [ordinary] = scoresIn(await fill({ image: 0, hidden: nothing }));
    expect(ordinary!.below).toBeLessThan(0.95 * ordinary!.rows);
  });

  test("what cannot be answered is refused in a line", async () => {
    await expect(fill({ image: 1797 })).rejects.toThrow(
      new RangeError("row must be from 1 to 1797, got 1798"),
    );
    await expect(fill({ hidden: new Uint8Array(64).fill(1) })).rejects.toThrow(
      new RangeError("everything is painted out: leave a pixel to go by"),
    );
    await expect(fill({ hidden: new Uint8Array(3) })).rejects.toThrow(new RangeError("want 8 × 8 pixels"));
    await expect(ask({ kind: "prepare", seed: 1 }, embedded("blobs"))).rejects.toThrow(
      new RangeError("blobs: its rows are no images, which this page wants"),
    );
  });
});
