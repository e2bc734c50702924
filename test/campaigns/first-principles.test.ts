/** @file The short form of the campaign `first-principles`, and that it sees a result that is wrong. */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { distanceChecks } from "../../campaigns/first-principles/distances.js";
import { CHECKS, firstPrinciples, hold } from "../../campaigns/first-principles.js";

test("what must hold does, on data that no example would have", { timeout: 120_000 }, async () => {
  const hunt = new Hunt({ seed: 7, cases: 13 * CHECKS.length });
  await firstPrinciples.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.figures.checks).toBeGreaterThan(400);
  expect(hunt.figures.refused).toBeLessThan(20);
});

test("a wrong number is a fault that says how to see it again, and so is what is none", async () => {
  const [real] = distanceChecks;
  for (const wrong of [1e-3, Number.NaN]) {
    const hunt = new Hunt({ seed: 1, cases: 3 });
    await hold(hunt, [
      {
        ...real!,
        run: (x, promise, random) =>
          real!.run(x, (what, error, most) => promise(what, error + wrong, most), random),
      },
    ]);
    expect(hunt.faults.length).toBeGreaterThan(3);
    expect(hunt.faults[0]).toMatch(/seed \d+, .* is off by (NaN|0\.001)/);
  }
});

test("an error that is no refusal is a fault", async () => {
  const hunt = new Hunt({ seed: 1, cases: 1 });
  const run = async () => {
    throw new TypeError("not a function");
  };
  await hold(hunt, [{ name: "broken", leastRows: 2, run }]);
  expect(hunt.faults).toHaveLength(1);
});
