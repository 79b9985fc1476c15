/**
 * Products of matrices that lie in Float64Arrays, blocked so that sums stay in registers. Each sum starts from its cell
 * and takes its terms in the order of the loop over k that the call stands for, so that no bit changes.
 *
 * Indices and strides are integers; what lies outside an array reads as NaN and is not written. The array that is added
 * to must share no memory with the other two. There is one kind of array for all calls, so V8 keeps the loops tight.
 */

/**
 * Adds a matrix times a vector: `c[c0 + i*cn] += sum over l < k of a[a0 + i*an + l*ak] * b[b0 + l*bk]`, for i < n.
 *
 * @example
 * addMatVec(y, 0, 1, w, 0, 3, 1, x, 0, 1, 2, 3); // y += W x, W of 2 rows and 3 columns
 */
export function addMatVec(
  c: Float64Array,
  c0: number,
  cn: number,
  a: Float64Array,
  a0: number,
  an: number,
  ak: number,
  b: Float64Array,
  b0: number,
  bk: number,
  n: number,
  k: number,
): void {
  const blocked = cn === 0 ? 0 : n;
  let i = 0;
  for (; i + 3 < blocked; i += 4) {
    const at = c0 + i * cn;
    let s0 = c[at]!;
    let s1 = c[at + cn]!;
    let s2 = c[at + 2 * cn]!;
    let s3 = c[at + 3 * cn]!;
    let p = a0 + i * an;
    let q = b0;
    for (let l = 0; l < k; l++) {
      const y = b[q]!;
      s0 += a[p]! * y;
      s1 += a[p + an]! * y;
      s2 += a[p + 2 * an]! * y;
      s3 += a[p + 3 * an]! * y;
      p += ak;
      q += bk;
    }
    c[at] = s0;
    c[at + cn] = s1;
    c[at + 2 * cn] = s2;
    c[at + 3 * cn] = s3;
  }
  for (; i < n; i++) {
    const at = c0 + i * cn;
    let s = c[at]!;
    let p = a0 + i * an;
    let q = b0;
    for (let l = 0; l < k; l++) {
      s += a[p]! * b[q]!;
      p += ak;
      q += bk;
    }
    c[at] = s;
  }
}

/**
 * Adds the outer product of two vectors: `c[c0 + i*cn + j*cm] += a[a0 + i*an] * b[b0 + j*bm]`, for i < n and j < m.
 *
 * @example
 * addOuter(w, 0, 3, 1, y, 0, 1, x, 0, 1, 2, 3); // W += y x', W of 2 rows and 3 columns
 */
export function addOuter(
  c: Float64Array,
  c0: number,
  cn: number,
  cm: number,
  a: Float64Array,
  a0: number,
  an: number,
  b: Float64Array,
  b0: number,
  bm: number,
  n: number,
  m: number,
): void {
  // Along the shorter stride, so that neighbours in memory come one after the other.
  if (Math.abs(cn) < Math.abs(cm))
    return addOuter(c, c0, cm, cn, b, b0, bm, a, a0, an, m, n);
  for (let i = 0; i < n; i++) {
    const x = a[a0 + i * an]!;
    let at = c0 + i * cn;
    let q = b0;
    for (let j = 0; j < m; j++) {
      c[at] = c[at]! + x * b[q]!;
      at += cm;
      q += bm;
    }
  }
}

/**
 * Adds a product of two matrices:
 * `c[c0 + i*cn + j*cm] += sum over l < k of a[a0 + i*an + l*ak] * b[b0 + j*bm + l*bk]`, for i < n and j < m.
 *
 * @example
 * addMatMul(c, 0, 4, 1, a, 0, 3, 1, b, 0, 1, 4, 2, 4, 3); // C += A B, of 2 x 3 and 3 x 4, row by row
 */
export function addMatMul(
  c: Float64Array,
  c0: number,
  cn: number,
  cm: number,
  a: Float64Array,
  a0: number,
  an: number,
  ak: number,
  b: Float64Array,
  b0: number,
  bm: number,
  bk: number,
  n: number,
  m: number,
  k: number,
): void {
  // Fewer rows and columns are left over the other way round.
  const left = (rows: number, columns: number): number =>
    (rows % 4) / rows + (columns % 2) / columns;
  if (left(m, n) < left(n, m))
    return addMatMul(c, c0, cm, cn, b, b0, bm, bk, a, a0, an, ak, m, n, k);
  // Cells that two pairs (i, j) share must be added to in turn.
  const isApart =
    Math.abs(cn) >= Math.abs(cm) * m || Math.abs(cm) >= Math.abs(cn) * n;
  const isBlocked = isApart && cn !== 0 && cm !== 0 && n >= 4 && m >= 4;
  const rows = isBlocked ? n - (n % 4) : 0;
  const columns = isBlocked ? m - (m % 2) : 0;
  for (let l = 0; l < k && isBlocked; l += depth) {
    const deep = Math.min(depth, k - l);
    for (let j = 0; j < columns; j += width) {
      const wide = Math.min(width, columns - j);
      packPairs(b, b0 + j * bm + l * bk, bm, bk, wide, deep);
      for (let i = 0; i < rows; i += 4) {
        packFour(a, a0 + i * an + l * ak, an, ak, deep);
        addPanel(c, c0 + i * cn + j * cm, cn, cm, wide, deep);
      }
    }
  }
  // What is left: the last column beside the blocks, and the rows below them.
  for (let j = 0; j < m; j++) {
    const from = j < columns ? rows : 0;
    if (from === n) continue;
    addMatVec(
      c,
      c0 + from * cn + j * cm,
      cn,
      a,
      a0 + from * an,
      an,
      ak,
      b,
      b0 + j * bm,
      bk,
      n - from,
      k,
    );
  }
}

