/**
 * A step of the build: the claims of all studies with the verdicts that stand in docs/studies, as one file that the lab reads, and the pictures
 * beside it. Words come from the code of the studies, numbers from the pages that `npm run studies` measured; nothing is typed here.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param studies as studies/lectures/all.ts lists them. @param pages folder of their pages.
 * @param into folder of the lab, which receives claims.json and claims/.
 */
export function writeClaims(studies, pages, into) {
  const told = studies.flatMap((study) => {
    try {
      return [toldStudy(study, readFileSync(join(pages, `${study.id}.md`), "utf8"))];
    } catch (error) {
      // Pages are made by what is built: a study that is new has none yet.
      console.warn(`left out of the lab: ${error.message}`);
      return [];
    }
  });
  mkdirSync(join(into, "claims"), { recursive: true });
  writeFileSync(join(into, "claims.json"), JSON.stringify({ studies: told }));
  const pictures = told.flatMap((study) => study.pictures.map(({ file }) => file));
  for (const file of pictures) copyFileSync(join(pages, file), join(into, "claims", file));
}

/** @throws Error where page and code are not of the same study. */
export function toldStudy({ id, title, question, claims, pictures }, page) {
  const missing = (what) => {
    throw new Error(`docs/studies/${id}.md: no ${what}; npm run studies makes it anew`);
  };
  const on =
    /^Measured on (.*), with (one seed|(\d+) seeds);/m.exec(page) ?? missing("line on what was measured");
  return {
    id,
    title,
    question,
    on: on[1],
    seeds: Number(on[3] ?? 1),
    claims: claims.map(({ id: claim, quote, source, statement, means, picture }) => ({
      id: claim,
      quote,
      source,
      statement,
      means,
      picture,
      ...verdictOf(page, claim, missing),
    })),
    pictures: Object.keys(pictures).map((name) => {
      const file = `${id}-${name}.svg`;
      const at = page.indexOf(`](${file})`);
      if (at < 0) missing(`picture ${file}`);
      const line = page.lastIndexOf("\n", at) + 1;
      const see = page
        .slice(at)
        .split("\n\n")[1]
        .replace(/ \([A-E]\d+b?\)$/, "");
      return { name, file, title: page.slice(line + 2, at), see: see.trim() };
    }),
  };
}

/** The verdict of a claim with its sides, from its part of the page. */
function verdictOf(page, claim, missing) {
  const part = page.split(/^## /m).find((text) => text.startsWith(`${claim}\n`)) ?? missing(`claim ${claim}`);
  const verdict =
    /^\*\*(Holds|Does not hold|Conditional|Not measured)\.\*\*/m.exec(part) ?? missing(`verdict of ${claim}`);
  const rows = part
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")));
  return {
    verdict: verdict[1].toLowerCase(),
    sides: rows.map(([, condition, number, threshold, holds]) => ({
      condition,
      number,
      threshold,
      holds: holds === "yes",
    })),
  };
}
