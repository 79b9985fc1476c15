import type { Func, Instr } from "../../ir/ir.js";
import { bare, someTy, type Ty } from "../../ir/types.js";
import { eachInstr } from "../../ir/visit.js";

/** Kinds of memory that a function and those that it calls write into. */
export function kindsWritten(
  funcs: ReadonlyMap<string, Func>,
  start: string,
): { kinds: ReadonlySet<string>; sizes: ReadonlySet<string> } {
  const kinds = new Set<string>();
  const sizes = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const fn = funcs.get(name);
    if (fn === undefined || seen.has(name)) return;
    seen.add(name);
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "setField") kinds.add(`.${instr.field}`);
      const moves = instr.kind === "pop" && instr.args.length > 1;
      if (instr.kind === "store" || instr.kind === "push" || moves)
        kinds.add(kindOf(instr.args[0]?.ty));
      if (isResizing(instr)) sizes.add(kindOf(instr.args[0]?.ty));
      if (instr.kind === "call") visit(instr.callee);
    });
  };
  visit(start);
  return { kinds, sizes };
}

/** Kinds of memory: fields by name, arrays by what they hold. */
export const kindOf = (ty: Ty | undefined): string =>
  ty?.kind === "array" ? `[${ty.store} ${bare(ty.elem).kind}]` : "?";

export function kindsIn(ty: Ty | undefined): readonly string[] {
  const found: string[] = [];
  if (ty !== undefined)
    someTy(ty, (one) => {
      if (one.kind === "array") found.push(kindOf(one));
      if (one.kind === "record")
        found.push(...one.fields.map((field) => `.${field.name}`));
      return false;
    });
  return found;
}

/** May it make an array longer or shorter? */
export function isResizing(instr: Instr): boolean {
  const { kind } = instr;
  if (kind === "push" || kind === "pop" || kind === "setLength") return true;
  const [array] = instr.args;
  return (
    kind === "store" &&
    !instr.inBounds &&
    array?.ty.kind === "array" &&
    array.ty.store === "js"
  );
}
