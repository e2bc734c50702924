#!/usr/bin/env node
/**
 * @file The command `unlabeled`, run with what the process has.
 */
import { run } from "./program.js";

// Failures of standard output are told to whoever writes there; nothing helps where standard error fails.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), process);
