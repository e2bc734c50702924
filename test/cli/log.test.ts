import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, path, files } = await workplace();
await writeFile(path("flowers.csv"), FLOWERS);
const fit = (...more: string[]) =>
  unlabeled([
    ...["fit", "flowers.csv", "--method", "autoencoder", "--latent-dim", "2", "--epochs", "3"],
    ...["--seed", "1", "--hidden", "4", "--json", ...more],
  ]);

test("--log, log and info tell the history that the model keeps", async () => {
  const { stdout } = await fit("-o", "net.st", "--validation", "0.25", "--log", "net.csv");
  expect(JSON.parse(stdout).files).toEqual(["net.st", "net.csv"]);
  const text = await readFile(path("net.csv"), "utf8");
  const rows = csvRows(text);
  expect(rows[0]).toEqual(["epoch", "loss", "validationLoss"]);
  expect(rows.slice(1).map(([epoch]) => epoch)).toEqual(["1", "2", "3"]);
  expect((await unlabeled(["log", "net.st"])).stdout).toBe(text);
  const { history, epochs } = JSON.parse((await unlabeled(["info", "net.st", "--json"])).stdout);
  expect(epochs).toBe(3);
  expect(history.map(({ loss }: { loss: number }) => String(loss))).toEqual(
    rows.slice(1).map(([, loss]) => loss),
  );
  expect(JSON.parse((await unlabeled(["log", "net.st", "--json"])).stdout).history).toEqual(history);
  expect((await unlabeled(["log", "net.st", "-o", "net.jsonl"])).code).toBe(0);
  const lines = (await readFile(path("net.jsonl"), "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(history);
});

test("a folder gets an event file", async () => {
  expect((await fit("-o", "other.st", "--log", "runs/tensorboard")).code).toBe(0);
  const name = "runs/tensorboard/events.out.tfevents.0.unlabeled";
  const bytes = await readFile(path(name));
  expect(bytes.includes("brain.Event:2")).toBe(true);
  expectError(await fit("-o", "more.st", "--log", "runs/tensorboard"), 1, /tfevents.*is there already/);
  const embed = ["embed", "flowers.csv", "--method", "autoencoder", "--epochs", "2", "-o", "places.csv"];
  expect((await unlabeled([...embed, "--log", "embed.tfevents"])).code).toBe(0);
  expect((await readFile(path("embed.tfevents"))).includes("loss")).toBe(true);
});

test("compare logs every training, those of an earlier run too", async () => {
  const args = ["compare", "flowers.csv", "--methods", "pca,autoencoder", "--epochs", "2", "--seeds", "2"];
  expect((await unlabeled([...args, "-o", "out", "--log", "all.csv"])).code).toBe(0);
  const text = await readFile(path("all.csv"), "utf8");
  expect(text.split("\n").map((line) => line.split(/",/)[0])).toEqual([
    "run,epoch,loss",
    ...[0, 0, 1, 1].map((seed) => `"autoencoder, 2 numbers, seed ${seed}`),
    "",
  ]);
  expect((await unlabeled([...args, "-o", "out", "--log", "all.csv", "--force"])).code).toBe(0);
  expect(await readFile(path("all.csv"), "utf8")).toBe(text);
});

test("refusals", async () => {
  const before = await files();
  expectError(
    await fit("-o", "no.st", "--log", "no.txt"),
    2,
    /--log no\.txt: want \.csv, \.jsonl, \.tfevents/,
  );
  const pca = ["fit", "flowers.csv", "--method", "pca", "--latent-dim", "2", "-o"];
  expectError(await unlabeled([...pca, "no.st", "--log", "x.csv"]), 2, /solved, not trained: --log/);
  expect(await files()).toEqual(before);
  await unlabeled([...pca, "pca.st"]);
  expectError(await unlabeled(["log", "pca.st"]), 1, /pca\.st: pca has no history: it is solved/);
});
