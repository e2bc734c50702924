/**
 * @file Worker threads of Node and of browsers behind one interface.
 */

/** A worker's end of the line. */
export interface Port {
  listen(hear: (message: unknown) => void): void;
  post(message: unknown): void;
}

/** The caller's end. */
export interface Thread {
  post(message: unknown): void;
  /** True if the thread has ended, asked by a caller who has waited for it so many milliseconds and lets no event in. */
  hasEnded(waited: number): boolean;
  terminate(): void;
}

/** Events that a thread tells its caller, each at a later turn of the event loop. */
export interface ThreadEvents {
  onMessage(message: unknown): void;
  /** It could not start, or has ended; told once or more. */
  onEnd(): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: "message" | "error" | "exit", handler: (value: unknown) => void): void;
  unref(): void;
  terminate(): void;
  readonly performance?: { eventLoopUtilization(): { readonly idle: number; readonly active: number } };
}

interface NodePort {
  on(event: "message", hear: (message: unknown) => void): void;
  postMessage(message: unknown): void;
}

interface NodeThreads {
  readonly Worker: new (program: URL | string, options: { eval: boolean; execArgv: string[] }) => NodeWorker;
  readonly parentPort: NodePort | null;
}

/** Node's own modules without importing them, which a browser could not. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/** @param program its address or its text. @throws if no thread can be started here. */
export function startThread(program: URL | string, events: ThreadEvents): Thread {
  const threads = builtin<NodeThreads>("node:worker_threads");
  return threads ? startInNode(threads, program, events) : startInBrowser(program, events);
}

/** Milliseconds without a sign of life from a thread of which nothing was ever heard. */
const SILENCE = 60_000;

function startInNode({ Worker }: NodeThreads, program: URL | string, events: ThreadEvents): Thread {
  // Modules that the caller's Node was told to load beforehand are not for this thread.
  const worker = new Worker(program, { eval: typeof program === "string", execArgv: [] });
  // Node tells of its time once it has heard of the thread, and not before.
  const idleTime = () => worker.performance?.eventLoopUtilization().idle ?? 0;
  let heard = false;
  worker.on("message", (message) => {
    heard = true;
    idleTime();
    events.onMessage(message);
  });
  worker.on("error", events.onEnd);
  worker.on("exit", events.onEnd);
  // An idle worker keeps no program alive.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    // Nothing else tells before the event: a thread that has ended was idle for −1 ms, if this was asked before.
    hasEnded: (waited) => idleTime() < 0 || (!heard && waited > SILENCE),
    terminate: () => worker.terminate(),
  };
}

function startInBrowser(program: URL | string, events: ThreadEvents): Thread {
  const isText = typeof program === "string";
  const url = isText ? URL.createObjectURL(new Blob([program], { type: "text/javascript" })) : program;
  const worker = new Worker(url, { type: isText ? "classic" : "module" });
  const forget = () => {
    if (isText) URL.revokeObjectURL(url as string);
  };
  worker.onmessage = ({ data }) => {
    forget();
    events.onMessage(data);
  };
  worker.onerror = (event) => {
    // Else it would be printed.
    event.preventDefault();
    forget();
    events.onEnd();
  };
  return {
    post: (message) => worker.postMessage(message),
    // A page's workers end when the page does.
    hasEnded: () => false,
    terminate: () => worker.terminate(),
  };
}

/** In a worker: gives the line to whoever started it. */
export function workerPort(use: (port: Port) => void): void {
  const parent = builtin<NodeThreads>("node:worker_threads")?.parentPort;
  if (parent)
    use({
      listen: (hear) => parent.on("message", hear),
      post: (message) => parent.postMessage(message),
    });
  else
    use({
      listen: (hear) => globalThis.addEventListener("message", (event) => hear((event as MessageEvent).data)),
      // In a worker it wants no origin.
      post: (message) => (globalThis as unknown as Worker).postMessage(message),
    });
}

/** Threads that can run at the same time. */
export function cores(): number {
  const os = builtin<{ availableParallelism(): number }>("node:os");
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Bytes of memory that this program can have at most, where that can be told. */
export function memoryBytes(): number | undefined {
  const os = builtin<{ totalmem(): number }>("node:os");
  if (!os) return undefined;
  const { process } = globalThis as { process?: { constrainedMemory?(): number | undefined } };
  // 0 where nothing limits it, as in a container.
  return Math.min(os.totalmem(), process?.constrainedMemory?.() || Number.POSITIVE_INFINITY);
}
