import type { OpName } from "../ir/ops.js";

/** Where generated code finds its helpers. */
export const runtimeModule = "diffc/runtime";

/** Everything that generated code may import from the runtime; a test holds the list against the real exports. */
export const runtimeNames = [
  "Tape",
  "absSlope",
  "addMatMul",
  "addMatVec",
  "addOuter",
  "addSeed",
  "assertDistinct",
  "borrowTape",
  "checkStore",
  "cleared",
  "copyApart",
  "copyDeep",
  "copyInto",
  "fieldsShape",
  "gradOf",
  "gradOfEach",
  "growTape",
  "hypotSlope",
  "maxSlope",
  "maxSlope3",
  "maxSlopeAmong",
  "minSlope",
  "minSlope3",
  "minSlopeAmong",
  "powSlopeX",
  "powSlopeY",
  "putBack",
  "recursiveShape",
  "releaseTape",
  "reused",
  "rowLength",
  "seedLike",
  "shadowIn",
  "shadowOfEachIn",
  "withClasses",
  "workRows",
  "workspace",
  "zeros",
  "zerosLike",
  "zerosOfEach",
] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** The ops that are calls into the runtime. */
export const runtimeOps: Partial<Record<OpName, RuntimeName>> = {
  maxSlope: "maxSlope",
  minSlope: "minSlope",
  hypotSlope: "hypotSlope",
  powSlopeX: "powSlopeX",
  powSlopeY: "powSlopeY",
  absSlope: "absSlope",
};
