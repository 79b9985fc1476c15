/**
 * `diffc/runtime`: what generated code imports, and what people use beside it. No dependency, no side effect when
 * imported, nothing that a browser or a worker lacks.
 */
export {
  absSlope,
  guardDiv,
  guardMul,
  hypotSlope,
  maxSlope,
  minSlope,
  powSlopeX,
  powSlopeY,
} from "./slopes.js";
export { growTape, newTapeBuffer, Tape } from "./tape.js";
export { checkStore } from "./memory.js";
export { assertDistinct } from "./distinct.js";
export {
  addSeed,
  copyDeep,
  gradOf,
  seedLike,
  zerosLike,
  type Shape,
} from "./structs.js";
