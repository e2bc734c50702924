/**
 * @file ONNX Runtime, native or WebAssembly, behind one interface.
 */
import { loadNative, loadWasm, type OnnxRuntime } from "#onnxruntime";
import { cores } from "../parallel/platform.js";
import { setThreads } from "../parallel/team.js";
import { MOST_SLICES } from "./fixed-order.js";
import { keepFreedMemory } from "./freed-memory.js";
import type { NoNative } from "./no-native.js";
import { emit } from "./onnx.js";
import { slicesFor } from "./slices.js";
import type { NdArray, Tensor } from "./tensor.js";

/** Options of the runtime that everything uses. */
export interface RuntimeOptions {
  /** `native` wants `onnxruntime-node`; `auto` (default) takes it where it is installed and loads, else WebAssembly. */
  backend?: "auto" | "native" | "wasm" | undefined;
  /**
   * Threads at most, ≥ 1; more than 64 are 64. Default: one for every core natively, 1 in WebAssembly. Results do not depend
   * on it. In a browser more than one wants a cross-origin isolated page, and `wasmPaths` where the bundler makes one file
   * of everything. WebAssembly keeps the number it was first started with.
   */
  threads?: number | undefined;
  /**
   * Browsers: URL, ending in `/`, of a folder with `ort-wasm-simd-threaded.mjs` and `ort-wasm-simd-threaded.wasm` from
   * `onnxruntime-web/dist`. Default: the `.wasm` file is looked for beside the script, where most bundlers put it.
   */
  wasmPaths?: string | undefined;
  /** Browsers: the bytes of the `.wasm` file, where the page has fetched them itself, to show how far they are. */
  wasmBinary?: ArrayBuffer | undefined;
}

/** Options of one program, natively; elsewhere they do nothing. */
export interface CompileOptions {
  /** Threads, other than configured, ≥ 1. */
  readonly threads?: number | undefined;
  /**
   * Threads look out for the next run before they sleep. Default: true. Without it a run starts later, and other
   * threads have the cores between runs.
   */
  readonly spin?: boolean | undefined;
}

/** Options of compiling a graph. */
export interface ProgramOptions extends CompileOptions {
  /** Inputs in the order the program takes them. Default: all that the outputs depend on. */
  readonly inputs?: readonly Tensor[] | undefined;
  /** Sizes that the graph knows by name, as they will be: products are faster where they are known. */
  readonly sizes?: Readonly<Record<string, number>> | undefined;
}

/** A loaded ONNX Runtime. */
export interface Runtime {
  /** The build of ONNX Runtime that serves. */
  readonly backend: "native" | "wasm";
  /** Reason why the native build does not serve, where it could have. */
  readonly noNative?: NoNative;
  /** Each run copies its inputs into the runtime's own memory: large data should then not be an input. */
  readonly copiesInputs: boolean;
  /** A product is cut into so many slices at most. */
  readonly slices: number;
  /** A program that computes these outputs, the same bits on any number of threads. */
  program(outputs: Readonly<Record<string, Tensor>>, options?: ProgramOptions): Promise<Program>;
  /** A program of a model from elsewhere, as it stands. */
  compile(model: Uint8Array, options?: CompileOptions): Promise<Program>;
}

/** A compiled model. */
export interface Program {
  /**
   * Computes all outputs. The arrays of `feeds` are only read. It blocks the thread it is called on.
   * @param into an array for every output, of its shape and not in shared memory. Natively they are filled and
   * returned, which saves the time that fresh memory takes; elsewhere they are left alone.
   */
  run(
    feeds: Readonly<Record<string, NdArray>>,
    into?: Readonly<Record<string, NdArray>>,
  ): Promise<Record<string, NdArray>>;
  /** Frees its memory; it cannot run any more. */
  release(): Promise<void>;
}

/** More would wait for each other: products are cut into no more slices. */
const MOST_THREADS = MOST_SLICES;

const loaded = new Map<string, Promise<Runtime>>();
let configured: RuntimeOptions = {};

/**
 * Sets the runtime that everything uses from now on; what is compiled already stays where it is.
 * @throws RangeError for an impossible number of threads.
 */
export function configureRuntime(options: RuntimeOptions): void {
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new RangeError(`runtime: threads must be an integer ≥ 1, got ${threads}`);
  }
  configured = threads === undefined ? options : { ...options, threads: Math.min(threads, MOST_THREADS) };
  setThreads(threads);
}

/**
 * The configured runtime, loaded once.
 * @throws Error if `native` is asked for and not installed, or does not load.
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

/** The number of threads that WebAssembly was started with, which it keeps. */
let wasmThreads: number | undefined;

async function load({ backend = "auto", threads, wasmPaths, wasmBinary }: RuntimeOptions): Promise<Runtime> {
  const native = backend === "wasm" ? undefined : await loadNative();
  if (native && !("reason" in native)) {
    keepFreedMemory();
    const compile = compiler(native, true, threads);
    return wrap(true, compile, await slicesFor(threads ?? cores(), compile));
  }
  if (native && backend === "native") throw new Error(`runtime: the native ONNX Runtime ${native.reason}`);
  const wasm = await loadWasm(wasmPaths, wasmBinary);
  wasmThreads ??= threads ?? 1;
  wasm.env.wasm.numThreads = wasmThreads;
  return { ...wrap(false, compiler(wasm, false, threads), wasmThreads), ...(native && { noNative: native }) };
}

