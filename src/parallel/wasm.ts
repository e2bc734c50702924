/**
 * @file WebAssembly code on memory that all threads see.
 *
 * Every thread has an instance of its own on the same memory. Memory is only ever taken, never given back: it goes with
 * whoever holds it. Where pages may not share memory, such memory can still be made, and stays on one thread.
 */
import { MemoryError } from "./memory.js";

const PAGE = 65536;
/** Four GiB, all that addresses reach; and less, where so many addresses cannot be set aside, as on telephones. */
const MOST_PAGES = [65536, 16384, 4096];

/**
 * Memory for one piece of work. It may be among a kernel's arguments. Nothing is at address 0.
 * @throws RangeError if there is none.
 */
export function wasmMemory(): WebAssembly.Memory {
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    } catch {
      // Fewer may do.
    }
  }
  throw new RangeError("memory: none to be had for WebAssembly");
}

interface NumbersOf<T> {
  new (buffer: ArrayBuffer, address: number, n: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

function allocator<T>(numbers: NumbersOf<T>) {
  return (memory: WebAssembly.Memory, n: number): T => {
    // First, since growing gives the memory another buffer.
    const address = take(memory, n * numbers.BYTES_PER_ELEMENT);
    return new numbers(memory.buffer, address, n);
  };
}

/** n zeros that nobody else has. @throws MemoryError if there is no more memory. */
export const float32On = allocator<Float32Array<ArrayBuffer>>(Float32Array);
/** n zeros that nobody else has. @throws MemoryError if there is no more memory. */
export const float64On = allocator<Float64Array<ArrayBuffer>>(Float64Array);
/** n zeros that nobody else has. @throws MemoryError if there is no more memory. */
export const int32On = allocator<Int32Array<ArrayBuffer>>(Int32Array);
/** n zeros that nobody else has. @throws MemoryError if there is no more memory. */
export const uint32On = allocator<Uint32Array<ArrayBuffer>>(Uint32Array);

/** The address of so many bytes, and of a vector more, since code may read whole vectors. Any thread may ask. */
function take(memory: WebAssembly.Memory, bytes: number): number {
  const pages = Math.ceil((bytes + 16) / PAGE);
  try {
    return memory.grow(pages) * PAGE;
  } catch {
    throw new MemoryError(`memory: no room for ${bytes} bytes more on ${memory.buffer.byteLength}`);
  }
}

const modules = new Map<string, WebAssembly.Module>();
const instances = new WeakMap<WebAssembly.Memory, Map<string, WebAssembly.Exports>>();

/**
 * This thread's instance of a module that imports its memory as `env.memory`.
 * @param code base64.
 */
export function instanceOn(memory: WebAssembly.Memory, code: string): WebAssembly.Exports {
  let ofMemory = instances.get(memory);
  if (!ofMemory) {
    ofMemory = new Map();
    instances.set(memory, ofMemory);
  }
  let exported = ofMemory.get(code);
  if (!exported) {
    let module = modules.get(code);
    if (!module) {
      module = new WebAssembly.Module(Uint8Array.from(atob(code), (byte) => byte.charCodeAt(0)));
      modules.set(code, module);
    }
    exported = new WebAssembly.Instance(module, { env: { memory } }).exports;
    ofMemory.set(code, exported);
  }
  return exported;
}

const rooms = new WeakMap<WebAssembly.Memory, Float32Array>();

/** Room for at least n numbers that this thread has for itself, as whoever used it last has left it. */
export function ownRoom(memory: WebAssembly.Memory, n: number): Float32Array {
  let room = rooms.get(memory);
  if (!room || room.length < n) {
    room = float32On(memory, n);
    rooms.set(memory, room);
  }
  return room;
}
