/**
 * @file Studies measured in the worker, as `unlabeled study` does it on the digits.
 */
import { STUDIES } from "../../studies/lectures/all.js";
import { numberText, thresholdText } from "../../studies/lectures/pages.js";
import { runStudy } from "../../studies/lectures/run-study.js";
import { check } from "../../studies/lectures/study.js";
import { digitsData } from "../../studies/lectures/study-data.js";
import type { WorkPlace } from "../works.js";
import type { ClaimsAsked, ToldCheck } from "./claims-words.js";

export async function answer(
  { study: id, seeds }: ClaimsAsked,
  { tell, signal }: WorkPlace<"claims">,
): Promise<void> {
  const study = STUDIES.find((one) => one.id === id);
  if (!study) throw new RangeError(`there is no study ${JSON.stringify(id)}`);
  if (!(Number.isSafeInteger(seeds) && seeds >= 1))
    throw new RangeError(`seeds must be an integer ≥ 1, got ${seeds}`);
  const started = performance.now();
  const data = await digitsData();
  const results = await runStudy(study, {
    ...{ data, seeds, signal, size: "small" },
    onProgress: (fraction) => tell({ kind: "progress", fraction }),
  });
  const checks = study.claims.map((claim): [string, ToldCheck] => {
    const { verdict, sides } = check(claim, results);
    const told = sides.map((side) => ({
      condition: side.condition,
      number: numberText(side.value, side.spread),
      threshold: thresholdText(side),
      holds: side.holds,
    }));
    return [claim.id, { verdict, sides: told }];
  });
  tell({
    ...{ kind: "measured", study: id, seeds },
    seconds: (performance.now() - started) / 1000,
    checks: Object.fromEntries(checks),
    pictures: Object.fromEntries(Object.entries(study.pictures).map(([name, draw]) => [name, draw(results)])),
  });
}
