/**
 * @file Laws that must hold of any result, on data that no example would have: conditions of minima, definitions, orthonormality,
 * distances. A method may refuse data in one line; it may not give other numbers without a word.
 */
import { random } from "../src/random.js";
import type { Campaign, Hunt } from "./campaign.js";
import { degenerateData } from "./degenerate-data.js";
import { distanceChecks } from "./first-principles/distances.js";
import { factorChecks } from "./first-principles/factors.js";
import type { Check } from "./first-principles/promise.js";

export const CHECKS: readonly Check[] = [...distanceChecks, ...factorChecks];

export const firstPrinciples: Campaign = {
  name: "first-principles",
  summary: "results on degenerate data fulfill the conditions and definitions that they are said to",
  run: (hunt) => hold(hunt, CHECKS),
};

/** One check after the other, each on data of its own. */
export async function hold(hunt: Hunt, checks: readonly Check[]): Promise<void> {
  let held = 0;
  let refused = 0;
  while (hunt.more()) {
    const check = checks[(hunt.cases - 1) % checks.length]!;
    const seed = hunt.random.integer(2 ** 31);
    const stream = random(seed);
    const { name, x } = degenerateData(stream, check.leastRows);
    const where = `${check.name}; seed ${seed}, ${name}`;
    try {
      await check.run(
        x,
        (what, error, most) => {
          held++;
          if (!(error <= most)) hunt.fault(`${where}: ${what} is off by ${error}, at most ${most}`);
        },
        stream,
      );
    } catch (error) {
      if (error instanceof RangeError && !error.message.includes("\n")) {
        refused++;
        hunt.figure(`refused: ${error.message.replace(/[-+]?\d[\d.e+-]*/g, "#").slice(0, 90)}`, name);
      } else
        hunt.fault(
          `${where}: ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" ") : error}`,
        );
    }
  }
  hunt.figure("checks", held);
  hunt.figure("refused", refused);
}
