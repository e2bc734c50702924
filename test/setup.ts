/**
 * @file What every test file starts with: one thread, and properties from a fixed seed.
 */
import fc from "fast-check";
import { configureRuntime } from "../src/engine/session.js";

// Two test files run at a time, on two cores: one thread each is faster than two that wait for each other.
configureRuntime({ threads: 1 });

// The same cases in every run; FAST_CHECK_SEED=7 npm test looks at others.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
