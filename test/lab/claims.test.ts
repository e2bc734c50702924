/** @file Claims as the build puts them into the lab: words of the code, numbers of the pages. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ToldStudy } from "../../lab/claims/claims-words.js";
// @ts-expect-error: a script, without types
import { toldStudy as toldOf } from "../../scripts/claims.mjs";
import { STUDIES } from "../../studies/lectures/all.js";
import type { Study } from "../../studies/lectures/study.js";

const toldStudy = toldOf as (study: Study, page: string) => ToldStudy;

const pageOf = (id: string) => readFileSync(new URL(`../../docs/studies/${id}.md`, import.meta.url), "utf8");

describe("claims of the build", () => {
  test.each(STUDIES.map((study) => [study.id, study] as const))("%s", (id, study) => {
    const page = pageOf(id);
    const told = toldStudy(study, page);
    expect(told.claims.map((claim) => claim.id)).toEqual(study.claims.map((claim) => claim.id));
    for (const claim of told.claims) {
      // The page says the same verdict in its first table, and every number once.
      expect(page).toMatch(new RegExp(`\\| \\[${claim.id}\\]\\(#\\w+\\) +\\| ${claim.verdict} +\\|`));
      for (const { number, threshold } of claim.sides) {
        expect(number).toMatch(/^−?-?[\d.,e+−-]+( ± [\d.,e+−-]+)?$/);
        expect(threshold).toMatch(/^[≤≥] /);
      }
      const held = claim.sides.filter(({ holds }) => holds).length;
      const verdict =
        claim.sides.length === 0
          ? "not measured"
          : held === claim.sides.length
            ? "holds"
            : held === 0
              ? "does not hold"
              : "conditional";
      expect({ id: claim.id, verdict: claim.verdict }).toEqual({ id: claim.id, verdict });
    }
    expect(told.pictures.map(({ name }) => name)).toEqual(Object.keys(study.pictures));
    for (const { title, see } of told.pictures)
      expect([title, see].every((text) => text.length > 3)).toBe(true);
  });

  test("a page that lacks a claim is refused", () => {
    const study = STUDIES[0]!;
    const [claim] = study.claims;
    const page = pageOf(study.id).replace(`## ${claim!.id}\n`, "## gone\n");
    expect(() => toldStudy(study, page)).toThrow(
      `docs/studies/${study.id}.md: no claim ${claim!.id}; npm run studies makes it anew`,
    );
  });
});
