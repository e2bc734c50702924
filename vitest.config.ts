import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: "#onnxruntime", replacement: here("src/engine/onnxruntime-node.ts") },
      // Workers run no TypeScript: those of tests are the build's, which is made once before all tests.
      { find: /^.*\/worker-source\.js$/, replacement: here("dist/src/worker-source.js") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/build.ts",
    setupFiles: "test/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
