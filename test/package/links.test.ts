/** @file Links between the project's pages, and to its files: each leads somewhere, and every page is led to. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["docs", "src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];

/** A heading's address, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
const textOf = (page: string) => readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```/gm, "");
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));

const links = pages.flatMap((page) =>
  [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)/g)].map(([, path, anchor]) => ({
    page,
    to: path === "" ? page : relative(root, resolve(root, dirname(page), path!)),
    anchor,
  })),
);

test("every link leads to a file, and to a heading if it names one", () => {
  expect(links.length).toBeGreaterThan(100);
  const lost = links.filter(
    ({ to, anchor }) =>
      !existsSync(join(root, to)) ||
      (anchor !== undefined && to.endsWith(".md") && !anchorsOf(to).includes(anchor)),
  );
  expect(lost).toEqual([]);
});

test("the documentation's index leads to every page of it", () => {
  const reached = new Set(links.filter(({ page }) => page === "docs/README.md").map(({ to }) => to));
  const documentation = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  expect(documentation.filter((page) => !reached.has(page))).toEqual([]);
});
