import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { watchOthers } from "../../bench/others.js";

const busy = (ms: number) => `const until = performance.now() + ${ms}; while (performance.now() < until);`;
const linux = process.platform === "linux";

test.skipIf(!linux)(
  "own work is not that of others: in this process, in a child that has ended, in a server",
  async () => {
    const server = spawn(process.execPath, ["-e", `${busy(400)} setTimeout(() => {}, 60_000)`], {
      stdio: "ignore",
    });
    await once(server, "spawn");
    try {
      const counted = watchOthers([server.pid!]);
      const uncounted = watchOthers([]);
      spawnSync(process.execPath, ["-e", busy(300)]);
      const until = performance.now() + 300;
      while (performance.now() < until);
      await sleep(50);
      const [others, withServer] = [counted()!, uncounted()!];
      expect(others).toBeGreaterThanOrEqual(0);
      expect(others).toBeLessThanOrEqual(1.1);
      // It worked for some tenths of a second, of which the clock of processes tells hundredths.
      expect(withServer).toBeGreaterThan(others);
    } finally {
      server.kill();
    }
  },
);

test("a process that is not there tells nothing", () => {
  expect(watchOthers([2 ** 30])()).toBeUndefined();
});
