import type { NumericOp } from "../../compiler/ir/ops.js";

/** Operands at which an op is smooth, near its edges too. */
const points: { readonly [op in NumericOp]?: readonly (readonly number[])[] } =
  {
    rem: [
      [7.3, 2],
      [-7.3, 2],
      [7.3, -2.5],
      [1.7, 5],
    ],
    pow: [
      [2, 3],
      [0.3, 0.5],
      [1.5, -2.2],
      [30, 1.1],
      [0.01, 2.5],
    ],
    div: [
      [1, 3],
      [-2, 0.1],
      [1e3, -7],
    ],
    log1p: [[-0.95], [1e-9], [5]],
    asin: [[-0.99], [0], [0.7]],
    acos: [[-0.99], [0], [0.7]],
    atanh: [[-0.9], [1e-3], [0.8]],
    acosh: [[1.1], [2], [40]],
    sqrt: [[0.05], [1], [400]],
    norm: [[0.05], [1], [400]],
    cbrt: [[-8], [0.2], [1]],
    log: [[0.05], [1], [300]],
    log2: [[0.05], [1], [300]],
    log10: [[0.05], [1], [300]],
    atan2: [
      [1, 2],
      [-1, -2],
      [0.1, -5],
      [3, 0],
    ],
    hypot: [[3, 4], [1e-2, 0, 7], [-2], [1, -1]],
    max: [[1, 2], [3, -1, 2], [5]],
    min: [[1, 2], [3, -1, 2], [5]],
  };
const twoArgs = new Set<string>(["add", "sub", "mul"]);
export const pointsOf = (op: NumericOp): readonly (readonly number[])[] =>
  points[op] ??
  (twoArgs.has(op)
    ? [
        [2, 3],
        [-0.5, 40],
      ]
    : [[-1.3], [0.2], [2.7]]);

/** Operands at kinks and edges of the domain, with the slopes that the conventions set there. */
export const singularPoints: readonly (readonly [
  op: NumericOp,
  xs: readonly number[],
  slopes: readonly number[],
])[] = [
  ["abs", [0], [0]],
  ["abs", [-0], [0]],
  ["abs", [NaN], [NaN]],
  ["max", [2, 2], [0.5, 0.5]],
  ["max", [0, -0], [0.5, 0.5]],
  ["max", [1, 3, 3, 3], [0, 1 / 3, 1 / 3, 1 / 3]],
  ["max", [1, NaN], [NaN, NaN]],
  ["min", [2, 2, 5], [0.5, 0.5, 0]],
  ["sqrt", [0], [Infinity]],
  ["sqrt", [-1], [NaN]],
  ["norm", [0], [0]],
  ["cbrt", [0], [Infinity]],
  ["log", [0], [Infinity]],
  ["log", [-1], [NaN]],
  ["log2", [-1], [NaN]],
  ["log10", [-1], [NaN]],
  ["log1p", [-2], [NaN]],
  ["asin", [1], [Infinity]],
  ["acos", [-1], [-Infinity]],
  ["acosh", [-2], [NaN]],
  ["atanh", [2], [NaN]],
  ["pow", [0, 0], [0, NaN]],
  ["pow", [0, 2], [0, 0]],
  ["pow", [0, 1], [1, 0]],
  ["pow", [-2, 3], [12, NaN]],
  ["pow", [0, 0.5], [Infinity, 0]],
  ["hypot", [0, 0], [0, 0]],
  ["atan2", [0, 0], [NaN, NaN]],
  ["floor", [2], [0]],
  ["sign", [0], [0]],
  ["rem", [7, 2], [1, -3]],
  ["rem", [-7, 2], [1, 3]],
  ["fround", [0.1], [1]],
];
