/**
 * @file Worker threads of Node and of browsers behind one interface.
 */

/** A worker's end of the line. */
export interface Port {
  listen(hear: (message: unknown) => void): void;
}

/** The caller's end. */
export interface WorkerHandle {
  post(message: unknown): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: "error", handler: () => void): void;
  unref(): void;
}

interface NodeThreads {
  readonly Worker: new (url: URL) => NodeWorker;
  readonly parentPort: { on(event: "message", hear: (message: unknown) => void): void } | null;
}

/** Node's own modules without importing them, which a browser could not. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/** @returns `undefined` where there are no workers. @param onFailure told when the worker is lost. */
export function startWorker(url: URL, onFailure: () => void): WorkerHandle | undefined {
  const threads = builtin<NodeThreads>("node:worker_threads");
  try {
    if (threads) {
      const worker = new threads.Worker(url);
      worker.on("error", onFailure);
      // An idle worker keeps no program alive.
      worker.unref();
      return { post: (message) => worker.postMessage(message) };
    }
    if (typeof Worker === "undefined") return undefined;
    const worker = new Worker(url, { type: "module" });
    worker.onerror = onFailure;
    return { post: (message) => worker.postMessage(message) };
  } catch {
    return undefined;
  }
}

/** In a worker: gives the line to whoever started it. */
export function workerPort(use: (port: Port) => void): void {
  const parent = builtin<NodeThreads>("node:worker_threads")?.parentPort;
  if (parent) use({ listen: (hear) => parent.on("message", hear) });
  else
    use({
      listen: (hear) => globalThis.addEventListener("message", (event) => hear((event as MessageEvent).data)),
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
