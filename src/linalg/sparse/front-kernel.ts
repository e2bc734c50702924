/**
 * @file The loops over dense fronts of the multifrontal method. Panels are row-major `[size, width]`, right-hand sides
 * `[n, m]`; of updates and of L₁₁ only the lower triangle counts.
 */
import { type Dense, dense } from "../dense.js";
import { factorRow, solveLower } from "../small-cholesky.js";

/** Adds the first `width` columns of a triangle of `size` rows. */
export function addTrapezoid(
  panel: Float64Array,
  from: Float64Array,
  offset: number,
  stride: number,
  size: number,
  width: number,
): void {
  for (let i = 0; i < size; i++) {
    const last = i < width ? i + 1 : width;
    for (let j = 0, to = i * width, at = offset + i * stride; j < last; j++) panel[to++]! += from[at++]!;
  }
}

/** Adds a child's triangle, whose row i is row `place[i]` of the front: to its panel, or to the update behind it. */
export function extendAdd(
  panel: Float64Array,
  width: number,
  update: Float64Array,
  left: number,
  from: Float64Array,
  offset: number,
  stride: number,
  place: Int32Array,
): void {
  const size = place.length;
  let inPanel = 0;
  while (inPanel < size && place[inPanel]! < width) inPanel++;
  for (let i = 0; i < size; i++) {
    const row = place[i]!;
    const base = offset + i * stride;
    const last = i < inPanel ? i + 1 : inPanel;
    const panelRow = row * width;
    for (let j = 0; j < last; j++) panel[panelRow + place[j]!]! += from[base + j]!;
    const updateRow = (row - width) * left - width;
    for (let j = inPanel; j <= i; j++) update[updateRow + place[j]!]! += from[base + j]!;
  }
}

/**
 * Columns `start` to `end` of L, where those before have been subtracted; returns the first whose pivot is not
 * positive, or −1.
 */
export function factorColumns(
  panel: Float64Array,
  size: number,
  width: number,
  start: number,
  end: number,
): number {
  for (let i = start; i < end; i++) if (!factorRow(panel, width, i, 0, start)) return i;
  for (let i = end; i < size; i++) solveLower(panel, width, start, end, panel, i * width);
  return -1;
}

/** Subtracts a product `[size − start, end − start]` from columns `start` to `end`. */
export function subtractColumns(
  panel: Float64Array,
  width: number,
  start: number,
  end: number,
  size: number,
  product: Float64Array,
): void {
  let at = 0;
  for (let i = start; i < size; i++) {
    for (let j = start, to = i * width + start; j < end; j++) panel[to++]! -= product[at++]!;
  }
}

/** U − L Lᵀ for L `[size, width]`: two by two entries at a time, so that every number read is used twice. */
export function subtractSmallSquare(
  update: Float64Array,
  offset: number,
  stride: number,
  l: Float64Array,
  size: number,
  width: number,
): void {
  for (let i = 0; i < size; i += 2) {
    const a0 = i * width;
    const a1 = i + 1 < size ? a0 + width : a0;
    for (let j = 0; j <= i; j += 2) {
      const b0 = j * width;
      const b1 = j + 1 < size ? b0 + width : b0;
      let [s00, s01, s10, s11] = [0, 0, 0, 0];
      for (let p = 0; p < width; p++) {
        const x0 = l[a0 + p]!;
        const x1 = l[a1 + p]!;
        const y0 = l[b0 + p]!;
        const y1 = l[b1 + p]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
      }
      const to = offset + i * stride + j;
      update[to]! -= s00;
      if (j + 1 <= i) update[to + 1]! -= s01;
      if (i + 1 < size) {
        update[to + stride]! -= s10;
        update[to + stride + 1]! -= s11;
      }
    }
  }
}

/** Subtracts rows `from` to `to` of a product `[to − from, to]`, the lower triangle. */
export function subtractStripe(
  update: Float64Array,
  offset: number,
  stride: number,
  product: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const row = offset + i * stride;
    const base = (i - from) * to;
    for (let j = 0; j <= i; j++) update[row + j]! -= product[base + j]!;
  }
}

