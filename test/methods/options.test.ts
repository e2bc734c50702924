import { describe, expect, test } from "vitest";
import { autoencoder, factorization, linearAutoencoder, methodNamed, methods, pca } from "../../src/index.js";
import {
  checkOptions,
  describeOptions,
  integer,
  integers,
  number,
  numberOr,
  oneOf,
  optional,
} from "../../src/methods/options.js";

const table = {
  size: integer({ min: 1, help: "" }),
  rate: number({ default: 0.5, want: "a number > 0", test: (v: number) => v > 0, help: "" }),
  kind: oneOf(["red", "green"], { default: "red", help: "" }),
  widths: integers({ min: 1, default: [3], help: "" }),
  step: numberOr(["auto"], { default: "auto", want: "a number > 0", test: (v: number) => v > 0, help: "" }),
  limit: optional(integer({ min: 0, help: "" })),
};

describe("checkOptions", () => {
  test("fills in defaults and leaves out what has none", () => {
    const checked = checkOptions("m", table as never, { size: 2 });
    expect(checked).toEqual({ size: 2, rate: 0.5, kind: "red", widths: [3], step: "auto" });
  });

  test.each([
    [{}, "m: size is missing, it must be an integer ≥ 1"],
    [{ size: 0 }, "m: size must be an integer ≥ 1, got 0"],
    [{ size: 1.5 }, "m: size must be an integer ≥ 1, got 1.5"],
    [{ size: Number.NaN }, "m: size must be an integer ≥ 1, got NaN"],
    [{ size: "2" }, 'm: size must be an integer ≥ 1, got "2"'],
    [{ size: 2, rate: -1 }, "m: rate must be a number > 0, got -1"],
    [{ size: 2, kind: "blue" }, 'm: kind must be one of red, green, got "blue"'],
    [{ size: 2, widths: [1, 0] }, "m: widths must be a list of integers ≥ 1, got [1,0]"],
    [{ size: 2, step: "fast" }, 'm: step must be a number > 0, or auto, got "fast"'],
    [
      { size: 2, color: 1 },
      'm: there is no option "color" (there are size, rate, kind, widths, step, limit)',
    ],
    [undefined, "m: options must be an object, got undefined"],
  ])("%j: %s", (given, message) => {
    expect(() => checkOptions("m", table as never, given as never)).toThrow(message);
  });
});

test("command-line texts become values, or stay what they are for the check to refuse", () => {
  expect(table.size.parse("12")).toBe(12);
  expect(table.size.parse("twelve")).toBe("twelve");
  expect(table.size.parse("")).toBe("");
  expect(table.widths.parse("512,256")).toEqual([512, 256]);
  expect(table.widths.parse("")).toEqual([]);
  expect(table.step.parse("auto")).toBe("auto");
  expect(table.step.parse("0.25")).toBe(0.25);
});

test("what is made of functions is described by its name", () => {
  expect(
    describeOptions({ a: 1, loss: { name: "mine", rows: () => 0 }, list: [{ name: "l1", term: () => 0 }] }),
  ).toEqual({
    a: 1,
    loss: { custom: "mine" },
    list: [{ custom: "l1" }],
  });
});

test("methods refuse options when they are made", () => {
  expect(() => pca({ latentDim: 0 })).toThrow("pca: latentDim must be an integer ≥ 1, got 0");
  expect(() => linearAutoencoder({ latentDim: 2, parameterization: "tide" as "tied" })).toThrow(
    'linearAutoencoder: parameterization must be one of free, projection, shared, unrolled, tied, got "tide"',
  );
  expect(() => linearAutoencoder({ latentDim: 2, steps: 1e9 })).toThrow(
    "linearAutoencoder: steps must be an integer from 1 to 1000, got 1000000000",
  );
  expect(() => factorization({ latentDim: 2, tol: -1 })).toThrow(
    "factorization: tol must be a number ≥ 0, got -1",
  );
  expect(() => autoencoder({ latentDim: 2, loss: "hubert" })).toThrow(
    "autoencoder: loss must be one of squaredError",
  );
});

test("the registry finds methods by either spelling and suggests the nearest", async () => {
  expect(await methodNamed("linear-autoencoder")).toMatchObject({ name: "linearAutoencoder" });
  await expect(methodNamed("linearautoencodr")).rejects.toThrow("nearest: linearAutoencoder");
  for (const listed of methods) {
    const { name, summary, options, create } = await listed.load();
    const needed = { latentDim: 2, clusters: 2 };
    const given = Object.entries(needed).filter(([option]) => option in options);
    expect(create(Object.fromEntries(given)).name).toBe(name);
    expect(summary.length).toBeGreaterThan(10);
  }
});

test("values that nobody would say are refused in our words, of every option of every method", async () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const nobody: unknown[] = [
    ...[
      null,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -1,
      1e300,
      "",
      "__proto__",
      "constructor",
      "\u0000",
      true,
    ],
    ...[[], [[]], [null], {}, { gaussian: {} }, { custom: {} }, { name: {} }, Object.create(null), () => 0],
    ...[{ toString: 2 }, [{ toString: 2 }], { gaussian: { toString: 2 } }, { l1: [{ toString: 2 }] }, 7n],
    JSON.parse('{"__proto__":1}'),
    { encoder: {}, decoder: [] },
    circular,
    { encoder: [{ conv: { toString: 2 }, kernel: {} }], decoder: [{}] },
    { encoder: [null], decoder: [{ reshape: {} }] },
  ];
  for (const listed of methods) {
    const { name, options, create } = await listed.load();
    const needed = "latentDim" in options ? { latentDim: 2 } : { clusters: 2 };
    for (const option of Object.keys(options)) {
      for (const value of nobody) {
        try {
          create({ ...needed, [option]: value });
        } catch (error) {
          expect(
            error === null || [RangeError, TypeError].includes((error as Error).constructor as never),
          ).toBe(true);
          expect((error as Error).message, `${name}.${option}`).toMatch(new RegExp(`^${name}[: ]`));
        }
      }
    }
  }
});
