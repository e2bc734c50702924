/**
 * @file One write, as a process of its own: `PATH CONTENT FORCE MAKE-FOLDER`. It says `written`, or one line why not.
 */
import process from "node:process";
import { openOutput } from "../node/index.js";

const [path, content, force, makeFolder] = process.argv.slice(2) as [string, string, string, string];
try {
  const output = await openOutput(path, { force: force === "true", makeFolder: makeFolder === "true" });
  try {
    const half = content.length >> 1;
    await output.write(content.slice(0, half));
    await output.write(Buffer.from(content.slice(half)));
    await output.commit();
  } finally {
    await output.abandon();
  }
  process.stdout.write("written\n");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