/** x₁ ← L₁₁⁻¹ x₁ for the rows of a supernode. */
export function solveForward(
  panel: Float64Array,
  width: number,
  x: Float64Array,
  first: number,
  m: number,
): void {
  for (let i = 0; i < width; i++) {
    const to = (first + i) * m;
    for (let j = 0; j < i; j++) {
      const factor = panel[i * width + j]!;
      const from = (first + j) * m;
      for (let c = 0; c < m; c++) x[to + c]! -= factor * x[from + c]!;
    }
    const inverse = panel[i * width + i]!;
    for (let c = 0; c < m; c++) x[to + c]! *= inverse;
  }
}

/** x₁ ← L₁₁⁻ᵀ x₁. */
export function solveBackward(
  panel: Float64Array,
  width: number,
  x: Float64Array,
  first: number,
  m: number,
): void {
  for (let i = width - 1; i >= 0; i--) {
    const from = (first + i) * m;
    const inverse = panel[i * width + i]!;
    for (let c = 0; c < m; c++) x[from + c]! *= inverse;
    for (let j = 0; j < i; j++) {
      const factor = panel[i * width + j]!;
      const to = (first + j) * m;
      for (let c = 0; c < m; c++) x[to + c]! -= factor * x[from + c]!;
    }
  }
}

/** x₂ ← x₂ − L₂₁ x₁; `rows` from `width` on are those of x₂. Columns are taken by fours, which stay in registers. */
export function eliminateBelow(
  below: Float64Array,
  width: number,
  x: Float64Array,
  first: number,
  m: number,
  rows: Int32Array,
): void {
  const size = rows.length;
  let c = 0;
  for (; c + 4 <= m; c += 4) {
    for (let r = width, at = 0; r < size; r++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let j = 0, from = first * m + c; j < width; j++, from += m) {
        const factor = below[at++]!;
        s0 += factor * x[from]!;
        s1 += factor * x[from + 1]!;
        s2 += factor * x[from + 2]!;
        s3 += factor * x[from + 3]!;
      }
      const to = rows[r]! * m + c;
      x[to]! -= s0;
      x[to + 1]! -= s1;
      x[to + 2]! -= s2;
      x[to + 3]! -= s3;
    }
  }
  for (; c < m; c++) {
    for (let r = width, at = 0; r < size; r++) {
      let sum = 0;
      for (let j = 0, from = first * m + c; j < width; j++, from += m) sum += below[at++]! * x[from]!;
      x[rows[r]! * m + c]! -= sum;
    }
  }
}

/** x₁ ← x₁ − L₂₁ᵀ x₂. */
export function eliminateAbove(
  below: Float64Array,
  width: number,
  x: Float64Array,
  first: number,
  m: number,
  rows: Int32Array,
): void {
  const size = rows.length;
  let c = 0;
  for (; c + 4 <= m; c += 4) {
    for (let r = width, at = 0; r < size; r++) {
      const from = rows[r]! * m + c;
      const y0 = x[from]!;
      const y1 = x[from + 1]!;
      const y2 = x[from + 2]!;
      const y3 = x[from + 3]!;
      for (let j = 0, to = first * m + c; j < width; j++, to += m) {
        const factor = below[at++]!;
        x[to]! -= factor * y0;
        x[to + 1]! -= factor * y1;
        x[to + 2]! -= factor * y2;
        x[to + 3]! -= factor * y3;
      }
    }
  }
  for (; c < m; c++) {
    for (let r = width, at = 0; r < size; r++) {
      const y = x[rows[r]! * m + c]!;
      for (let j = 0, to = first * m + c; j < width; j++, to += m) x[to]! -= below[at++]! * y;
    }
  }
}

/** Rows of x from `rows[width]` on. */
export function gather(x: Float64Array, m: number, rows: Int32Array, width: number): Dense {
  const out = dense(rows.length - width, m);
  for (let r = width, to = 0; r < rows.length; r++) {
    for (let c = 0, from = rows[r]! * m; c < m; c++) out.data[to++] = x[from++]!;
  }
  return out;
}

export function scatterSubtract(
  x: Float64Array,
  m: number,
  rows: Int32Array,
  width: number,
  product: Float64Array,
): void {
  for (let r = width, at = 0; r < rows.length; r++) {
    for (let c = 0, to = rows[r]! * m; c < m; c++) x[to++]! -= product[at++]!;
  }
}

export function subtractRows(x: Float64Array, from: number, product: Float64Array): void {
  for (let i = 0, to = from; i < product.length; i++) x[to++]! -= product[i]!;
}
