/**
 * @file Approximate minimum degree: an order of elimination in which the Cholesky factor of a sparse symmetric matrix
 * has few entries more than the matrix.
 *
 * Each step eliminates a variable of least degree. What is left is kept as a quotient graph: an eliminated variable
 * becomes an element, the clique of its neighbors, and takes up the elements it was adjacent to, so that the graph
 * never needs more room than the matrix. Variables with equal neighbors are merged and eliminated together. Degrees
 * are bounded by |Lₚ \ i| + Σₑ |Lₑ \ Lₚ| over the adjacent elements e, all differences found in one scan.
 * Sources: Amestoy, Davis & Duff (1996), "An approximate minimum degree ordering algorithm", SIAM Journal on Matrix
 * Analysis and Applications 17(4); Davis (2006), "Direct methods for sparse linear systems", §7.1.
 */
import type { SparseMatrix } from "./csr.js";

const NONE = -1;
/** `elementCount` of an element, and of what is no longer in the graph. */
const IS_ELEMENT = -2;
const IS_GONE = -1;

/**
 * The order: `order[i]` is the variable to eliminate as the i-th.
 * @param a symmetric pattern, both triangles; values do not count.
 */
export function minimumDegreeOrder(a: SparseMatrix): Int32Array {
  return new QuotientGraph(a).eliminateAll();
}

class QuotientGraph {
  readonly #n: number;
  /** Adjacency lists: of a variable, its elements and then its variables; of an element, its variables. */
  readonly #space: Int32Array;
  #used: number;
  readonly #start: Int32Array;
  readonly #length: Int32Array;
  /** Elements in the list of a variable, or IS_ELEMENT, or IS_GONE. */
  readonly #elementCount: Int32Array;
  /** Variables merged into one; 0 once it is merged into another; negative while it is in the element being made. */
  readonly #weight: Int32Array;
  readonly #degree: Int32Array;
  /** The variable that a gone one was merged into. */
  readonly #mergedInto: Int32Array;
  /** Elements: `#mark` + |Lₑ \ Lₚ|, or 0 if absorbed. Variables: marked in comparisons. */
  readonly #stamp: Int32Array;
  #mark = 2;
  /** Doubly linked lists of variables of one degree. */
  readonly #firstOfDegree: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #firstOfHash: Int32Array;
  #leastDegree = 0;
  #largestElement = 0;
  #eliminated = 0;
  readonly #pivots: number[] = [];
  /** Variables with so many neighbors that they come last anyway. */
  readonly #dense: number[] = [];

  constructor(a: SparseMatrix) {
    const n = a.rows;
    this.#n = n;
    this.#space = new Int32Array(a.columns.length + (a.columns.length >> 2) + 2 * n);
    this.#start = new Int32Array(n);
    this.#length = new Int32Array(n);
    this.#elementCount = new Int32Array(n);
    this.#weight = new Int32Array(n).fill(1);
    this.#degree = new Int32Array(n);
    this.#mergedInto = new Int32Array(n).fill(NONE);
    this.#stamp = new Int32Array(n).fill(1);
    this.#firstOfDegree = new Int32Array(n).fill(NONE);
    this.#next = new Int32Array(n).fill(NONE);
    this.#previous = new Int32Array(n).fill(NONE);
    this.#firstOfHash = new Int32Array(n).fill(NONE);
    this.#used = 0;
    for (let i = 0; i < n; i++) {
      this.#start[i] = this.#used;
      for (let at = a.rowStarts[i]!; at < a.rowStarts[i + 1]!; at++) {
        if (a.columns[at] !== i) this.#space[this.#used++] = a.columns[at]!;
      }
      this.#length[i] = this.#used - this.#start[i]!;
    }
    const most = Math.max(16, 10 * Math.floor(Math.sqrt(n)));
    for (let i = 0; i < n; i++) {
      const degree = this.#length[i]!;
      this.#degree[i] = degree;
      if (degree === 0) {
        this.#eliminated++;
        this.#elementCount[i] = IS_ELEMENT;
        this.#stamp[i] = 0;
        this.#pivots.push(i);
      } else if (degree > most) {
        this.#eliminated++;
        this.#weight[i] = 0;
        this.#elementCount[i] = IS_GONE;
        this.#dense.push(i);
      } else this.#putIntoDegreeList(i, degree);
    }
  }

