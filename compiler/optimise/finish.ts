import type { Func } from "../ir/ir.js";
import { endAtLength } from "./endAtLength.js";
import { dropSlopes } from "./dropSlopes.js";
import type { Slopes } from "./exactValues.js";
import { factorSlopes } from "./factorSlopes.js";
import { storeFirst } from "./firstWrites.js";
import { dropInnerGuards, dropNeedlessGuards } from "./guards.js";
import { mergeIfsAcross } from "./mergeIfs.js";
import { carryNeighbours } from "./neighbours.js";
import { pairTrips } from "./pairTrips.js";
import { blockProducts } from "./products.js";
import { shareReciprocals } from "./reciprocals.js";
import { takeAway } from "./signs.js";
import { sinkSlopes } from "./sinkSlopes.js";
import { carryStencils } from "./stencils.js";
import { dropRoundings } from "./wholeLengths.js";

export type FinishingPass =
  | "sinkSlopes"
  | "reciprocals"
  | "products"
  | "guards"
  | "factor"
  | "stencils"
  | "firstWrites"
  | "pairs"
  | "bounds"
  | "mergeIfs";

/** The passes for a derivative of which no further one is taken. */
export function finish(
  fn: Func,
  clean: (fn: Func) => Func,
  isOn: (pass: FinishingPass) => boolean = () => true,
  slopes: Slopes = {},
): Func {
  const whole = clean(dropSlopes(fn));
  const sharp = isOn("mergeIfs") ? clean(mergeIfsAcross(whole)) : whole;
  const open = isOn("guards") ? clean(dropNeedlessGuards(sharp)) : sharp;
  const quick = isOn("reciprocals")
    ? clean(shareReciprocals(open, slopes))
    : open;
  const plain = dropInnerGuards(quick);
  const blocked = isOn("products") ? clean(blockProducts(plain)) : plain;
  const short = isOn("factor") ? clean(factorSlopes(blocked, slopes)) : blocked;
  const carried = isOn("stencils")
    ? clean(carryNeighbours(carryStencils(takeAway(short))))
    : short;
  // What is stored first is no addition any more, so this goes after what looks for additions.
  const stored = isOn("firstWrites") ? storeFirst(carried) : carried;
  const sunk = isOn("sinkSlopes") ? sinkSlopes(stored, slopes) : stored;
  const ended = isOn("bounds") ? clean(endAtLength(sunk)) : sunk;
  return dropRoundings(isOn("pairs") ? pairTrips(ended) : ended);
}
