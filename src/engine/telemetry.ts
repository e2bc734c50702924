/**
 * @file ONNX Runtime's native build tells its maker how it is used, unless an environment variable forbids it: here it is forbidden.
 *
 * It reads the variable with C's `getenv` when the first session is made. Node passes what is set in `process.env` on to C in the
 * main thread alone; the `process.env` of a worker is a copy that no native code sees.
 */
import { builtin } from "../parallel/platform.js";

const VARIABLE = "ORT_DISABLE_TELEMETRY";

interface InspectorSession {
  connectToMainThread(): void;
  post(method: string, parameters: object): Promise<{ exceptionDetails?: object }>;
  disconnect(): void;
}

/**
 * Forbids reports from the sessions that are yet to be made in this process. A variable that is set, to whatever value, stays
 * as it is: that is the user's word.
 * @returns whether native code now sees a variable; without it, the native build must not run.
 */
export async function forbidTelemetry(): Promise<boolean> {
  const threads = builtin<{ isMainThread: boolean }>("node:worker_threads");
  if (threads && !threads.isMainThread) return forbidInMainThread();
  // The module and not the global: test runners put a copy in place of the latter.
  const process = builtin<{ env: Record<string, string | undefined> }>("node:process");
  if (!process) return false;
  process.env[VARIABLE] ??= "1";
  return true;
}

/** The inspector is the one way from a worker to the main thread that needs nobody to listen there. */
async function forbidInMainThread(): Promise<boolean> {
  // An answer awaited does not keep a worker alive, and a main thread deep in native code answers late.
  const alive = setInterval(() => {}, 1000);
  try {
    const { Session } = builtin<{ Session: new () => InspectorSession }>("node:inspector/promises")!;
    const session = new Session();
    session.connectToMainThread();
    const expression = `process.env.${VARIABLE} ??= "1"`;
    const { exceptionDetails } = await session.post("Runtime.evaluate", { expression });
    session.disconnect();
    return exceptionDetails === undefined;
  } catch {
    // Node without inspector, or Deno or Bun, which have none such.
    return false;
  } finally {
    clearInterval(alive);
  }
}