/** How long and how wide a block is: small enough for a processor's cache. */
const depth = 256;
const width = 64;
/**
 * Four rows of the first matrix, and all pairs of columns of the second one, as the kernel goes through them. In constants of the
 * module, whose address V8 knows; each call writes what it reads.
 */
const four = /* #__PURE__ */ new Float64Array(4 * depth);
const pairs = /* #__PURE__ */ new Float64Array(width * depth);

function packFour(
  a: Float64Array,
  a0: number,
  an: number,
  ak: number,
  k: number,
): void {
  const to = four;
  for (let l = 0, p = a0, q = 0; l < k; l++, p += ak, q += 4) {
    to[q] = a[p]!;
    to[q + 1] = a[p + an]!;
    to[q + 2] = a[p + 2 * an]!;
    to[q + 3] = a[p + 3 * an]!;
  }
}

function packPairs(
  b: Float64Array,
  b0: number,
  bm: number,
  bk: number,
  m: number,
  k: number,
): void {
  const to = pairs;
  let q = 0;
  for (let j = 0; j < m; j += 2)
    for (let l = 0, p = b0 + j * bm; l < k; l++, p += bk, q += 2) {
      to[q] = b[p]!;
      to[q + 1] = b[p + bm]!;
    }
}

/** Four rows and two columns at a time: eight sums in registers. */
function addPanel(
  c: Float64Array,
  c0: number,
  cn: number,
  cm: number,
  m: number,
  k: number,
): void {
  const x = four;
  const y = pairs;
  const end = 4 * k;
  let q = 0;
  for (let j = 0; j < m; j += 2) {
    const at = c0 + j * cm;
    let s00 = c[at]!;
    let s01 = c[at + cm]!;
    let s10 = c[at + cn]!;
    let s11 = c[at + cn + cm]!;
    let s20 = c[at + 2 * cn]!;
    let s21 = c[at + 2 * cn + cm]!;
    let s30 = c[at + 3 * cn]!;
    let s31 = c[at + 3 * cn + cm]!;
    let p = 0;
    // two steps a trip, which is what the processor's instructions are saved on
    for (; p + 4 < end; p += 8, q += 4) {
      const x0 = x[p]!;
      const x1 = x[p + 1]!;
      const x2 = x[p + 2]!;
      const x3 = x[p + 3]!;
      const y0 = y[q]!;
      const y1 = y[q + 1]!;
      const z0 = x[p + 4]!;
      const z1 = x[p + 5]!;
      const z2 = x[p + 6]!;
      const z3 = x[p + 7]!;
      const w0 = y[q + 2]!;
      const w1 = y[q + 3]!;
      s00 = s00 + x0 * y0 + z0 * w0;
      s01 = s01 + x0 * y1 + z0 * w1;
      s10 = s10 + x1 * y0 + z1 * w0;
      s11 = s11 + x1 * y1 + z1 * w1;
      s20 = s20 + x2 * y0 + z2 * w0;
      s21 = s21 + x2 * y1 + z2 * w1;
      s30 = s30 + x3 * y0 + z3 * w0;
      s31 = s31 + x3 * y1 + z3 * w1;
    }
    if (p < end) {
      const x0 = x[p]!;
      const x1 = x[p + 1]!;
      const x2 = x[p + 2]!;
      const x3 = x[p + 3]!;
      const y0 = y[q]!;
      const y1 = y[q + 1]!;
      s00 += x0 * y0;
      s01 += x0 * y1;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s20 += x2 * y0;
      s21 += x2 * y1;
      s30 += x3 * y0;
      s31 += x3 * y1;
      q += 2;
    }
    c[at] = s00;
    c[at + cm] = s01;
    c[at + cn] = s10;
    c[at + cn + cm] = s11;
    c[at + 2 * cn] = s20;
    c[at + 2 * cn + cm] = s21;
    c[at + 3 * cn] = s30;
    c[at + 3 * cn + cm] = s31;
  }
}
