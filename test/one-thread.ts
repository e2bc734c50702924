/**
 * @file Two test files run at a time, on two cores: one thread each is faster than two that wait for each other.
 */
import { configureRuntime } from "../src/index.js";

configureRuntime({ threads: 1 });
