/**
 * `diffc/runtime`: what generated code imports, and what people use beside it. No dependency, no side effect when
 * imported, nothing that a browser or a worker lacks.
 */
export {
  absSlope,
  hypotSlope,
  maxSlope,
  maxSlope3,
  maxSlopeAmong,
  minSlope,
  minSlope3,
  minSlopeAmong,
  powSlopeX,
  powSlopeY,
} from "./slopes.js";
export { borrowTape, growTape, releaseTape, Tape } from "./tape.js";
export {
  checkStore,
  cleared,
  copyInto,
  rowLength,
  workspace,
  zeros,
} from "./memory.js";
export { addMatMul, addMatVec, addOuter } from "./products.js";
export { assertDistinct } from "./distinct.js";
export {
  addSeed,
  copyApart,
  copyDeep,
  fieldsShape,
  gradOf,
  recursiveShape,
  seedLike,
  zerosLike,
  type Shape,
} from "./structs.js";
export { workRows, type Rows } from "./rows.js";
export { reused, shadowIn, shadowOfEachIn } from "./reuse.js";
export { gradOfEach, zerosOfEach } from "./records.js";
export { withClasses, type ClassShape } from "./classes.js";
export { putBack } from "./tables.js";
export { treeLeaves, treeMap, type Leaf } from "./tree.js";
export { clipByGlobalNorm, clipByValue, globalNorm } from "./clipping.js";
export {
  adam,
  adamW,
  applyUpdates,
  momentum,
  sgd,
  type AdamOptions,
  type AdamState,
  type AdamWOptions,
  type LearningRate,
  type MomentumOptions,
  type MomentumState,
  type Optimiser,
  type SgdState,
  type Step,
  type Tree,
} from "./optimisers.js";
export {
  formatGradientCheck,
  gradientCheck,
  type ComponentCheck,
  type GradientCheckOptions,
  type GradientReport,
} from "./gradientCheck.js";
export { seededRandom, type Random } from "./random.js";
