/**
 * @file `npm run campaign -- [NAME …] [--seconds N] [--seed N] [--cases N]`: all campaigns, or those named, one after the other.
 */
import { parseArgs } from "node:util";
import { CAMPAIGNS } from "./all.js";
import { CannotRun, Hunt } from "./campaign.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    cases: { type: "string" },
  },
});
const number = (name: string, text: string) => {
  const value = Number(text);
  if (!(value >= 0)) throw new RangeError(`--${name} wants a number ≥ 0, got "${text}"`);
  return value;
};

let faults = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(CAMPAIGNS)) {
  const load = CAMPAIGNS[name];
  if (!load) throw new RangeError(`no campaign "${name}"; there are ${Object.keys(CAMPAIGNS).join(", ")}`);
  const campaign = await load();
  console.log(`${name}: ${campaign.summary}`);
  const hunt = new Hunt({
    seed: number("seed", values.seed),
    seconds: number("seconds", values.seconds),
    ...(values.cases !== undefined && { cases: number("cases", values.cases) }),
    say: (line) => console.log(`  ${line}`),
  });
  try {
    await campaign.run(hunt);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.log(`  not run: ${error.message}`);
    continue;
  }
  for (const [figure, value] of Object.entries(hunt.figures)) console.log(`  ${figure}: ${value}`);
  console.log(`  ${hunt.cases} cases, ${hunt.faults.length} faults`);
  faults += hunt.faults.length;
}
process.exitCode = faults > 0 ? 1 : 0;
