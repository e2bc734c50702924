/**
 * @file Convolution of a real grid with an even kernel, by Fourier transforms padded so that nothing wraps around.
 *
 *   ψ = F⁻¹[ F[ρ] · T ]
 *
 * The transform T of the kernel is real. Two rows of ρ are the real and imaginary parts of one series, of whose
 * spectrum half is kept; what padding adds is never stored along the last axis. Each function does one chunk, in
 * `room` for 32 numbers times the padded length.
 */
import { ENTRY, fft, LANES } from "./fft";
import { Mesh, spectrumLength } from "./mesh";

/** Real rows of ρ to the left half of their spectra: 16 rows a chunk. */
export function forwardRows(mesh: Mesh, chunk: i32, room: usize): void {
  const nx = mesh.nx;
  const mx = mesh.mx;
  const rows = mesh.ny * mesh.nz;
  const panel = <usize>mx * ENTRY;
  const ar = room;
  const ai = room + panel;
  const from = chunk * 2 * LANES;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    const hasEven = even < rows;
    const hasOdd = even + 1 < rows;
    const rho = mesh.grid + (<usize>(even * nx) << 2);
    const odd = rho + (<usize>nx << 2);
    let to: usize = <usize>lane << 2;
    for (let k: usize = 0, end = <usize>nx << 2; k < end; k += 4, to += ENTRY) {
      store<f32>(ar + to, hasEven ? load<f32>(rho + k) : 0);
      store<f32>(ai + to, hasOdd ? load<f32>(odd + k) : 0);
    }
  }
  memory.fill(ar + <usize>nx * ENTRY, 0, <usize>(mx - nx) * ENTRY);
  memory.fill(ai + <usize>nx * ENTRY, 0, <usize>(mx - nx) * ENTRY);
  const moved = fft(mx, mesh.twiddlesX, ar, ai, room + 2 * panel, room + 3 * panel);
  const zr = moved ? room + 2 * panel : ar;
  const zi = zr + panel;
  const kept = (mx >> 1) + 1;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    if (even >= rows) return;
    const hasOdd = even + 1 < rows;
    const start = spectrumRow(mesh, even);
    const oddStart = spectrumRow(mesh, even + 1);
    for (let k = 0; k < kept; k++) {
      const at = (<usize>k * ENTRY) + (<usize>lane << 2);
      const mirror = k === 0 ? at : (<usize>(mx - k) * ENTRY) + (<usize>lane << 2);
      const r = load<f32>(zr + at);
      const i = load<f32>(zi + at);
      const mr = load<f32>(zr + mirror);
      const mi = load<f32>(zi + mirror);
      const to = <usize>k << 2;
      if (hasOdd) {
        store<f32>(mesh.re + oddStart + to, 0.5 * (i + mi));
        store<f32>(mesh.im + oddStart + to, 0.5 * (mr - r));
      }
      store<f32>(mesh.re + start + to, 0.5 * (r + mr));
      store<f32>(mesh.im + start + to, 0.5 * (i - mi));
    }
  }
}

/** The way back, times mx. */
export function inverseRows(mesh: Mesh, chunk: i32, room: usize): void {
  const nx = mesh.nx;
  const mx = mesh.mx;
  const rows = mesh.ny * mesh.nz;
  const panel = <usize>mx * ENTRY;
  const ar = room;
  const ai = room + panel;
  const kept = (mx >> 1) + 1;
  const from = chunk * 2 * LANES;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    const hasEven = even < rows;
    const hasOdd = even + 1 < rows;
    const start = spectrumRow(mesh, even);
    const oddStart = spectrumRow(mesh, even + 1);
    for (let k = 0; k < kept; k++) {
      const from = <usize>k << 2;
      const er: f32 = hasEven ? load<f32>(mesh.re + start + from) : 0;
      const ei: f32 = hasEven ? load<f32>(mesh.im + start + from) : 0;
      const or: f32 = hasOdd ? load<f32>(mesh.re + oddStart + from) : 0;
      const oi: f32 = hasOdd ? load<f32>(mesh.im + oddStart + from) : 0;
      const to = (<usize>k * ENTRY) + (<usize>lane << 2);
      const mirror = k === 0 ? to : (<usize>(mx - k) * ENTRY) + (<usize>lane << 2);
      store<f32>(ar + mirror, er + oi);
      store<f32>(ai + mirror, or - ei);
      store<f32>(ar + to, er - oi);
      store<f32>(ai + to, ei + or);
    }
  }
  const moved = fft(mx, mesh.twiddlesX, ai, ar, room + 3 * panel, room + 2 * panel);
  const zr = moved ? room + 2 * panel : ar;
  const zi = zr + panel;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    if (even >= rows) return;
    const hasOdd = even + 1 < rows;
    const psi = mesh.grid + (<usize>(even * nx) << 2);
    const odd = psi + (<usize>nx << 2);
    let at: usize = <usize>lane << 2;
    for (let k: usize = 0, end = <usize>nx << 2; k < end; k += 4, at += ENTRY) {
      store<f32>(psi + k, load<f32>(zr + at));
      if (hasOdd) store<f32>(odd + k, load<f32>(zi + at));
    }
  }
}

