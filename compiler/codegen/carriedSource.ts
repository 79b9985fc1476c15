import type { Emitter } from "./emitter.js";
import type { OpaqueInstr, Value } from "../ir/ir.js";
import { combine, type Computed, result } from "./computed.js";
import { type Expr, cast } from "./tree.js";
import { parseSource } from "./parseSource.js";

export function emitOpaque(emitter: Emitter, instr: OpaqueInstr): void {
  const args = instr.args.map((arg) => emitter.use(arg));
  if (instr.effect === "none") emitter.flushOrdered();
  else emitter.flushMemory();
  const read = readSource(instr, args);
  if (read === undefined) return emitUnread(emitter, instr, args);
  if (instr.effect === "throw")
    return emitter.push({ kind: "throw", value: read });
  if (instr.results.length === 0)
    return emitter.push({ kind: "expr", expr: read });
  const computed = combine(args, read, { ordered: true, memory: true });
  if (instr.effect === "none") emitter.define(result(instr), computed);
  else emitter.writeConstOrAssign(result(instr), computed);
}

/** The source as an expression; of a `throw`, what is thrown. */
export function readSource(
  instr: OpaqueInstr,
  args: readonly Computed[],
): Expr | undefined {
  const [of] = args;
  const [before, after] = instr.parts;
  const isCast =
    before === "" && /^ as (number|boolean|never)$/.test(after ?? "");
  if (isCast && of !== undefined && args.length === 1)
    return cast(of.expr, result(instr).ty);
  const last = instr.parts.length - 1;
  const [first, second] = instr.parts;
  const [only] = args;
  // (key as Id)
  if (only && last === 1 && first === "(" && second?.startsWith(" as "))
    return cast(only.expr, result(instr).ty);
  const parts = instr.parts.map((part, k) => {
    const start = k === 0 ? part.replace(/^\s*throw\b/, "") : part;
    return k === last ? start.replace(/;\s*$/, "") : start;
  });
  return parseSource(
    parts,
    args.map((arg) => arg.expr),
  );
}

/** Source that is printed as it stands. */
function emitUnread(
  emitter: Emitter,
  instr: OpaqueInstr,
  used: readonly Computed[],
): void {
  const args = used.map((arg, k) =>
    hole(
      emitter,
      arg,
      instr.args[k] as Value,
      instr.parts[k] as string,
      instr.parts[k + 1] as string,
    ),
  );
  const parts = interleave(instr.parts, args);
  if (instr.effect === "throw" || instr.results.length === 0)
    return emitter.push({ kind: "raw", parts: withSemicolon(parts) });
  const atomic = isAtomicSource(instr.parts.join("_"));
  const expr: Expr = { kind: "raw", parts, atomic };
  const computed = combine(args, expr, { ordered: true, memory: true });
  if (!atomic || instr.effect === "effect")
    emitter.writeConstOrAssign(result(instr), computed);
  else emitter.define(result(instr), computed);
}

/** Only what stands between brackets or commas may be any expression; elsewhere it is made a name. */
function hole(
  emitter: Emitter,
  computed: Computed,
  value: Value,
  before: string,
  after: string,
): Computed {
  const isBare =
    /[([{,]\s*$|^\s*$/.test(before) && /^\s*([)\]},;]|$)/.test(after);
  if (
    isBare ||
    computed.expr.kind === "name" ||
    computed.expr.kind === "literal"
  )
    return computed;
  if (computed.expr.kind === "member" || computed.expr.kind === "index")
    return computed;
  return emitter.nameIt(computed, value.hint ?? "t", value.ty);
}

function interleave(
  texts: readonly string[],
  args: readonly Computed[],
): (string | Expr)[] {
  return texts.flatMap((text, k) =>
    args[k] === undefined ? [text] : [text, args[k].expr],
  );
}

function withSemicolon(parts: readonly (string | Expr)[]): (string | Expr)[] {
  const last = parts.at(-1);
  if (typeof last === "string" && /[;}]\s*$/.test(last))
    return [...parts.slice(0, -1), last.trimEnd()];
  return [...parts, ";"];
}

/** Could an operator stand beside the text without parentheses? */
export function isAtomicSource(text: string): boolean {
  let depth = 0;
  const outside = text.replace(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g,
    "_",
  );
  for (const c of outside) {
    if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    else if (depth === 0 && !/[\w$.!]/.test(c)) return false;
  }
  return !outside.startsWith("!") && !outside.startsWith("{");
}
