import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { ALONE, OF_THE_BUILD } from "./test/of-the-build.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const built = OF_THE_BUILD.map((entry) => (entry.endsWith("/") ? `${entry}**/*.test.ts` : entry));
export default defineConfig({
  resolve: {
    alias: [
      { find: "#onnxruntime", replacement: here("src/engine/onnxruntime-node.ts") },
      { find: /^.*\/worker-source\.js$/, replacement: here("test/worker-source.ts") },
    ],
  },
  test: {
    setupFiles: "test/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...built, ...ALONE],
          globalSetup: "test/worker.ts",
          // Loading the library anew for each file takes as long as its tests; setup.ts sets what they change.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, globalSetup: "test/worker.ts" } },
      {
        extends: true,
        test: { name: "built", include: built, globalSetup: ["test/worker.ts", "test/build.ts"] },
      },
    ],
  },
});
