import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";

/** How far a stretch of code moves the tape's end, at most, and how high it gets on the way. */
interface Reach {
  readonly moves: number;
  readonly most: number;
}

/**
 * How many numbers lie on a tape at once, at most, where the trip counts of the loops that push are constants; undefined
 * where they are not, or where the tape is handed to others.
 */
export function tapeDepth(fn: Func, tape: Value): number | undefined {
  const constants = new Map<Value, number>();
  let isHandedOn = fn.body.yields.includes(tape);
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
    const isOwn = instr.kind === "tapePush" || instr.kind === "tapePop";
    const used = isOwn ? instr.args.slice(1) : instr.args;
    if (used.includes(tape)) isHandedOn = true;
    for (const region of instr.regions)
      if (region.yields.includes(tape)) isHandedOn = true;
  });
  if (isHandedOn) return undefined;
  return reachOf(fn.body, tape, constants)?.most;
}

function reachOf(
  region: Region,
  tape: Value,
  constants: ReadonlyMap<Value, number>,
): Reach | undefined {
  let moves = 0;
  let most = 0;
  for (const instr of region.body) {
    const reach = reachOfInstr(instr, tape, constants);
    if (reach === undefined) return undefined;
    most = Math.max(most, moves + reach.most);
    moves += reach.moves;
  }
  return { moves, most };
}

function reachOfInstr(
  instr: Instr,
  tape: Value,
  constants: ReadonlyMap<Value, number>,
): Reach | undefined {
  if (instr.kind === "tapePush" || instr.kind === "tapePop") {
    if (instr.args[0] !== tape) return { moves: 0, most: 0 };
    const values =
      instr.kind === "tapePush" ? instr.args.slice(1) : instr.results;
    const count = values.filter(isNumeric).length;
    return instr.kind === "tapePush"
      ? { moves: count, most: count }
      : { moves: -count, most: 0 };
  }
  const inner = instr.regions.map((region) => reachOf(region, tape, constants));
  if (inner.some((one) => one === undefined)) return undefined;
  const reaches = inner as Reach[];
  if (reaches.length === 0) return { moves: 0, most: 0 };
  const moves = Math.max(...reaches.map((one) => one.moves));
  const most = Math.max(0, ...reaches.map((one) => one.most));
  return instr.kind === "if"
    ? { moves, most }
    : repeated({ moves, most }, tripsOf(instr, constants));
}

/** A loop that takes from the tape and runs no one knows how often may as well not run at all. */
function repeated(
  { moves, most }: Reach,
  trips: { least: number; most: number },
): Reach | undefined {
  if (moves <= 0)
    return { moves: trips.least === 0 ? 0 : moves * trips.least, most };
  if (trips.most === Infinity) return undefined;
  const before = Math.max(0, trips.most - 1) * moves;
  return { moves: moves * trips.most, most: before + most };
}

function tripsOf(
  loop: Instr,
  constants: ReadonlyMap<Value, number>,
): { least: number; most: number } {
  if (loop.kind !== "for") return { least: 0, most: Infinity };
  const [lo, hi] = loop.args.map((arg) => constants.get(arg));
  if (lo === undefined || hi === undefined) return { least: 0, most: Infinity };
  const ratio = (hi - lo) / loop.step;
  const isStrict = loop.test === "<" || loop.test === ">";
  const trips = Math.max(
    0,
    isStrict ? Math.ceil(ratio) : Math.floor(ratio) + 1,
  );
  return { least: loop.breaks ? 0 : trips, most: trips };
}

const isNumeric = ({ ty }: Value): boolean => isNum(ty) || ty.kind === "bool";
