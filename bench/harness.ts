/**
 * @file Benchmarks beside their peers: rounds of ours and of every peer alternate in a rotated order, so that a slow
 * moment of the machine meets all of them; a round is run again where others used the machine meanwhile. Medians are compared, and
 * every round that counts is kept in bench/results/NAME.json.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { watchOthers } from "./others.js";
import { closeServers, MissingPeer, serverPids } from "./python-server.js";
import { keepResult, machine } from "./results.js";

export { blasConfigurations, type PythonServer, pythonServer, pythonServers } from "./python-server.js";
export { repositoryRoot } from "./repository.js";

/** A rival: what it is called, and how one round of it is measured, in the comparison's unit. */
export interface Peer {
  name: string;
  measure: () => Promise<number>;
  /** Versions of what it runs on, kept with the result. */
  versions?: Record<string, string>;
}

export interface Comparison {
  /** Names the figure and its file: small letters, digits and hyphens. */
  name: string;
  /** Unit of every measured number, e.g. "steps/s", "s", "MB". */
  unit: string;
  higherIsBetter: boolean;
  /** The ratio to reach; above 1 means that ours is better, whichever way the unit points. */
  aim: number;
  /** Rounds of each contestant, after one round each that is not counted. Default 5. */
  rounds?: number;
  /** Run that uncounted round. Default true; false for rounds of minutes. */
  warmUp?: boolean;
  /** Rounds beside others are run again. Default true; false for what others do not change, such as memory. */
  quiet?: boolean;
  ours: () => Promise<number>;
  /** One peer in several configurations, or several peers: the one with the best median counts. */
  peers: Peer[];
  /** Notes for the reader: threads, data, why an aim was missed, what was tried. */
  note?: string;
  /** Figures beside the measured one, asked for after the last round, e.g. both errors. */
  details?: () => Record<string, number | string>;
}

/** All measured rounds of one contestant, and their median. */
export interface Rounds {
  name: string;
  median: number;
  rounds: number[];
  /** Share of the machine that others used in each round, where that is known. */
  others?: number[];
  versions?: Record<string, string>;
}

/** The result of `compare`, as it is kept on disk. */
export interface ComparisonResult {
  name: string;
  unit: string;
  higherIsBetter: boolean;
  aim: number;
  met: boolean;
  /** Ratio of the medians to the best peer, and the smallest and largest ratio of a single round. */
  ratio: { median: number; min: number; max: number };
  bestPeer: string;
  ours: Rounds;
  peers: Rounds[];
  note?: string;
  details?: Record<string, number | string>;
  date: string;
  machine: Record<string, number | string>;
}

const DEFAULT_ROUNDS = 5;
/** Worker threads of ONNX Runtime and OpenMP spin on for a moment after their work; the next round waits it out. */
const SETTLE_MS = 200;

/**
 * Measures ours and the peers in alternation, prints one line, and keeps the result in bench/results/NAME.json.
 * @throws RangeError for a name that is no file name, no peer, or a round that measures no positive number.
 */
export async function compare(comparison: Comparison): Promise<ComparisonResult> {
  const { name, rounds = DEFAULT_ROUNDS, warmUp = true, quiet = true } = comparison;
  const tries = quiet ? TRIES : 1;
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw new RangeError(`compare: name must be small letters, digits and hyphens, got "${name}"`);
  }
  if (comparison.peers.length === 0) throw new RangeError(`compare: ${name} has no peer`);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`compare: ${name} wants rounds to be an integer ≥ 1, got ${rounds}`);
  }
  const contestants: Peer[] = [{ name: "ours", measure: comparison.ours }, ...comparison.peers];
  if (warmUp) for (const contestant of contestants) await once(name, contestant);

  const values: Round[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const which = (round + turn) % contestants.length;
      values[which]!.push(await measured(name, contestants[which]!, tries));
    }
  }
  const result = {
    ...withOthers(
      judge(
        comparison,
        values.map((of) => of.map(({ value }) => value)),
      ),
      values,
    ),
    date: new Date().toISOString(),
    machine: machine(),
  };
  console.log(resultLine(result));
  keepResult(result.name, result);
  return result;
}

