/**
 * @file ONNX Runtime, native or WebAssembly, behind one interface.
 */
import { loadNative, loadWasm, type OnnxRuntime } from "#onnxruntime";
import { setThreads } from "../parallel/team.js";
import type { NdArray } from "./tensor.js";

export interface RuntimeOptions {
  /** `native` wants `onnxruntime-node`; `auto` (default) takes it where it is installed, else WebAssembly. */
  backend?: "auto" | "native" | "wasm";
  /**
   * Threads at most, ≥ 1. Default: one for every core natively, 1 in WebAssembly. Results do not depend on it. In a browser
   * more than one wants a cross-origin isolated page, and `wasmPaths` where the bundler makes one file of everything.
   * WebAssembly keeps the number it was first started with.
   */
  threads?: number;
  /**
   * Browsers: URL, ending in `/`, of a folder with `ort-wasm-simd-threaded.mjs` and `ort-wasm-simd-threaded.wasm` from
   * `onnxruntime-web/dist`. Default: the `.wasm` file is looked for beside the script, where most bundlers put it.
   */
  wasmPaths?: string;
}

/** Of one program, natively; elsewhere they do nothing. */
export interface CompileOptions {
  /** Fewer than configured. */
  readonly threads?: number;
  /**
   * Whether its threads look out for the next run before they sleep. Default: true. Without it a run starts later, and
   * other threads have the cores between runs.
   */
  readonly spin?: boolean;
}

/** A loaded ONNX Runtime. */
export interface Runtime {
  readonly backend: "native" | "wasm";
  /** Whether each run copies its inputs into the runtime's own memory: then large data should not be an input. */
  readonly copiesInputs: boolean;
  compile(model: Uint8Array, options?: CompileOptions): Promise<Program>;
}

/** A compiled model. */
export interface Program {
  /**
   * Computes all outputs. The arrays of `feeds` are only read. It blocks the thread it is called on.
   * @param into arrays for some outputs, of their shapes and not in shared memory. Natively they are filled and
   * returned, which saves the time that fresh memory takes; elsewhere they are left alone.
   */
  run(
    feeds: Readonly<Record<string, NdArray>>,
    into?: Readonly<Record<string, NdArray>>,
  ): Promise<Record<string, NdArray>>;
  release(): Promise<void>;
}

const loaded = new Map<string, Promise<Runtime>>();
let configured: RuntimeOptions = {};

/**
 * Which runtime everything uses from now on; what is compiled already stays where it is.
 * @throws RangeError for an impossible number of threads.
 */
export function configureRuntime(options: RuntimeOptions): void {
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new RangeError(`runtime: threads must be an integer ≥ 1, got ${threads}`);
  }
  configured = options;
  setThreads(threads);
}

/**
 * The configured runtime, loaded once.
 * @throws Error if `native` is asked for and not installed.
 */
export function runtime(): Promise<Runtime> {
  const { backend = "auto", threads, wasmPaths } = configured;
  const key = `${backend} ${threads} ${wasmPaths}`;
  let found = loaded.get(key);
  if (!found) {
    found = load(configured);
    loaded.set(key, found);
  }
  return found;
}

const compiled = new WeakMap<Runtime, Map<string, Promise<Program>>>();

/**
 * A program that is compiled once for each runtime and kept while it is among the last used; `key` names it. Its threads sleep between runs: other
 * programs' and those of `src/parallel` want the cores, and linear algebra took up to twice as long beside them.
 */
export async function compileOnce(key: string, model: () => Uint8Array): Promise<Program> {
  const current = await runtime();
  let programs = compiled.get(current);
  if (!programs) {
    programs = new Map();
    compiled.set(current, programs);
  }
  const program = programs.get(key) ?? current.compile(model(), { spin: false });
  // Last used, last in the map.
  programs.delete(key);
  programs.set(key, program);
  if (programs.size > MOST_PROGRAMS) programs.delete(programs.keys().next().value!);
  return program;
}

/** There are some twenty keys without sizes in them, and more for every width of rows. */
const MOST_PROGRAMS = 64;

async function load({ backend = "auto", threads, wasmPaths }: RuntimeOptions): Promise<Runtime> {
  const native = backend === "wasm" ? undefined : await loadNative();
  if (native) return wrap(native, "native", threads);
  if (backend === "native") {
    throw new Error("runtime: the native ONNX Runtime is not installed (npm install onnxruntime-node)");
  }
  const wasm = await loadWasm(wasmPaths);
  wasm.env.wasm.numThreads = threads ?? 1;
  return wrap(wasm, "wasm", threads);
}

// Work is dealt to threads in shrinking blocks: 2 to 6 % faster steps where one core is slower than the other.
function wrap(ort: OnnxRuntime, backend: "native" | "wasm", threads: number | undefined): Runtime {
  return {
    backend,
    copiesInputs: backend === "wasm",
    async compile(model, options = {}) {
      const used = options.threads ?? threads;
      const entries = {
        dynamic_block_base: "4",
        ...(options.spin === false && { intra_op: { allow_spinning: "0" } }),
      };
      const session = await ort.InferenceSession.create(model, {
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        ...(backend === "native" && { extra: { session: entries } }),
        ...(backend === "native" && used !== undefined && { intraOpNumThreads: used }),
      });
      const fresh = Object.fromEntries(session.outputNames.map((name) => [name, null]));
      const program: Program = {
        async run(feeds, into) {
          const tensors = asTensors(ort, feeds);
          running.add(program);
          const results = await (into && backend === "native"
            ? session.run(tensors, { ...fresh, ...asTensors(ort, into) })
            : session.run(tensors)
          ).finally(() => running.delete(program));
          const arrays: Record<string, NdArray> = {};
          for (const [name, t] of Object.entries(results)) {
            arrays[name] = {
              dtype: t.type as NdArray["dtype"],
              shape: t.dims,
              data: t.data as NdArray["data"],
            };
          }
          return arrays;
        },
        release() {
          forgotten.unregister(program);
          return session.release();
        },
      };
      forgotten.register(program, session, program);
      return program;
    },
  };
}

/** Frees what a program holds outside of JavaScript when nobody can run it any more, as when a fitted model is dropped. */
const forgotten = new FinalizationRegistry<{ release(): Promise<void> }>((session) => void session.release());
/** A program that nobody else knows any more must not be freed before its run is over. */
const running = new Set<Program>();

function asTensors(
  ort: OnnxRuntime,
  arrays: Readonly<Record<string, NdArray>>,
): Record<string, InstanceType<OnnxRuntime["Tensor"]>> {
  const tensors: Record<string, InstanceType<OnnxRuntime["Tensor"]>> = {};
  for (const [name, { dtype, data, shape }] of Object.entries(arrays)) {
    tensors[name] = new ort.Tensor(dtype, data as Float32Array, shape);
  }
  return tensors;
}
