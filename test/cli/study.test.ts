/** @file `unlabeled study`: what it lists and refuses; that it measures is for the tests of the studies. */
import { expect, test } from "vitest";
import { STUDIES } from "../../studies/lectures/all.js";
import { workplace } from "./command.js";

const { unlabeled } = await workplace();

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
