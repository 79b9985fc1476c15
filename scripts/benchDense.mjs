/** The problems of bench/dense: linear algebra and layers, as races against gradients written by hand. */
import { compileFolder, tableRaces } from "./benchRaces.mjs";

const WHAT = {
  layer: "a layer of tanh, batch of 64, number[][]",
  softmax: "softmax regression, 100 rows of 20, number[][]",
  attention: "a head, 24 steps of 16",
  cell: "an LSTM cell of 10, 30 steps",
  power: "power iteration, 16 by 16, 20 steps",
  cholesky: "factor, solve, determinant, 20 by 20, number[][]",
  convolution: "4 filters of 3 by 3, 24 by 24",
  process: "a Gaussian process, 24 points",
  normal: "normal equations, 6 unknowns, number[][]",
  factors: "factors of 40 by 30 with a mask, number[][]",
};

export const NAMES = Object.keys(WHAT);
export const compileDense = (names) => compileFolder("dense", names);
export const tableDense = (results) => tableRaces(results, "dense", WHAT);