  eliminateAll(): Int32Array {
    while (this.#eliminated < this.#n) {
      while (this.#firstOfDegree[this.#leastDegree] === NONE) this.#leastDegree++;
      const pivot = this.#firstOfDegree[this.#leastDegree]!;
      this.#takeFromDegreeList(pivot);
      this.#eliminated += this.#weight[pivot]!;
      this.#pivots.push(pivot);
      const inPlace = this.#elementCount[pivot] === 0;
      if (!inPlace && this.#used + this.#leastDegree >= this.#space.length) this.#compress();
      this.#formElement(pivot, inPlace);
      this.#scanAdjacentElements(pivot);
      this.#updateVariables(pivot);
      this.#mergeEqualVariables(pivot);
      this.#closeElement(pivot, inPlace);
    }
    return this.#order();
  }

  /** Lₚ: the neighbors of the pivot, and those of its elements, which are absorbed. */
  #formElement(pivot: number, inPlace: boolean): void {
    const [space, weight, start, length] = [this.#space, this.#weight, this.#start, this.#length];
    const elements = this.#elementCount[pivot]!;
    weight[pivot] = -weight[pivot]!;
    let from = start[pivot]!;
    const first = inPlace ? from : this.#used;
    let to = first;
    let size = 0;
    for (let part = 0; part <= elements; part++) {
      const own = part === elements;
      const element = own ? pivot : space[from++]!;
      const begin = own ? from : start[element]!;
      const end = begin + (own ? length[pivot]! - elements : length[element]!);
      for (let p = begin; p < end; p++) {
        const i = space[p]!;
        const w = weight[i]!;
        if (w <= 0) continue;
        size += w;
        weight[i] = -w;
        space[to++] = i;
        this.#takeFromDegreeList(i);
      }
      if (!own) this.#stamp[element] = 0;
    }
    if (!inPlace) this.#used = to;
    this.#degree[pivot] = size;
    start[pivot] = first;
    length[pivot] = to - first;
    this.#elementCount[pivot] = IS_ELEMENT;
  }

  /** |Lₑ \ Lₚ| of every element next to a variable of Lₚ. */
  #scanAdjacentElements(pivot: number): void {
    const [space, stamp, degree, start] = [this.#space, this.#stamp, this.#degree, this.#start];
    this.#clearMarks(0);
    const mark = this.#mark;
    const end = start[pivot]! + this.#length[pivot]!;
    for (let at = start[pivot]!; at < end; at++) {
      const i = space[at]!;
      const w = -this.#weight[i]!;
      const last = start[i]! + this.#elementCount[i]!;
      for (let p = start[i]!; p < last; p++) {
        const e = space[p]!;
        if (stamp[e]! >= mark) stamp[e]! -= w;
        else if (stamp[e] !== 0) stamp[e] = degree[e]! + mark - w;
      }
    }
  }

  /** New lists and degrees of the variables of Lₚ; those with no other neighbors are eliminated with the pivot. */
  #updateVariables(pivot: number): void {
    const [space, stamp, start, weight] = [this.#space, this.#stamp, this.#start, this.#weight];
    const mark = this.#mark;
    const n = this.#n;
    const end = start[pivot]! + this.#length[pivot]!;
    for (let at = start[pivot]!; at < end; at++) {
      const i = space[at]!;
      const first = start[i]!;
      const variables = first + this.#elementCount[i]!;
      const last = first + this.#length[i]!;
      let [to, hash, degree] = [first, 0, 0];
      for (let p = first; p < variables; p++) {
        const e = space[p]!;
        if (stamp[e] === 0) continue;
        const outside = stamp[e]! - mark;
        if (outside > 0) {
          degree += outside;
          space[to++] = e;
          hash += e;
        } else stamp[e] = 0; // within Lₚ: absorbed
      }
      this.#elementCount[i] = to - first + 1;
      const firstVariable = to;
      for (let p = variables; p < last; p++) {
        const j = space[p]!;
        if (weight[j]! <= 0) continue;
        degree += weight[j]!;
        space[to++] = j;
        hash += j;
      }
      if (degree === 0) {
        const w = -weight[i]!;
        this.#mergedInto[i] = pivot;
        this.#degree[pivot]! -= w;
        weight[pivot]! -= w;
        this.#eliminated += w;
        weight[i] = 0;
        this.#elementCount[i] = IS_GONE;
        continue;
      }
      this.#degree[i] = Math.min(this.#degree[i]!, degree);
      // The pivot becomes its first element.
      space[to] = space[firstVariable]!;
      space[firstVariable] = space[first]!;
      space[first] = pivot;
      this.#length[i] = to - first + 1;
      const bucket = hash % n;
      this.#next[i] = this.#firstOfHash[bucket]!;
      this.#firstOfHash[bucket] = i;
      this.#previous[i] = bucket;
    }
    this.#largestElement = Math.max(this.#largestElement, this.#degree[pivot]!);
    this.#clearMarks(this.#largestElement);
  }

  #mergeEqualVariables(pivot: number): void {
    const [space, stamp, start, length] = [this.#space, this.#stamp, this.#start, this.#length];
    const [weight, next, elementCount] = [this.#weight, this.#next, this.#elementCount];
    const end = start[pivot]! + length[pivot]!;
    for (let at = start[pivot]!; at < end; at++) {
      if (weight[space[at]!]! >= 0) continue;
      const bucket = this.#previous[space[at]!]!;
      let i = this.#firstOfHash[bucket]!;
      this.#firstOfHash[bucket] = NONE;
      for (; i !== NONE && next[i] !== NONE; i = next[i]!) {
        const mark = ++this.#mark;
        const size = length[i]!;
        for (let p = start[i]! + 1; p < start[i]! + size; p++) stamp[space[p]!] = mark;
        let before = i;
        for (let j = next[i]!; j !== NONE; j = next[before]!) {
          let equal = length[j] === size && elementCount[j] === elementCount[i];
          for (let p = start[j]! + 1; equal && p < start[j]! + size; p++) equal = stamp[space[p]!] === mark;
          if (!equal) {
            before = j;
            continue;
          }
          this.#mergedInto[j] = i;
          weight[i]! += weight[j]!;
          weight[j] = 0;
          elementCount[j] = IS_GONE;
          next[before] = next[j]!;
        }
      }
    }
    this.#mark++;
  }

  /** Drops what was merged from Lₚ, and puts its variables back into the lists of their degrees. */
  #closeElement(pivot: number, inPlace: boolean): void {
    const [space, weight] = [this.#space, this.#weight];
    const first = this.#start[pivot]!;
    const end = first + this.#length[pivot]!;
    const size = this.#degree[pivot]!;
    let to = first;
    for (let at = first; at < end; at++) {
      const i = space[at]!;
      const w = -weight[i]!;
      if (w <= 0) continue;
      weight[i] = w;
      const degree = Math.min(this.#degree[i]! + size - w, this.#n - this.#eliminated - w);
      this.#degree[i] = degree;
      this.#putIntoDegreeList(i, degree);
      this.#leastDegree = Math.min(this.#leastDegree, degree);
      space[to++] = i;
    }
    weight[pivot] = -weight[pivot]!;
    this.#length[pivot] = to - first;
    if (to === first) this.#stamp[pivot] = 0;
    if (!inPlace) this.#used = to;
  }

  #putIntoDegreeList(i: number, degree: number): void {
    const after = this.#firstOfDegree[degree]!;
    this.#next[i] = after;
    this.#previous[i] = NONE;
    if (after !== NONE) this.#previous[after] = i;
    this.#firstOfDegree[degree] = i;
  }

  #takeFromDegreeList(i: number): void {
    const [before, after] = [this.#previous[i]!, this.#next[i]!];
    if (after !== NONE) this.#previous[after] = before;
    if (before !== NONE) this.#next[before] = after;
    else this.#firstOfDegree[this.#degree[i]!] = after;
  }

  /** Raises the mark above every stamp; `past` is the most that stamps were raised above it. */
  #clearMarks(past: number): void {
    this.#mark += past;
    if (this.#mark + this.#n < 2 ** 31 - 1) return;
    const stamp = this.#stamp;
    for (let i = 0; i < this.#n; i++) if (stamp[i] !== 0) stamp[i] = 1;
    this.#mark = 2;
  }

  /** Moves the lists that are in use together. */
  #compress(): void {
    const [space, start, length] = [this.#space, this.#start, this.#length];
    const listed: number[] = [];
    for (let i = 0; i < this.#n; i++) {
      const alive = this.#elementCount[i] === IS_ELEMENT ? this.#stamp[i] !== 0 : this.#weight[i] !== 0;
      if (alive && length[i]! > 0) listed.push(i);
    }
    listed.sort((p, q) => start[p]! - start[q]!);
    let to = 0;
    for (const i of listed) {
      space.copyWithin(to, start[i]!, start[i]! + length[i]!);
      start[i] = to;
      to += length[i]!;
    }
    this.#used = to;
  }

  /** Pivots in their order, each with the variables merged into it. */
  #order(): Int32Array {
    const n = this.#n;
    const mergedInto = this.#mergedInto;
    const firstMember = new Int32Array(n).fill(NONE);
    const nextMember = new Int32Array(n).fill(NONE);
    for (let i = n - 1; i >= 0; i--) {
      if (mergedInto[i] === NONE) continue;
      let root = mergedInto[i]!;
      while (mergedInto[root] !== NONE) root = mergedInto[root]!;
      mergedInto[i] = root;
      nextMember[i] = firstMember[root]!;
      firstMember[root] = i;
    }
    const order = new Int32Array(n);
    let to = 0;
    for (const pivot of this.#pivots) {
      order[to++] = pivot;
      for (let i = firstMember[pivot]!; i !== NONE; i = nextMember[i]!) order[to++] = i;
    }
    for (const i of this.#dense) order[to++] = i;
    return order;
  }
}
