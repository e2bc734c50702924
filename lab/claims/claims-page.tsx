/**
 * @file Claims: the studies of the lecture notes, their verdicts as they were measured when the pages were made, and measured once more here.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { failure, runtimeReady, work } from "../client.js";
import { CopyPart } from "../copy-part.js";
import { hashOf } from "../hash.js";
import { OptionInput } from "../option-input.js";
import { PanelPart } from "../panel-part.js";
import { change, settings } from "../store.js";
import type { ClaimsTold, ToldCheck, ToldClaim, ToldSide, ToldStudy } from "./claims-words.js";

type Measured = Extract<ClaimsTold, { kind: "measured" }>;
interface Progress {
  readonly study: string;
  readonly fraction: number;
  /** Seconds that are left, if all goes on as it did. */
  readonly left?: number | undefined;
}
type Verdict = ToldCheck["verdict"];

const studies = signal<readonly ToldStudy[] | undefined>(undefined);
/** Share of the work that is done of the study under way. */
const progress = signal<Progress | undefined>(undefined);
const measured = signal<Measured | undefined>(undefined);
let stop = () => {};

/** Signs beside the words, since a color alone tells nothing to many. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  holds: "✓",
  "does not hold": "✗",
  conditional: "±",
  "not measured": "–",
};
const VERDICTS = Object.keys(SIGNS) as readonly Verdict[];
const SEEDS = {
  ...{ name: "seeds", help: "seeds to measure here, which are 0, 1 …", want: "an integer ≥ 1", default: "1" },
  ...{ required: false, isSwitch: false },
};

async function load(): Promise<void> {
  const response = await fetch("claims.json");
  if (!response.ok) throw new RangeError("claims.json: is not there");
  studies.value = ((await response.json()) as { studies: readonly ToldStudy[] }).studies;
}

const seedsOf = (text: string | undefined) => Math.max(1, Math.round(Number(text ?? "")) || 1);
const linkTo = (study: string, claim?: string) => {
  const { page: _, study: __, claim: ___, ...rest } = settings();
  return `#${hashOf({ page: "claims", ...rest, study, ...(claim !== undefined && { claim }) })}`;
};
const commandOf = (study: string, claim: string, seeds: number) =>
  `unlabeled study ${study} --claim ${claim} --seeds ${seeds}`;

/** Nothing while too little is done to tell. */
function leftOf(started: number, fraction: number): number | undefined {
  const seconds = (performance.now() - started) / 1000;
  return fraction > 0.02 && seconds > 1 ? (seconds * (1 - fraction)) / fraction : undefined;
}

function run(study: string): void {
  stop();
  const started = performance.now();
  progress.value = { study, fraction: 0 };
  const stopThis = work(
    "claims",
    { study, seeds: seedsOf(settings().seeds) },
    (told) => {
      if (told.kind === "progress")
        progress.value = { study, fraction: told.fraction, left: leftOf(started, told.fraction) };
      else measured.value = told;
    },
    () => {
      if (stop === stopByHand) progress.value = undefined;
    },
  );
  const stopByHand = () => {
    stopThis();
    progress.value = undefined;
  };
  stop = stopByHand;
}

