import { writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { EMBEDDED_NAMES } from "../../src/data/embedded.js";
import { VERSION } from "../../src/version.js";
import { expectError, FLOWERS, workplace } from "./command.js";
import { loadedModules } from "./loaded-modules.js";

const place = await workplace();
const { unlabeled, spawned, path, files } = place;

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
});

describe("help", () => {
  test("names every verb, on standard output", async () => {
    const { code, stdout, stderr } = await spawned(["--help"]);
    for (const verb of "fit encode decode reconstruct score evaluate info methods export compare".split(
      " ",
    )) {
      expect(stdout).toMatch(new RegExp(`^ +${verb} `, "m"));
    }
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("names every embedded data set", async () => {
    const { stdout } = await unlabeled(["encode", "--help"]);
    for (const name of EMBEDDED_NAMES) expect(stdout.replaceAll(/\s+/g, " ")).toContain(` ${name}`);
  });

  test("of a verb names its flags, in both ways of asking", async () => {
    const asked = await unlabeled(["fit", "--help"]);
    expect(asked.stdout).toContain("--batch-size");
    expect(asked.code).toBe(0);
    expect(await unlabeled(["help", "fit"])).toEqual(asked);
  });

  test("comes on standard error with exit code 2 where no verb is given", async () => {
    const { code, stdout, stderr } = await spawned([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: unlabeled VERB DATA");
  });

  // What loads at start is what help costs.
  test.each([["--help"], ["--version"], ["fit", "--help"], ["compare", "--help"]])(
    "loads no engine and no parser: %s %s",
    async (...args) => {
      const stderr = await loadedModules(
        place,
        args.filter((word) => word !== undefined),
      );
      expect(stderr).toContain("cli/main.js");
      expect(stderr).not.toMatch(
        /onnxruntime|papaparse|hyparquet|sharp|src\/(engine|data(?!\/formats\/names\.)|methods(?!\/options)|training(?!\/(training-options|schedule)\.))/,
      );
    },
  );

  test("the version is the package's", async () => {
    expect(await spawned(["--version"])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });
});

describe("methods", () => {
  test("lists them, and the options of one", async () => {
    expect((await spawned(["methods"])).stdout).toMatch(/^linear codes:\n {2}pca +principal/);
    const { stdout } = await unlabeled(["methods", "linear-autoencoder"]);
    expect(stdout).toMatch(/--latent-dim +required +size of a code: an integer ≥ 1/);
    expect(stdout).toMatch(/--parameterization +default free .*: one of free, /);
    expect(stdout).toMatch(/--no-bias +default true/);
  });

  test("as JSON", async () => {
    const { stdout } = await unlabeled(["methods", "pca", "--json"]);
    const { schemaVersion, methods } = JSON.parse(stdout);
    expect(schemaVersion).toBe(1);
    expect(methods[0].options[0]).toMatchObject({ name: "latentDim", flag: "--latent-dim", required: true });
  });
});

const fit = ["fit", "flowers.csv", "-o", "m.safetensors"];
const pca = [...fit, "--method", "pca", "--latent-dim", "2"];
const network = [...fit, "--method", "autoencoder", "--latent-dim", "2"];

test.each<[string, string[], RegExp]>([
  ["a mistyped verb", ["fti", "flowers.csv"], /'fti'.*Did you mean fit/],
  ["a mistyped flag", [...fit, "--metod", "pca"], /'--metod'.*Did you mean --method/],
  ["a mistyped flag of a method", [...network, "--hiden", "3"], /'--hiden'.*Did you mean --hidden/],
  ["a mistyped method", [...fit, "--method", "pac"], /"pac" \(nearest: pca; there are pca, /],
  ["no data", ["fit", "--method", "pca"], /missing required argument 'data'/],
  ["too much data", [...pca, "more.csv"], /too many arguments/],
  ["no method", fit, /fit wants --method/],
  ["no model", ["encode", "flowers.csv"], /--model FILE/],
  ["no output for export", ["export", "m.safetensors"], /-o FILE/],
  ["an option the method has not", [...pca, "--hidden", "3"], /--hidden: .*pca has --latent-dim --no-center/],
  ["the same in KEY=VALUE", [...pca, "--option", "hidden=3"], /--hidden: .*pca has --latent-dim/],
  ["KEY without VALUE", [...pca, "--option", "center"], /KEY=VALUE, got "center"/],
  ["an option that is missing", [...fit, "--method", "pca"], /pca wants --latent-dim, an integer ≥ 1/],
  ["an option out of range", [...fit, "--method", "pca", "--latent-dim", "0"], /an integer ≥ 1, got 0/],
  ["an option of another kind", [...network, "--hidden", "8,x"], /hidden must be a list of integers ≥ 1/],
  ["training flags where nothing trains", [...pca, "--epochs", "3"], /pca: solved, not trained: --epochs/],
  ["patience without validation", [...network, "--patience", "3"], /--validation FRACTION/],
  ["no epochs", [...network, "--epochs", "0"], /--epochs.*≥ 1/],
  ["half a row", [...network, "--batch-size", "1.5"], /--batch-size.*≥ 1, or all/],
  ["a negative rate", [...network, "--learning-rate=-1"], /--learning-rate.*> 0/],
  ["an unknown optimizer", [...network, "--optimizer", "magic"], /--optimizer.*adam or sgd/],
  ["an unknown schedule", [...network, "--schedule", "step"], /--schedule.*step:EPOCHS/],
  ["too large a share", [...network, "--validation", "1"], /--validation.*between 0 and 1/],
  ["a seed that is none", [...pca, "--seed", "-1"], /--seed.*≥ 0/],
  ["no threads", [...pca, "--threads", "0"], /--threads.*≥ 1/],
  ["an unknown scale", [...pca, "--scale", "log"], /--scale.*none, standard, unit/],
  [
    "an unknown delimiter",
    [...pca, "--delimiter", "||"],
    /--delimiter.*comma, semicolon, tab, bar, space or/,
  ],
  ["a letter as a delimiter", [...pca, "--delimiter", "x"], /--delimiter.*another single character/],
  ["an unknown decimal mark", [...pca, "--decimal", ";"], /--decimal.*comma or point/],
  ["unknown thousands", [...pca, "--thousands", "x"], /--thousands.*comma, point, space, apostrophe or none/],
  ["a type without a column", [...pca, "--types", "category"], /--types.*COLUMN=VALUE/],
  ["a scale without steps", [...pca, "--order", "size="], /--order.*COLUMN=VALUE/],
  ["a circle that is none", [...pca, "--cyclic", "when=month"], /--cyclic: want day, week or year/],
  ["an unknown way with gaps", [...pca, "--fill", "maybe"], /--fill.*yes, no/],
  ["reading flags for embedded data", ["fit", "digits", ...pca.slice(2), "--header"], /--header.*digits/],
  [
    "the input as output",
    ["fit", "flowers.csv", "-o", "./flowers.csv", "--force", ...pca.slice(4)],
    /same file/,
  ],
  ["a method twice", ["compare", "digits", "--methods", "pca,pca"], /pca twice/],
  ["a method twice, spelled otherwise", ["compare", "digits", "--methods", "k-means,KMeans"], /kMeans twice/],
  ["a method that is not here", ["embed", "digits", "--method", "pacmap"], /"pacmap" \(take umap, tsne/],
  ["an unknown part", ["export", "m", "--part", "all", "-o", "m.onnx"], /--part.*encode, decode/],
])("%s is a usage error in one line", async (_, args, line) => {
  const before = await files();
  expectError(await unlabeled(args), 2, line);
  expect(await files()).toEqual(before);
});

describe("a file of options", () => {
  const config = (content: unknown) =>
    writeFile(path("config.json"), typeof content === "string" ? content : JSON.stringify(content));

  test("stands for flags, and flags win", async () => {
    await config({
      method: "autoencoder",
      "latent-dim": 1,
      hidden: [8, 4],
      "batch-norm": true,
      epochs: 2,
      seed: 3,
      columns: ["petal", "stem"],
    });
    const { stdout } = await unlabeled([
      "fit",
      "flowers.csv",
      "--config",
      "config.json",
      "--epochs",
      "1",
      "--json",
      "-o",
      "configured.safetensors",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ method: "autoencoder", d: 2, latentDim: 1, seed: 3 });
    const info = JSON.parse((await unlabeled(["info", "configured.safetensors", "--json"])).stdout);
    expect(info.options).toMatchObject({ hidden: [8, 4], batchNorm: true });
    expect(info).toMatchObject({ epochs: 1, columns: ["petal", "stem"] });
  });

  test.each<[string, unknown, RegExp]>([
    ["an unknown key", { "latent-dm": 2 }, /no option "latent-dm" \(nearest: latent-dim/],
    ["a value out of range", { epochs: 0 }, /epochs.*≥ 1/],
    ["a value of another kind", { epochs: { a: 1 } }, /epochs must be text or a number/],
    ["a number for a switch", { center: 1 }, /center must be true or false, got 1/],
    ["a list of keys", ["epochs"], /one JSON object/],
    ["no JSON", "{", /not JSON/],
  ])("is refused for %s", async (_, content, line) => {
    await config(content);
    expectError(await unlabeled([...pca, "--config", "config.json"]), 2, line);
  });

  test("that is not there is refused", async () => {
    expectError(await unlabeled([...pca, "--config", "none.json"]), 2, /none\.json: cannot be read/);
  });
});
