import type { Instr, OpInstr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Program } from "../ir/program.js";
import { deepest, type Frame, Frames, resolved, type Seen } from "./frames.js";
import { isSamePlace, keptAt, type Place, placeOf } from "./keptValues.js";

/**
 * The square roots whose operand is a sum of squares, so that their slope at 0 is taken to be 0: terms `e * e` and
 * `e ** 2`, sums of such, what starts at 0 and to which only such terms are added, whichever way a loop, a branch, a call
 * or an object or array that nobody else sees hands it on. Calls are followed: in `dot(v, v)` the two parameters of `dot` are one array.
 *
 * Asked of the lowered program, before anything is optimised, so that the answer does not depend on what is switched on.
 */
export function rootsOfSums(program: Program): ReadonlySet<Instr> {
  const found = new Set<Instr>();
  const frames = new Frames(program);
  const sums = new Sums(frames);
  for (const fn of program.funcs.values())
    eachInstr(fn.body, (instr) => {
      if (instr.kind !== "op" || instr.op !== "sqrt") return;
      const value = instr.args[0] as Value;
      const isNorm = frames
        .framesOf(fn)
        .every((frame) => sums.isSum({ value, frame }, none()));
      if (isNorm) found.add(instr);
    });
  return found;
}

/**
 * What loops carry, while their own next values are looked at, and places in memory, while what is put there is; and the
 * answers that were found under that premise.
 */
interface Premise {
  readonly values: readonly Value[];
  readonly places: readonly Place[];
  readonly answers: Map<Frame, Map<Value, boolean>>;
}

const none = (): Premise => ({
  values: [],
  places: [],
  answers: new Map(),
});

class Sums {
  private readonly frames: Frames;

  constructor(frames: Frames) {
    this.frames = frames;
  }

  isSum(given: Seen, open: Premise): boolean {
    const { value, frame } = resolved(given);
    if (open.values.includes(value)) return true;
    const answers = open.answers.get(frame) ?? new Map<Value, boolean>();
    open.answers.set(frame, answers);
    const answer = answers.get(value) ?? this.isSumAt({ value, frame }, open);
    answers.set(value, answer);
    return answer;
  }

  private isSumAt({ value, frame }: Seen, open: Premise): boolean {
    const origin = frame.origins.get(value);
    if (origin?.kind === "carried")
      return this.isSumInLoop(origin.loop, origin.slot, frame, open);
    if (origin?.kind !== "made") return false;
    const { instr, slot } = origin;
    const inside = (one: Value | undefined): boolean =>
      one !== undefined && this.isSum({ value: one, frame }, open);
    switch (instr.kind) {
      case "const":
        return instr.value === 0;
      case "op":
        return this.isSumOp(instr, frame, open);
      case "if":
        return instr.regions.every(
          ({ body, yields }) =>
            isPoisoned(body, yields[slot]) || inside(yields[slot]),
        );
      case "for":
      case "while":
        return this.isSumInLoop(instr, slot, frame, open);
      case "call": {
        const callee = this.frames.called(instr, frame);
        const result = callee?.fn.body.yields[slot];
        return (
          callee !== undefined &&
          result !== undefined &&
          this.isSum({ value: result, frame: callee }, open)
        );
      }
      case "load":
      case "getField":
        return this.isSumInMemory(placeOf(instr, frame), open);
      default:
        return false;
    }
  }

  /** `sums[k] += x * x`, with nothing but such terms ever put there. */
  private isSumInMemory(place: Place, open: Premise): boolean {
    if (open.places.some((one) => isSamePlace(one, place))) return true;
    if (open.places.length === 4) return false;
    const kept = keptAt(place, this.frames);
    const inside: Premise = {
      ...open,
      places: [...open.places, place],
      answers: new Map(),
    };
    return kept?.every((one) => this.isSum(one, inside)) === true;
  }

  private isSumOp(instr: OpInstr, frame: Frame, open: Premise): boolean {
    const [a, b] = instr.args.map((value): Seen => ({ value, frame }));
    if (a === undefined || b === undefined) return false;
    if (instr.op === "add") return this.isSum(a, open) && this.isSum(b, open);
    if (instr.op === "mul") return isSame(a, b);
    return instr.op === "pow" && isConst(b, 2);
  }

  private isSumInLoop(
    loop: Instr,
    slot: number,
    frame: Frame,
    open: Premise,
  ): boolean {
    const region = loop.regions[0] as Region;
    const isFor = loop.kind === "for";
    const flags = loop.kind === "for" && !loop.breaks ? 0 : 1;
    const init = loop.args[slot + (isFor ? 2 : 0)] as Value;
    const next = region.yields[slot + flags] as Value;
    const param = region.params[slot + (isFor ? 1 : 0)] as Value;
    return (
      this.isSum({ value: init, frame }, open) &&
      this.isSum(
        { value: next, frame },
        { ...open, values: [...open.values, param], answers: new Map() },
      )
    );
  }
}

/** The same number both times: computed in the same way, with nothing written between. */
function isSame(one: Seen, two: Seen, depth = 0): boolean {
  if (depth > deepest) return false;
  const a = resolved(one);
  const b = resolved(two);
  if (a.frame === b.frame && a.value === b.value) return true;
  const from = a.frame.origins.get(a.value);
  const other = b.frame.origins.get(b.value);
  if (from?.kind !== "made" || other?.kind !== "made") return false;
  const areSameArgs = from.instr.args.every((value, k) => {
    const second = other.instr.args[k];
    return (
      second !== undefined &&
      isSame(
        { value, frame: a.frame },
        { value: second, frame: b.frame },
        depth + 1,
      )
    );
  });
  return (
    areSameArgs &&
    from.instr.args.length === other.instr.args.length &&
    isSameStep(from.instr, other.instr) &&
    (!readsMemory(from.instr) ||
      (a.frame === b.frame &&
        from.region === other.region &&
        isQuiet(from.region, from.index, other.index)))
  );
}

function isSameStep(a: Instr, b: Instr): boolean {
  if (a.kind === "op") return b.kind === "op" && a.op === b.op;
  if (a.kind === "const")
    return b.kind === "const" && Object.is(a.value, b.value);
  if (a.kind === "global")
    return b.kind === "global" && a.binding.name === b.binding.name;
  if (a.kind === "getField")
    return b.kind === "getField" && a.field === b.field;
  return (a.kind === "load" || a.kind === "length") && a.kind === b.kind;
}

const readsMemory = (instr: Instr): boolean =>
  instr.kind === "load" || instr.kind === "length" || instr.kind === "getField";

/** Between two places of a region, does nothing write? */
const isQuiet = (region: Region, a: number, b: number): boolean =>
  region.body
    .slice(Math.min(a, b), Math.max(a, b))
    .every(
      (instr) =>
        instr.kind === "const" ||
        instr.kind === "op" ||
        instr.kind === "global" ||
        readsMemory(instr),
    );

function isConst({ value, frame }: Seen, wanted: number): boolean {
  const at = resolved({ value, frame });
  const origin = at.frame.origins.get(at.value);
  return (
    origin?.kind === "made" &&
    origin.instr.kind === "const" &&
    origin.instr.value === wanted
  );
}

/** Does this arm never end, or leave the value undefined? */
const isPoisoned = (
  body: readonly Instr[],
  value: Value | undefined,
): boolean =>
  body.some(
    (instr) =>
      instr.kind === "const" &&
      instr.results[0] === value &&
      typeof instr.value === "object" &&
      instr.value !== null,
  );
