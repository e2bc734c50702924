/** @file `unlabeled study`: what it lists and refuses; that it measures is for the tests of the studies. */
import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { STUDIES } from "../../studies/lectures/all.js";
import { workplace } from "./command.js";

const { unlabeled, path } = await workplace();

test("list has a line for every study, and JSON the claims", async () => {
  const { code, stdout } = await unlabeled(["study", "list"]);
  expect(code).toBe(0);
  for (const { id, claims } of STUDIES)
    expect(stdout).toMatch(new RegExp(`^${id} .* ${claims.at(-1)!.id}$`, "m"));
  const { studies } = JSON.parse((await unlabeled(["study", "list", "--json"])).stdout) as {
    studies: readonly { id: string; claims: readonly string[] }[];
  };
  expect(studies.map(({ id }) => id)).toEqual(STUDIES.map(({ id }) => id));
});

test.each([
  [["identty"], 'there is no study "identty" (nearest: identity'],
  [["identity", "--claim", "Z9"], 'there is no claim "Z9" in the study identity (there are: A10, '],
  [["identity", "--threshold", "1"], "--threshold wants the claim that it is for: --claim ID"],
  [["identity", "--claim", "B8", "--threshold", "x"], "Want a number."],
  [["identity", "--size", "full"], "--size full wants data: --data FOLDER"],
  [["identity", "--claim", "B8", "--pages", "p"], "--pages wants whole studies, without --claim"],
  [["identity", "--report", "p.txt"], "--report"],
  [["identity", "--seeds", "0"], "Want an integer ≥ 1."],
  [["few-labels", "--label", "kind"], "--label wants the data that it is for: --data PATH"],
])("%j is refused", async (words, message) => {
  const { code, stderr } = await unlabeled(["study", ...words]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("data that are not there, or that do not differ, are told in a line", async () => {
  const { code, stderr } = await unlabeled(["study", "identity", "--data", "none.csv"]);
  expect(code).toBe(1);
  expect(stderr).toBe("unlabeled: none.csv: no such file or folder\n");
});

test("claims about labels are measured where a column has these, and judged by the threshold of whoever asks", async () => {
  const rows = Array.from({ length: 90 }, (_, i) => {
    const kind = i % 3;
    return [`kind ${kind}`, ...[1, 2, 3, 4].map((j) => (10 * kind * j + Math.sin(i * j)).toFixed(3))];
  });
  const lines = [["kind", "a", "b", "c", "d"], ...rows].map((row) => row.join(","));
  await writeFile(path("kinds.csv"), `${lines.join("\n")}\n`);
  const asked = ["study", "few-labels", "--claim", "E3", "--seeds", "1", "--data", "kinds.csv"];
  const { stdout, stderr } = await unlabeled(asked);
  expect(stdout).toContain("E3  not measured");
  expect(stderr).toContain("without labels what is about these is not measured: --label COLUMN");
  const narrow = await unlabeled(["study", "uniqueness", "--data", "kinds.csv", "--label", "kind"]);
  expect(narrow.stderr).toContain("the study uniqueness wants 9 columns of numbers that vary, got 4");
  expect(narrow.code).toBe(1);
  const labeled = [...asked, "--label", "kind"];
  expect((await unlabeled(labeled)).stdout).toContain("E3  holds");
  expect((await unlabeled([...labeled, "--threshold", "1.01"])).stdout).toContain("E3  does not hold");
});
