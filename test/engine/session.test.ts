/** @file Programs that nobody runs any more are freed, although nobody said so. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const built = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;

/** Compiles programs of 4 MB and gives the megabytes that the last 30 have added. */
const SCRIPT = `
import { setTimeout as after } from "node:timers/promises";
import { add, compileOnce, constant, input } from "${built("engine/index.js")}";
import { configureRuntime, runtime } from "${built("engine/session.js")}";

const [backend, how] = process.argv.slice(-2);
configureRuntime({ backend, threads: 1 });
const size = 2 ** 20;
async function use(i) {
  const x = input("x", [1]);
  const graph = () => ({ y: add(x, constant({ dtype: "float32", shape: [size], data: new Float32Array(size).fill(i) })) });
  const program = how === "once" ? await compileOnce("size " + i, graph) : await (await runtime()).program(graph());
  const { y } = await program.run({ x: { dtype: "float32", shape: [1], data: Float32Array.of(1) } });
  if (y.data[size - 1] !== i + 1) throw new Error("wrong");
}
let start = 0;
const count = how === "once" ? 100 : 40;
for (let i = 0; i < count; i++) {
  await use(i);
  // After every one: what is freed late leaves holes that are not given back.
  for (let round = 0; round < 6; round++) {
    gc();
    await after(2);
  }
  if (i === count - 31) start = process.memoryUsage().rss;
}
console.log((process.memoryUsage().rss - start) / 1e6);
`;

const added = (backend: string, how: string) =>
  Number(
    execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", SCRIPT, backend, how], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
    }),
  );

// 30 programs are 120 MB and more; what is freed late on a busy machine leaves some tens in holes.
test.each(["native", "wasm"])("a program that is dropped: %s", { timeout: 120_000 }, (backend) => {
  expect(added(backend, "each")).toBeLessThan(90);
});

test("a program that is compiled once, after many others", { timeout: 120_000 }, () => {
  expect(added("native", "once")).toBeLessThan(90);
});