/** Address of the spectrum of a row of the grid, in bytes. */
// @ts-ignore: decorator
@inline
function spectrumRow(mesh: Mesh, row: i32): usize {
  return <usize>(((row / mesh.ny) * mesh.my + (row % mesh.ny)) * spectrumLength(mesh.mx)) << 2;
}

/** In three dimensions, the axis between: padded on the way there. */
export function forwardMiddle(mesh: Mesh, chunk: i32, room: usize): void {
  const kept = spectrumLength(mesh.mx);
  alongAxis(mesh, Way.Forward, mesh.my * kept, kept, mesh.ny, mesh.my, mesh.my, mesh.twiddlesY, chunk, room);
}

/** And cut on the way back. */
export function inverseMiddle(mesh: Mesh, chunk: i32, room: usize): void {
  const kept = spectrumLength(mesh.mx);
  alongAxis(mesh, Way.Inverse, mesh.my * kept, kept, mesh.my, mesh.ny, mesh.my, mesh.twiddlesY, chunk, room);
}

/** The last of three axes, that has no padding. */
export function forwardLast(mesh: Mesh, chunk: i32, room: usize): void {
  const series = mesh.my * spectrumLength(mesh.mx);
  alongAxis(mesh, Way.Forward, 0, series, mesh.nz, mesh.mz, mesh.mz, mesh.twiddlesZ, chunk, room);
}

/** The last axis: transformed, multiplied and transformed back in one go. */
export function convolve(mesh: Mesh, chunk: i32, room: usize): void {
  const kept = spectrumLength(mesh.mx);
  const solid = mesh.nz > 1;
  const series = solid ? mesh.my * kept : kept;
  const nodes = solid ? mesh.nz : mesh.ny;
  const length = solid ? mesh.mz : mesh.my;
  const twiddles = solid ? mesh.twiddlesZ : mesh.twiddlesY;
  alongAxis(mesh, Way.Both, 0, series, nodes, nodes, length, twiddles, chunk, room);
}

enum Way {
  Forward,
  Inverse,
  Both,
}

/**
 * Eight series along an axis: entry t of series j of a group at its start + t · series + j; without the factor
 * 1/length. @param group numbers from one group to the next. @param filled entries that are not padding, before.
 * @param wanted entries wanted after.
 */
function alongAxis(
  mesh: Mesh,
  way: Way,
  group: i32,
  series: i32,
  filled: i32,
  wanted: i32,
  length: i32,
  twiddles: usize,
  chunk: i32,
  room: usize,
): void {
  const perGroup = series / LANES;
  const start = <usize>((chunk / perGroup) * group + (chunk % perGroup) * LANES) << 2;
  const next = <usize>series << 2;
  const panel = <usize>length * ENTRY;
  const ar = room;
  const ai = room + panel;
  const br = room + 2 * panel;
  const bi = room + 3 * panel;
  for (let t = 0, at = start, to: usize = 0; t < filled; t++, at += next, to += ENTRY) {
    copyEntry(ar + to, mesh.re + at);
    copyEntry(ai + to, mesh.im + at);
  }
  memory.fill(ar + <usize>filled * ENTRY, 0, <usize>(length - filled) * ENTRY);
  memory.fill(ai + <usize>filled * ENTRY, 0, <usize>(length - filled) * ENTRY);

  let moved = false;
  if (way === Way.Inverse) {
    moved = fft(length, twiddles, ai, ar, bi, br);
  } else {
    moved = fft(length, twiddles, ar, ai, br, bi);
    if (way === Way.Both) {
      const zr = moved ? br : ar;
      const zi = moved ? bi : ai;
      for (let t = 0, at = start, to: usize = 0; t < length; t++, at += next, to += ENTRY) {
        multiplyEntry(zr + to, mesh.transfer + at);
        multiplyEntry(zi + to, mesh.transfer + at);
      }
      const back = moved
        ? fft(length, twiddles, bi, br, ai, ar)
        : fft(length, twiddles, ai, ar, bi, br);
      moved = moved !== back;
    }
  }
  const zr = moved ? br : ar;
  const zi = moved ? bi : ai;
  for (let t = 0, at = start, from: usize = 0; t < wanted; t++, at += next, from += ENTRY) {
    copyEntry(mesh.re + at, zr + from);
    copyEntry(mesh.im + at, zi + from);
  }
}

// @ts-ignore: decorator
@inline
function copyEntry(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

// @ts-ignore: decorator
@inline
function multiplyEntry(entry: usize, factor: usize): void {
  v128.store(entry, f32x4.mul(v128.load(entry), v128.load(factor)));
  v128.store(entry, f32x4.mul(v128.load(entry, 16), v128.load(factor, 16)), 16);
}
