import { mayGrow, provenIf } from "../analysis/bounds.js";
import type { Assumed } from "../analysis/assumptions.js";
import { type EntrySize, nameOfSize } from "../analysis/entrySizes.js";
import { type Polynomial, termsOf } from "../analysis/polynomial.js";
import { analyseMemory, entriesOf } from "../analysis/memory.js";
import type { Instr, Func, Region, Value } from "../ir/ir.js";
import { RegionBuilder } from "../ir/builder.js";
import type { Entry, Program } from "../ir/program.js";
import { printFunc } from "../ir/print.js";
import { num, type RecordTy } from "../ir/types.js";
import { marked } from "./markInBounds.js";
import { inTwo, isFit, isWhole } from "./wholeNumbers.js";

/** A program for arrays of the caller's that have the sizes which the function's stores ask for. */
export interface SizedArrays {
  readonly program: Program;
  /** What is asked first, by the names of the exports. */
  readonly asked: ReadonlyMap<string, Asked>;
}

interface Asked {
  readonly assumed: Assumed;
  /** The function whose arguments are meant. */
  readonly of: Func;
}

/**
 * A store at the end of an array makes it longer, `m[i][j] -= f * m[k][j]`: its length is saved, and asked for on the way
 * back. Where the arrays are the caller's, or made like them, nobody knows that there are as many places as the loops
 * count to. The function is differentiated twice, for arrays that have them, and for all others.
 */
export function sizedArrays(
  program: Program,
  exportNames: (entry: Entry) => readonly string[],
  isTaken: (name: string) => boolean,
): SizedArrays | undefined {
  const memories = analyseMemory(program.funcs, entriesOf(program));
  const funcs = new Map(program.funcs);
  const entries: Entry[] = [];
  const asked = new Map<string, Asked>();
  for (const entry of program.entries) {
    const fn = program.funcs.get(entry.func)!;
    const modes = entry.modes.filter((mode) => mode !== "jvp");
    const names = exportNames(entry);
    if (modes.length === 0 || names.some(isTaken) || !isFit(fn)) continue;
    if (!isInNest(fn.body, 0, isOpen)) continue;
    const { proven, assumed } = provenIf(fn, memories.get(entry.func)!);
    const isNew = (instr: Instr): boolean => isOpen(instr) && proven.has(instr);
    if (!isInNest(fn.body, 0, isNew)) continue;
    funcs.set(entry.func, marked(fn, proven));
    entries.push({ ...entry, modes });
    for (const name of names) asked.set(name, { assumed, of: fn });
  }
  if (entries.length === 0) return undefined;
  return { program: { funcs, entries }, asked };
}

const isOpen = (instr: Instr): boolean =>
  instr.kind === "store" && mayGrow(instr) && !instr.inBounds;

/** Is there such an instruction in a loop within a loop? */
const isInNest = (
  { body }: Region,
  depth: number,
  isMeant: (instr: Instr) => boolean,
): boolean =>
  body.some(
    (instr) =>
      (depth > 1 && isMeant(instr)) ||
      instr.regions.some((inner) =>
        isInNest(inner, depth + (isLoop(instr) ? 1 : 0), isMeant),
      ),
  );

const isLoop = ({ kind }: Instr): boolean => kind === "for" || kind === "while";

/** `if (rowLength(m) >= n) { for arrays of these sizes } else { for all }` */
export function forSizes(
  plain: readonly Func[],
  sized: readonly Func[],
  { asked }: SizedArrays,
): Func[] {
  const byName = new Map(sized.map((fn) => [fn.name, fn]));
  return plain.map((fn) => {
    const other = byName.get(fn.name);
    if (other === undefined || printFunc(other) === printFunc(fn)) return fn;
    const one = asked.get(fn.name)!;
    const { even, atLeastZero } = one.assumed.all;
    // nothing has to be asked: it holds for all arrays
    if (even.size === 0 && atLeastZero.length === 0) return other;
    return inTwo(fn, other, (out) => testOf(one, fn, out));
  });
}

/** What is assumed, as a condition on the arguments. */
function testOf({ assumed, of }: Asked, fn: Func, out: RegionBuilder): Value {
  const known = new Map<string, Value>();
  const valueOf = (size: EntrySize): Value => {
    const name = nameOfSize(size);
    const value = known.get(name) ?? measured(size, fn, of, out);
    known.set(name, value);
    return value;
  };
  const { sizes, even, atLeastZero } = assumed.all;
  const termIn = (atoms: readonly string[], factor: number): Value => {
    const values = atoms.map((name) => valueOf(sizes.get(name)!));
    if (values.length === 0) return out.constant(factor);
    const all = values.reduce((a, b) => out.op("mul", [a, b]));
    return factor === 1 ? all : out.op("mul", [out.constant(factor), all]);
  };
  const side = (a: Polynomial): Value => {
    const terms = termsOf(a).map(({ atoms, factor }) => termIn(atoms, factor));
    if (terms.length === 0) return out.constant(0);
    return terms.reduce((all, term) => out.op("add", [all, term]));
  };
  const signed = (a: Polynomial, sign: 1 | -1): Polynomial =>
    new Map(
      [...a]
        .filter(([, x]) => x * sign > 0)
        .map(([term, x]) => [term, x * sign]),
    );
  const named = new Set(
    atLeastZero.flatMap((a) => termsOf(a).flatMap(({ atoms }) => atoms)),
  );
  const tests: Value[] = [];
  for (const name of even) {
    const size = sizes.get(name)!;
    const value = valueOf(size);
    if (size.kind === "number") tests.push(isWhole(value, out));
    else if (!named.has(name))
      tests.push(out.op("ge", [value, out.constant(0)]));
  }
  for (const a of atLeastZero)
    tests.push(out.op("le", [side(signed(a, -1)), side(signed(a, 1))]));
  return tests.reduce((all, one) => out.op("and", [all, one]));
}

function measured(
  { kind, place }: EntrySize,
  fn: Func,
  original: Func,
  out: RegionBuilder,
): Value {
  const at = original.params.findIndex(({ value }) => value === place.param);
  let value = fn.params[at]!.value;
  for (const field of place.fields) {
    const { fields } = value.ty as RecordTy;
    const { ty } = fields.find(({ name }) => name === field)!;
    const part = out.ids.fresh(ty, field);
    out.emit({ kind: "getField", field, ...out.plain([value], [part]) });
    value = part;
  }
  if (kind === "number") return value;
  const size = out.ids.fresh(num);
  out.emit(
    kind === "length"
      ? { kind: "length", ...out.plain([value], [size]) }
      : { kind: "struct", what: "rowLength", ...out.plain([value], [size]) },
  );
  return size;
}
