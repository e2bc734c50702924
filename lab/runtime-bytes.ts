/**
 * @file The one large file of the lab, ONNX Runtime's WebAssembly, fetched by the page so that it can tell how far it is.
 */
import { signal } from "@preact/signals";

/** Bytes of the file as it is on disk, said by the build. */
declare const RUNTIME_BYTES: number;

/** Progress of the file. */
export interface Fetched {
  /** Share in [0, 1]. */
  readonly share: number;
  /** Bytes that go over the network: fewer than there are where the host packs them. */
  readonly size: number;
}

export const fetched = signal<Fetched>({ share: 0, size: 0 });

/** @returns nothing where the file could not be had: then the runtime looks for it itself, and says what is wrong. */
export async function fetchRuntime(folder: string): Promise<ArrayBuffer | undefined> {
  const response = await fetch(`${folder}ort-wasm-simd-threaded.wasm`).catch(() => undefined);
  if (!response?.ok || !response.body) return undefined;
  const size = Number(response.headers.get("content-length") ?? "") || RUNTIME_BYTES;
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let received = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    received += next.value.length;
    fetched.value = { share: Math.min(1, received / RUNTIME_BYTES), size };
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}