/** The verdict over measured rounds: `values[0]` are ours, `values[i + 1]` those of peer i. */
export function judge(
  comparison: Comparison,
  values: number[][],
): Omit<ComparisonResult, "date" | "machine"> {
  const { name, unit, higherIsBetter, aim, note, details } = comparison;
  const better = (a: number, b: number) => (higherIsBetter ? a / b : b / a);
  const [ours, ...peers] = values.map((rounds, i): Rounds => {
    const peer = i === 0 ? undefined : comparison.peers[i - 1]!;
    const versions = peer?.versions && { versions: peer.versions };
    return { name: peer?.name ?? "ours", median: median(rounds), rounds, ...versions };
  });
  const best = peers.reduce((a, b) => (better(b.median, a.median) > 1 ? b : a));
  const perRound = ours!.rounds.map((value, i) => better(value, best.rounds[i]!));
  const ratio = {
    median: better(ours!.median, best.median),
    min: Math.min(...perRound),
    max: Math.max(...perRound),
  };
  return {
    name,
    unit,
    higherIsBetter,
    aim,
    met: ratio.median >= aim,
    ratio,
    bestPeer: best.name,
    ours: ours!,
    peers,
    ...(note && { note }),
    ...(details && { details: details() }),
  };
}

/** One figure on one line: `name  ours  peer  ratio × (min–max)  aim`. */
export function resultLine(result: Omit<ComparisonResult, "date" | "machine">): string {
  const { name, unit, ratio, aim, met, bestPeer, ours, peers } = result;
  const peer = peers.find((candidate) => candidate.name === bestPeer)!;
  return [
    name.padEnd(24),
    `ours ${figure(ours.median)} ${unit}`.padEnd(24),
    `${bestPeer} ${figure(peer.median)} ${unit}`.padEnd(46),
    `${ratio.median.toFixed(2)} × (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`.padEnd(20),
    `aim ≥ ${Number(aim.toFixed(2))} ×, ${met ? "met" : "MISSED"}`,
  ].join("  ");
}

/** Runs a file of benchmarks: a missing peer is one line and exit status 1; every started server is ended. */
export async function benchmarks(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof MissingPeer ? error.message : error);
    process.exitCode = 1;
  } finally {
    closeServers();
  }
}

/** Seconds of one call, by the clock. */
export async function seconds(run: () => unknown): Promise<number> {
  const begun = performance.now();
  await run();
  return (performance.now() - begun) / 1000;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A round, and what others did meanwhile. */
interface Round {
  value: number;
  others: number | undefined;
}

/** Others may use so much of the machine in a round that counts. */
const QUIET = 0.1;
/** A round is tried so often; then the quietest counts. */
const TRIES = 6;

async function measured(name: string, contestant: Peer, tries: number): Promise<Round> {
  let quietest: Round | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    const round = await once(name, contestant);
    if (!quietest || (round.others ?? 0) < (quietest.others ?? 0)) quietest = round;
    if ((quietest.others ?? 0) <= QUIET) break;
  }
  return quietest!;
}

async function once(name: string, { name: who, measure }: Peer): Promise<Round> {
  await sleep(SETTLE_MS);
  const othersSince = watchOthers(serverPids());
  const value = await measure();
  const others = othersSince();
  if (!(Number.isFinite(value) && value > 0)) {
    throw new RangeError(`compare: ${name}: ${who} measured ${value}, wanted a positive number`);
  }
  return { value, others };
}

/** A verdict with what others did in its rounds. */
function withOthers(
  verdict: Omit<ComparisonResult, "date" | "machine">,
  values: readonly (readonly Round[])[],
): Omit<ComparisonResult, "date" | "machine"> {
  const [ours, ...peers] = [verdict.ours, ...verdict.peers].map((rounds, i) => {
    const others = values[i]!.flatMap(({ others }) =>
      others === undefined ? [] : [Number(others.toFixed(3))],
    );
    return others.length > 0 ? { ...rounds, others } : rounds;
  });
  return { ...verdict, ours: ours!, peers };
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
