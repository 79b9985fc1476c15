import type { Instr } from "../ir/ir.js";
import { isArithmetic, isRead } from "./effects.js";
import { type Cell, isAmong, type MemoryView } from "./writes.js";

/** What an instruction does to memory, with its regions. */
interface Effects {
  readonly reads: Set<Cell>;
  readonly writes: Set<Cell>;
  /** Does it do anything that is not read off its cells: a call, a log, the tape? */
  isOther: boolean;
}

/** May the two change places? */
export function commute(a: Instr, b: Instr, memory: MemoryView): boolean {
  const [one, other] = [effectsOf(a, memory), effectsOf(b, memory)];
  if (one.isOther) return isNothing(other);
  if (other.isOther) return isNothing(one);
  const meets = (writes: Set<Cell>, { reads, writes: more }: Effects) =>
    [...writes].some((cell) => isAmong(reads, cell) || isAmong(more, cell));
  return !meets(one.writes, other) && !meets(other.writes, one);
}

const isNothing = ({ reads, writes, isOther }: Effects): boolean =>
  !isOther && reads.size === 0 && writes.size === 0;

function effectsOf(instr: Instr, memory: MemoryView): Effects {
  const effects: Effects = {
    reads: new Set(),
    writes: new Set(),
    isOther: false,
  };
  const see = (one: Instr): void => {
    if (isArithmetic(one)) return;
    if (isRead(one)) return void effects.reads.add(memory.read(one)!);
    switch (one.kind) {
      case "newArray":
      case "arrayLit":
      case "newRecord":
        return;
      case "if":
      case "for":
        for (const region of one.regions) region.body.forEach(see);
        return;
      case "store":
      case "accum":
      case "setField":
      case "accumField":
        for (const cell of memory.written(one)) effects.writes.add(cell);
        return;
      default:
        effects.isOther = true;
    }
  };
  see(instr);
  return effects;
}
