/**
 * @file The Fourier transform of the kernel's smooth part, by which a mesh multiplies.
 *
 * Interpolation by cubic B-splines wants their values at the nodes divided out, (2 + cos θ)/3 an axis, once for the
 * spreading and once for the reading: what is left interpolates the kernel between all nodes.
 * Source: Unser (1999), "Splines: a perfect fit for signal and image processing", IEEE Signal Process. Mag. 16(6).
 */
import { codeOn } from "./code.js";
import { chunksOf, type Mesh, spectrumLength } from "./mesh.js";
import { roomFor } from "./mesh-kernel.js";
import { cosOfTurn } from "./twiddles.js";

/** The whole padded grid as nodes. */
export const padded = (mesh: Mesh): Mesh => ({ ...mesh, nx: mesh.mx, ny: mesh.my, nz: mesh.mz });

/** The kernel's smooth part about node 0 of the padded grid `[mz, my, mx]`, half of it wrapped around each axis. */
export function fillKernel({ mx, my, mz, scale, splitting }: Mesh, kernel: Float32Array): void {
  const squares = (length: number) =>
    Float64Array.from({ length }, (_, i) => (Math.min(i, length - i) / scale) ** 2);
  const [x2, y2, z2] = [squares(mx), squares(my), squares(mz)];
  for (let k = 0, at = 0; k < mz; k++) {
    for (let j = 0; j < my; j++) {
      const rest = y2[j]! + z2[k]!;
      for (let i = 0; i < mx; i++, at++) kernel[at] = smoothPart(x2[i]! + rest, splitting);
    }
  }
}

/** (1 + u + u²)/(1 + s₀) below s₀, K itself above. */
function smoothPart(s: number, splitting: number): number {
  if (s >= splitting) return 1 / (1 + s);
  const u = (splitting - s) / (1 + splitting);
  return (1 + u + u * u) / (1 + splitting);
}

/**
 * Fills `transfer` with all constant factors.
 * @param words that tell of the padded mesh, its grid the kernel. @param re their `re`, which is overwritten as `im` is.
 */
export function fillTransfer(
  memory: WebAssembly.Memory,
  words: Int32Array,
  mesh: Mesh,
  re: Float32Array,
  transfer: Float32Array,
): void {
  const code = codeOn(memory);
  const { mx, my, mz } = mesh;
  const room = roomFor(memory, Math.max(mx, my, mz));
  const whole = padded(mesh);
  const at = words.byteOffset;
  for (let chunk = 0; chunk < chunksOf.rows(whole); chunk++) code.forwardRows(at, chunk, room);
  if (my > 1)
    for (let chunk = 0; chunk < chunksOf.middle(whole); chunk++) code.forwardMiddle(at, chunk, room);
  if (mz > 1) for (let chunk = 0; chunk < chunksOf.last(whole); chunk++) code.forwardLast(at, chunk, room);
  const [bx, by, bz] = [splineFilter(mx), splineFilter(my), splineFilter(mz)];
  const share = 1 / (mx * my * mz);
  const length = spectrumLength(mx);
  for (let k = 0, row = 0; k < mz; k++) {
    for (let j = 0; j < my; j++, row += length) {
      const factor = share * by[j]! * bz[k]!;
      for (let i = 0; i <= mx / 2; i++) transfer[row + i] = re[row + i]! * bx[i]! * factor;
    }
  }
}

/** 1 / (the transform of a cubic B-spline's values at the nodes)², for all frequencies; 1 for no axis. */
function splineFilter(length: number): Float64Array {
  if (length === 1) return Float64Array.of(1);
  return Float64Array.from({ length }, (_, i) => (3 / (2 + cosOfTurn(i / length))) ** 2);
}