const SESSION = {
  // Work is dealt to threads in shrinking blocks: 2 to 6 % faster steps where one core is slower than the other.
  dynamic_block_base: "4",
  // Threads look out for work so many microseconds before they sleep: longer than from one operation to the next, and shorter than
  // what is done between two runs. Left alone they take a core from it for milliseconds.
  intra_op: { spin_duration_us: "50" },
};
// It would undo what `fixed-order.ts` does.
const OPTIMIZATION = { disable_specified_optimizers: "GemmTransposeFusion" };

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * WebAssembly has one stack, and ONNX Runtime waits while it has arrays on it: a run that begins meanwhile takes them for free
 * memory when the first is over. So there what is asked for is done in turn, for all runtimes there are, since they share the stack.
 */
const inTurn: InTurn = (() => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work);
    // Nothing of the result, which would be kept until the next.
    last = own.then(
      () => {},
      () => {},
    );
    return own;
  };
})();

function compiler(ort: OnnxRuntime, native: boolean, threads: number | undefined): Runtime["compile"] {
  const turn: InTurn = native ? (work) => work() : inTurn;
  return async (model, options = {}) => {
    const used = options.threads ?? threads;
    // More threads than cores, looking out for work, would keep each other from it.
    const spin = options.spin !== false && (used ?? 1) <= cores();
    const create = () =>
      ort.InferenceSession.create(model, {
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        extra: {
          optimization: OPTIMIZATION,
          ...(native && { session: spin ? SESSION : { ...SESSION, intra_op: { allow_spinning: "0" } } }),
        },
        ...(native && used !== undefined && { intraOpNumThreads: used }),
      });
    return programOf(ort, await turn(create), turn);
  };
}

// Not where it was compiled, for functions keep all that any other in their place asks for: the model, which is as large.
function programOf(ort: OnnxRuntime, session: Session, turn: InTurn): Program {
  const told = session.outputNames.filter((name) => name !== UNTOLD);
  const silent = told.length < session.outputNames.length;
  const free = freeing(session, turn);
  const program: Program = {
    async run(feeds, into) {
      const tensors = asTensors(ort, feeds);
      running.add(program);
      try {
        if (into && silent) {
          await fill(session, tensors, { [UNTOLD]: null, ...asTensors(ort, into) });
          return { ...into };
        }
        return arraysOf(await turn(() => session.run(tensors, told)));
      } finally {
        running.delete(program);
      }
    },
    release() {
      forgotten.unregister(program);
      return free();
    },
  };
  forgotten.register(program, free, program);
  return program;
}

/** Frees a session, and does not keep the program, whose end is waited for. */
const freeing = (session: Session, turn: InTurn) => () => turn(() => session.release());

/**
 * Name of an output that has no numbers. The native build gives back copies of all outputs, in fresh memory, where it was given
 * memory for them too: of 4 MB that takes longer than most graphs. It gives up at an output that is a sequence, when all are
 * computed, and where that is the first, copies none. A build that gives sequences back serves as well.
 */
const UNTOLD = "untold";
const GIVES_UP_AT_SEQUENCE = "Non tensor type is temporarily not supported.";

/** Computes outputs into the memory that they are given. */
async function fill(
  session: Session,
  feeds: Tensors,
  outputs: Readonly<Record<string, Tensors[string] | null>>,
) {
  await session.run(feeds, outputs).catch((error: unknown) => {
    if (!(error instanceof Error && error.message === GIVES_UP_AT_SEQUENCE)) throw error;
  });
}

/** @param slices that work is cut into on as many threads as are configured. */
function wrap(native: boolean, compile: Runtime["compile"], slices: number): Runtime {
  const slicesOn = (threads: number) => (threads === 1 || threads <= slices ? threads : MOST_SLICES);
  return {
    backend: native ? "native" : "wasm",
    copiesInputs: !native,
    slices,
    compile,
    program(outputs, { inputs, sizes, ...options } = {}) {
      // A machine that cuts more slices than it has threads does so for fewer threads, too.
      const fewer = native && options.threads !== undefined && slices < MOST_SLICES;
      const sharing = { slices: fewer ? slicesOn(options.threads!) : slices, sizes };
      return compile(emit(outputs, { inputs, sharing, ...(native && { sequence: UNTOLD }) }), options);
    },
  };
}

/** Frees what a program holds outside of JavaScript when nobody can run it any more, as when a fitted model is dropped. */
const forgotten = new FinalizationRegistry<() => Promise<void>>((free) => void free());
/** A program that nobody else knows any more must not be freed before its run is over. */
const running = new Set<Program>();

type Session = Awaited<ReturnType<OnnxRuntime["InferenceSession"]["create"]>>;
type Tensors = Record<string, InstanceType<OnnxRuntime["Tensor"]>>;

function asTensors(ort: OnnxRuntime, arrays: Readonly<Record<string, NdArray>>): Tensors {
  const tensors: Tensors = {};
  for (const [name, { dtype, data, shape }] of Object.entries(arrays)) {
    tensors[name] = new ort.Tensor(dtype, data as Float32Array, shape);
  }
  return tensors;
}

function arraysOf(tensors: Awaited<ReturnType<Session["run"]>>): Record<string, NdArray> {
  const arrays: Record<string, NdArray> = {};
  for (const [name, t] of Object.entries(tensors)) {
    arrays[name] = {
      dtype: t.type as NdArray["dtype"],
      shape: t.dims,
      data: t.data as NdArray["data"],
    };
  }
  return arrays;
}