/** The inputs. */
export function Controls() {
  const { study = "", seeds } = settings();
  const all = studies.value ?? [];
  return (
    <fieldset>
      <legend>Study</legend>
      <div class="option">
        <label for="study">study</label>
        <select
          id="study"
          value={study}
          onChange={({ currentTarget: { value } }) => change({ study: value || undefined, claim: undefined })}
        >
          <option value="">all studies</option>
          {all.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <OptionInput option={SEEDS} value={seeds} onChange={(value) => change({ seeds: value ?? "1" })} />
      <p class="small">Measured on the digits that come with the package, whatever stands under Data.</p>
    </fieldset>
  );
}

/** The claims. */
export function Panels() {
  useEffect(() => {
    if (!studies.value)
      load().catch((error: Error) => {
        failure.value = error.message;
      });
    return () => {
      stop();
      stop = () => {};
    };
  }, []);
  const all = studies.value;
  if (!all) return null;
  const { study: id } = settings();
  const study = all.find((one) => one.id === id);
  if (study) return <StudyPart study={study} />;
  return (
    <>
      {id !== undefined && <p role="alert">There is no study {id}.</p>}
      <p>
        {all.length} studies of {all.flatMap(({ claims }) => claims).length} claims:{" "}
        {countsOf(all.flatMap(({ claims }) => claims))}. A claim holds if every number is on its side of a
        threshold that was said beforehand, does not if none is, and is conditional otherwise.
      </p>
      <ul class="studies">
        {all.map((one) => (
          <li key={one.id}>
            <h2 class="title">
              <a href={linkTo(one.id)}>{one.title}</a>
            </h2>
            <p>{one.question}</p>
            <ul class="verdicts" aria-label={`Claims of: ${one.title}`}>
              {one.claims.map((claim) => (
                <li key={claim.id}>
                  <a href={linkTo(one.id, claim.id)} class={classOf(claim.verdict)}>
                    {claim.id} {SIGNS[claim.verdict]} {claim.verdict}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

const PLURALS: Readonly<Partial<Record<Verdict, string>>> = { holds: "hold", "does not hold": "do not hold" };

function countsOf(claims: readonly ToldClaim[]): string {
  return VERDICTS.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${(count > 1 && PLURALS[verdict]) || verdict}`];
  }).join(", ");
}

const classOf = (verdict: Verdict) => `verdict ${verdict.replaceAll(" ", "-")}`;

function StudyPart({ study }: { readonly study: ToldStudy }) {
  const { claim: wanted } = settings();
  const here = measured.value?.study === study.id ? measured.value : undefined;
  useEffect(() => {
    if (wanted !== undefined) document.getElementById(`claim-${wanted}`)?.scrollIntoView();
  }, [study, wanted]);
  const used = new Set(study.claims.map(({ picture }) => picture));
  const others = study.pictures.filter(({ name }) => !used.has(name));
  return (
    <>
      <h2>{study.title}</h2>
      <p>
        {study.question} <a href={linkTo("")}>All studies</a>
      </p>
      <p class="small">
        Verdicts and pictures: measured on {study.on}, with{" "}
        {study.seeds === 1 ? "one seed" : `${study.seeds} seeds`}.
      </p>
      <RunPart study={study.id} here={here} />
      {study.claims.map((claim) => (
        <ClaimPart key={claim.id} study={study} claim={claim} here={here} />
      ))}
      {others.length > 0 && <h2>Further pictures</h2>}
      {others.map(({ name }) => (
        <PicturePart key={name} study={study} claim="further" name={name} here={here} />
      ))}
    </>
  );
}

/** The run of a study: how far it is, and the button that stops it. */
function RunPart({ study, here }: { readonly study: string; readonly here: Measured | undefined }) {
  const under = progress.value?.study === study ? progress.value : undefined;
  const percent = under && Math.floor(100 * under.fraction);
  return (
    <div class="box running">
      {under ? (
        <>
          <button type="button" class="main" onClick={() => stop()}>
            Stop
          </button>{" "}
          <progress aria-label="Progress of the study" value={under.fraction} /> {percent} %
          {under.left !== undefined && `, about ${Math.ceil(under.left)} s left`}
        </>
      ) : (
        <button type="button" class="main" disabled={!runtimeReady.value} onClick={() => run(study)}>
          Run it yourself
        </button>
      )}
      <p role="status">
        {under
          ? "Measuring in this tab."
          : here
            ? `Measured here in ${Math.round(here.seconds)} s with ${here.seeds === 1 ? "one seed" : `${here.seeds} seeds`}: see below.`
            : "Measures all figures of this study in this tab, on the digits, at its small size."}
      </p>
    </div>
  );
}

interface ClaimProps {
  readonly study: ToldStudy;
  readonly claim: ToldClaim;
  readonly here: Measured | undefined;
}

function ClaimPart({ study, claim, here }: ClaimProps) {
  const { id, quote, source, statement, means, picture } = claim;
  const own = here?.checks[id];
  return (
    <section class="claim" id={`claim-${id}`} aria-labelledby={`name-${id}`}>
      <h3 id={`name-${id}`}>
        <a href={linkTo(study.id, id)}>{id}</a>{" "}
        <span class={classOf(claim.verdict)}>
          {SIGNS[claim.verdict]} {claim.verdict}
        </span>
      </h3>
      <blockquote>{quote}</blockquote>
      <p>
        <span class="small">Lecture notes, {source}.</span> {statement}
      </p>
      <SidesPart id={id} told={claim} own={own} />
      <p>{means}</p>
      {own && own.verdict !== claim.verdict && (
        <p class="note">
          Here: {own.verdict}. Verdicts near a threshold want more seeds than were measured here.
        </p>
      )}
      {picture !== undefined && <PicturePart study={study} claim={id} name={picture} here={here} />}
      <CopyPart
        title={`Run ${id} yourself: the command`}
        text={commandOf(study.id, id, seedsOf(settings().seeds))}
      />
    </section>
  );
}

interface SidesProps {
  readonly id: string;
  readonly told: ToldCheck;
  readonly own: ToldCheck | undefined;
}

const yesNo = (side: ToldSide | undefined) => (side ? (side.holds ? "yes" : "no") : "–");

/** Numbers beside their thresholds, in full, those of here in columns of their own. */
function SidesPart({ id, told, own }: SidesProps) {
  const conditions = [...new Set([...told.sides, ...(own?.sides ?? [])].map(({ condition }) => condition))];
  if (conditions.length === 0) return <p>The data lack what this is about.</p>;
  const of = (check: ToldCheck | undefined, condition: string) =>
    check?.sides.find((side) => side.condition === condition);
  const headings = ["number", ...(own ? ["here"] : []), "threshold", "holds", ...(own ? ["holds here"] : [])];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled can be reached by keys.
    <section class="frame" aria-label={`Numbers of ${id}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {["measured", ...headings].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {conditions.map((condition) => {
            const [before, now] = [of(told, condition), of(own, condition)];
            return (
              <tr key={condition}>
                <td>{condition}</td>
                <td>{before?.number ?? "–"}</td>
                {own && <td>{now?.number ?? "–"}</td>}
                <td>{(before ?? now)!.threshold}</td>
                <td>{yesNo(before)}</td>
                {own && <td>{yesNo(now)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The picture as it was made with the pages, or of what was measured here. */
function PicturePart({
  study,
  claim,
  name,
  here,
}: {
  readonly study: ToldStudy;
  /** Claim that it stands with. */
  readonly claim: string;
  readonly name: string;
  readonly here: Measured | undefined;
}) {
  const panel = here?.pictures[name];
  if (panel) return <PanelPart panel={panel} id={`${claim}-${name}`} />;
  const told = study.pictures.find((one) => one.name === name);
  if (!told) return null;
  return (
    <figure class="panel">
      <img class="drawing" loading="lazy" src={`claims/${told.file}`} alt={`${told.title}: ${told.see}`} />
      <figcaption>{told.see}</figcaption>
    </figure>
  );
}
