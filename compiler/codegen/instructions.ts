import type {
  ConstInstr,
  GlobalInstr,
  Instr,
  LengthInstr,
  OpaqueInstr,
  OpInstr,
  SetFieldInstr,
  Value,
} from "../ir/ir.js";
import { isPoison } from "../ir/ir.js";
import {
  bare,
  fieldOf,
  num,
  type ArrayTy,
  type RecordTy,
  type Ty,
} from "../ir/types.js";
import {
  combine,
  type Computed,
  type Emitter,
  plainly,
  withoutSign,
} from "./emitter.js";
import { asExpected } from "./declare.js";
import { emitBranch } from "./emitBranch.js";
import { emitLoop } from "./emitLoop.js";
import { isTuple, typedArrayName } from "./types.js";
import { suggestedName } from "./naming.js";
import { isConditional, opExpr, repeatsFirst } from "./operators.js";
import { parseSource } from "./parseSource.js";
import { emitProduct } from "./products.js";
import { emitStruct } from "./structs.js";
import { emitTape } from "./tapes.js";
import { emitNearCopy, emitWorkspace } from "./workspaces.js";
import {
  array,
  binary,
  call,
  cast,
  construct,
  type Entry,
  type Expr,
  index,
  isAtom,
  literal,
  member,
  name,
  numberExpr,
  object,
  type Stmt,
  stringText,
} from "./tree.js";

/** Writes one instruction, or keeps its value until it is used. */
export function emitInstr(emitter: Emitter, instr: Instr): void {
  switch (instr.kind) {
    case "const":
      return emitter.setKnown(
        result(instr),
        plainly(constantExpr(instr, result(instr).ty)),
      );
    case "global":
      return emitter.setKnown(result(instr), plainly(globalExpr(instr)));
    case "op":
      return emitter.define(result(instr), opComputed(emitter, instr));
    case "opaque":
      return emitOpaque(emitter, instr);
    case "if":
      return emitBranch(emitter, instr);
    case "for":
    case "while":
      return emitLoop(emitter, instr);
    case "struct":
      return emitStruct(emitter, instr);
    case "newTape":
    case "tapePush":
    case "tapePop":
      return emitTape(emitter, instr);
    case "call":
      return emitCall(emitter, instr.callee, instr.args, instr.results);
    default:
      return emitMemory(emitter, instr);
  }
}

export const result = (instr: Instr): Value => instr.results[0] as Value;

export function constantExpr(instr: ConstInstr, ty: Ty): Expr {
  const { value } = instr;
  if (isPoison(value)) return poisonExpr(ty);
  if (value === undefined) return name("undefined");
  if (value === null) return literal("null");
  if (typeof value === "number") return numberExpr(value);
  if (typeof value === "string") return literal(stringText(value));
  return literal(String(value));
}

/** Something of the type, for a value that is never looked at. */
export function poisonExpr(ty: Ty): Expr {
  if (ty.kind === "num") return literal("0");
  if (ty.kind === "bool") return literal("false");
  if (ty.kind === "maybe")
    return ty.nil === "null" ? literal("null") : name("undefined");
  return { kind: "raw", parts: ["undefined as never"], atomic: false };
}

function globalExpr(instr: GlobalInstr): Expr {
  const holder = name(instr.binding.name);
  return instr.member === undefined ? holder : member(holder, instr.member);
}

function opComputed(emitter: Emitter, instr: OpInstr): Computed {
  let args = instr.args.map((arg) => emitter.use(arg));
  if (isConditional(instr.op))
    args = args.map((arg, k) => (k === 0 ? arg : settled(emitter, arg)));
  if (repeatsFirst(instr.op))
    args = args.map((arg, k) =>
      k === 0 ? nameRepeated(emitter, arg, instr.args[0] as Value) : arg,
    );
  const expr = opExpr(
    instr.op,
    args.map((arg) => arg.expr),
    (wanted) => emitter.context.runtime(wanted),
  );
  const computed = combine(args, expr);
  // a cast is no work, and a sign is little
  return instr.op === "wrap" || instr.op === "unwrap"
    ? { ...computed, size: computed.size - 1 }
    : computed;
}

function nameRepeated(
  emitter: Emitter,
  computed: Computed,
  value: Value,
): Computed {
  const wide = emitter.widen(value, computed);
  return emitter.nameIt(wide, value.hint ?? "t", value.ty);
}

/** A call that must happen, and now, gets a name. */
const settled = (emitter: Emitter, computed: Computed): Computed =>
  computed.ordered ? emitter.nameIt(computed, "result") : computed;

// ---- carried source ----

function emitOpaque(emitter: Emitter, instr: OpaqueInstr): void {
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

// ---- calls ----

function emitCall(
  emitter: Emitter,
  callee: string,
  argValues: readonly Value[],
  results: readonly Value[],
): void {
  const args = argValues.map((arg) => emitter.use(arg));
  emitter.flushMemory();
  const computed = combine(
    args,
    call(
      emitter.context.functionName(callee),
      args.map((arg, k) => {
        const wanted = emitter.context.parameterTypes(callee)[k];
        const { ty } = argValues[k] as Value;
        const expr =
          wanted === undefined ? arg.expr : asExpected(arg.expr, ty, wanted);
        const isRest =
          k === args.length - 1 && emitter.context.takesRest(callee);
        return isRest ? { kind: "spread", arg: expr } : expr;
      }),
    ),
    { memory: true, ordered: true },
  );
  if (results.length === 0)
    return emitter.pushWith(computed.expr, (expr) => ({ kind: "expr", expr }));
  if (results.length === 1)
    return emitter.define(results[0] as Value, computed);
  emitSeveral(emitter, callee, computed, results);
}

/** `const { a, b } = f(x)`; where that is too long, the record has a name of its own. */
function emitSeveral(
  emitter: Emitter,
  callee: string,
  computed: Computed,
  results: readonly Value[],
): void {
  const keys = emitter.context.resultNames(callee);
  const used = results.flatMap((value, k) =>
    emitter.placement.uses.has(value)
      ? [{ value, key: keys[k] as string }]
      : [],
  );
  if (used.length === 0)
    return emitter.push({ kind: "expr", expr: computed.expr });
  const wanted = used.map(({ value, key }) => ({
    key,
    name: value.hint ?? key,
  }));
  const plain: Stmt = {
    kind: "destructure",
    entries: wanted,
    init: computed.expr,
  };
  const isShort = emitter.flatLength(plain) + 2 * used.length <= emitter.room;
  if (!isShort && used.length > 1) return emitRecord(emitter, computed, used);
  const entries = wanted.map(({ key, name: text }) => ({
    key,
    name: emitter.names.fresh(text),
  }));
  entries.forEach((entry, k) => emitter.setName(used[k]!.value, entry.name));
  emitter.pushWith(computed.expr, (init) => ({
    kind: "destructure",
    entries,
    init,
  }));
}

function emitRecord(
  emitter: Emitter,
  computed: Computed,
  used: readonly { value: Value; key: string }[],
): void {
  const record = emitter.nameIt(computed, "results").expr;
  for (const { value, key } of used)
    emitter.setKnown(value, plainly(member(record, key)));
}

// ---- memory ----

type MemoryInstr = Exclude<
  Instr,
  {
    kind:
      | "const"
      | "global"
      | "op"
      | "opaque"
      | "if"
      | "for"
      | "while"
      | "struct"
      | "newTape"
      | "tapePush"
      | "tapePop"
      | "call";
  }
>;

function emitMemory(emitter: Emitter, instr: MemoryInstr): void {
  const used = instr.args.map((arg) => emitter.use(arg));
  const args = isMade(instr)
    ? used
    : used.map((arg, k) =>
        k === 0 ? place(emitter, arg, instr) : inTime(emitter, arg, instr),
      );
  const [a, b, c] = args.map((arg) => arg.expr) as [Expr, Expr, Expr];
  const reads = (expr: Expr): void => {
    emitter.flushOrdered();
    emitter.define(result(instr), combine(args, expr, { memory: true }));
  };
  const makes = (expr: Expr): void =>
    emitter.define(result(instr), combine(args, expr));
  const writes = (write: () => void): void => {
    emitter.flushMemory();
    write();
  };
  switch (instr.kind) {
    case "newArray":
      if (instr.workspace !== undefined)
        return emitWorkspace(emitter, instr, args);
      return makes(
        newArrayExpr(
          bare(result(instr).ty) as ArrayTy,
          a,
          b as Expr | undefined,
        ),
      );
    case "arrayLit":
      return makes(
        arrayLiteral(
          bare(result(instr).ty) as ArrayTy,
          args.map((arg, k) => elementOf(instr, arg.expr, k)),
        ),
      );
    case "newRecord":
      return makes(
        recordLiteral(
          bare(result(instr).ty) as RecordTy,
          args.map((arg, k) => elementOf(instr, arg.expr, k)),
        ),
      );
    case "load":
      return reads(index(a, b));
    case "length":
      return emitLength(
        emitter,
        instr,
        combine(args, member(a, "length"), { memory: true }),
      );
    case "getField":
      return reads(member(a, instr.field));
    case "slice":
      if (instr.near === true) return emitNearCopy(emitter, instr, a);
      return reads(
        asTuple(bare(result(instr).ty) as ArrayTy, sliceExpr(a, b, c)),
      );
    case "subarray":
      return makes(call(member(a, "subarray"), [b, c]));
    case "store":
      return writes(() =>
        emitStore(emitter, instr.args[0] as Value, instr.inBounds, args),
      );
    case "accum":
      return writes(() =>
        emitAccum(emitter, instr.args[0] as Value, instr.inBounds, args),
      );
    case "product":
      return writes(() => emitProduct(emitter, instr.args, args));
    case "setField":
      return writes(() =>
        emitter.pushAssign(
          member(a, instr.field),
          fieldValue(emitter, instr, b),
        ),
      );
    case "accumField":
      return writes(() =>
        emitter.pushWith(b, (value) =>
          accumulate(member(a, instr.field), value),
        ),
      );
    case "setLength":
      return writes(() =>
        emitter.pushWith(b, (value) => ({
          kind: "assign",
          op: "=",
          target: member(asGrowing(instr, a), "length"),
          value,
        })),
      );
    case "push":
      return writes(() =>
        emitter.pushWith(b, (value) => ({
          kind: "expr",
          expr: call(member(a, "push"), [value]),
        })),
      );
    case "pop":
      emitter.flushMemory();
      return emitter.define(
        result(instr),
        combine(args, call(member(a, "pop"), []), {
          memory: true,
          ordered: true,
        }),
      );
  }
}

/** The length of a tuple is a number like others, not the type `2`, to which a comparison with 3 would be a fault. */
/** The length of a tuple is fixed by its type. */
function asGrowing(instr: Instr, array: Expr): Expr {
  const ty = bare((instr.args[0] as Value).ty);
  if (ty.kind !== "array" || ty.fixed === undefined) return array;
  const { fixed: _, ...growing } = ty;
  return cast(array, growing);
}

/** A field that may be left out takes no undefined under `exactOptionalPropertyTypes`; it is written as if it were there. */
function fieldValue(emitter: Emitter, instr: SetFieldInstr, value: Expr): Expr {
  const [owner, given] = instr.args as [Value, Value];
  const ty = bare(owner.ty);
  const field = ty.kind === "record" ? fieldOf(ty, instr.field) : undefined;
  const maker = emitter.placement.makers.get(given);
  const mayBeMissing =
    given.ty.kind === "maybe" && !(maker?.kind === "op" && maker.op === "wrap");
  return field?.optional === true && mayBeMissing
    ? { kind: "nonNull", arg: value }
    : value;
}

function emitLength(
  emitter: Emitter,
  instr: LengthInstr,
  computed: Computed,
): void {
  emitter.flushOrdered();
  const value = result(instr);
  const size = emitter.sizes.get(instr.args[0] as Value);
  if (size !== undefined) return emitter.define(value, plainly(size));
  const ty = bare((instr.args[0] as Value).ty);
  if (ty.kind !== "array" || ty.fixed === undefined)
    return emitter.define(value, computed);
  const variable = emitter.variables.get(value);
  if (variable !== undefined) return emitter.assign(variable, computed);
  const text = emitter.names.fresh(suggestedName(value, computed.expr));
  emitter.setName(value, text);
  emitter.push({
    kind: "declare",
    how: "const",
    name: text,
    ty: num,
    init: computed.expr,
  });
}

const isMade = (instr: MemoryInstr): boolean =>
  instr.kind === "newArray" ||
  instr.kind === "arrayLit" ||
  instr.kind === "newRecord";

/** `a[i] += f()` reads the element before the call; the call comes first here. So does it before a guard. */
const inTime = (
  emitter: Emitter,
  computed: Computed,
  instr: MemoryInstr,
): Computed =>
  instr.kind === "accum" ||
  instr.kind === "accumField" ||
  (instr.kind === "store" && !instr.inBounds)
    ? settled(emitter, computed)
    : computed;

/** What is read or written is better a name than a literal: `{ x: 1 }.x` helps nobody. */
function place(
  emitter: Emitter,
  computed: Computed,
  instr: MemoryInstr,
): Computed {
  const { kind } = computed.expr;
  if (kind !== "object" && kind !== "array") return computed;
  const value = instr.args[0] as Value;
  return emitter.nameIt(
    computed,
    value.hint ?? suggestedName(value, computed.expr),
    value.ty,
  );
}

function newArrayExpr(ty: ArrayTy, n: Expr, fill: Expr | undefined): Expr {
  if (ty.store !== "js") {
    const made = construct(typedArrayName[ty.store], [n]);
    return fill === undefined ? made : call(member(made, "fill"), [fill]);
  }
  if (n.kind === "literal" && n.text === "0") return array([]);
  return asTuple(ty, filledArray(ty, n, fill));
}

/** Part k of a literal, as the literal's type wants it. */
function elementOf(instr: MemoryInstr, expr: Expr, k: number): Expr {
  const whole = bare(result(instr).ty);
  const wanted =
    whole.kind === "array"
      ? whole.elem
      : whole.kind === "record"
        ? whole.fields[k]?.ty
        : undefined;
  const { ty } = instr.args[k] as Value;
  return wanted === undefined ? expr : asExpected(expr, ty, wanted);
}

/** A tuple made by a call is an array to TypeScript. */
const asTuple = (ty: ArrayTy, made: Expr): Expr =>
  ty.store === "js" && ty.fixed !== undefined ? cast(made, ty) : made;

function filledArray(ty: ArrayTy, n: Expr, fill: Expr | undefined): Expr {
  const made = construct("Array", [n], ty.elem);
  const value =
    fill ??
    (ty.elem.kind === "num"
      ? literal("0")
      : ty.elem.kind === "bool"
        ? literal("false")
        : undefined);
  return value === undefined ? made : call(member(made, "fill"), [value]);
}

const arrayLiteral = (ty: ArrayTy, elements: readonly Expr[]): Expr =>
  ty.store === "js"
    ? array(elements)
    : call(member(name(typedArrayName[ty.store]), "of"), elements);

function recordLiteral(ty: RecordTy, values: readonly Expr[]): Expr {
  if (isTuple(ty)) return array(values);
  const entries = ty.fields.flatMap((field, k): Entry[] => {
    const value = values[k] as Expr;
    if (field.optional !== true) return [{ key: field.name, value }];
    if (value.kind === "name" && value.name === "undefined") return [];
    if (value.kind !== "name") return [{ key: field.name, value }];
    const missing = binary("===", value, name("undefined"));
    const spread: Expr = {
      kind: "cond",
      test: missing,
      yes: object([]),
      no: object([{ key: field.name, value }]),
    };
    return [
      {
        value: {
          kind: "spread",
          arg: { kind: "raw", parts: ["(", spread, ")"], atomic: true },
        },
      },
    ];
  });
  return object(entries);
}

function sliceExpr(a: Expr, start: Expr, end: Expr): Expr {
  const isWhole =
    start.kind === "literal" &&
    start.text === "0" &&
    end.kind === "member" &&
    end.name === "length" &&
    sameName(end.object, a);
  return call(member(a, "slice"), isWhole ? [] : [start, end]);
}

const sameName = (a: Expr, b: Expr): boolean =>
  a.kind === "name" && b.kind === "name" && a.name === b.name;

function emitStore(
  emitter: Emitter,
  target: Value,
  inBounds: boolean,
  args: readonly Computed[],
): void {
  const grows = !inBounds && (bare(target.ty) as ArrayTy).store === "js";
  const [a, i, v] = grows
    ? named(emitter, target, args)
    : args.map((arg) => arg.expr);
  if (grows)
    emitter.push({
      kind: "expr",
      expr: call(emitter.context.runtime("checkStore"), [a as Expr, i as Expr]),
    });
  emitter.pushAssign(index(a as Expr, i as Expr), v as Expr);
}

function emitAccum(
  emitter: Emitter,
  target: Value,
  inBounds: boolean,
  args: readonly Computed[],
): void {
  const guarded = !inBounds && (bare(target.ty) as ArrayTy).store === "js";
  const [a, i, v] = guarded
    ? named(emitter, target, args)
    : args.map((arg) => arg.expr);
  const build = (value: Expr): Stmt =>
    accumulate(index(a as Expr, i as Expr), value);
  if (!guarded) return emitter.pushWith(v as Expr, build);
  // Only an index inside finds a number: beyond the ends, and between two cells, there is nothing to add to.
  const test = binary("!==", index(a as Expr, i as Expr), name("undefined"));
  const body = emitter.nested(() => emitter.pushWith(v as Expr, build));
  const [only] = body;
  if (body.length === 1 && only !== undefined)
    return emitter.pushGuard(test, only);
  emitter.push({
    kind: "if",
    test,
    yes: body,
    no: [],
  });
}

/** Array and index as names, for a store that mentions them twice. */
function named(
  emitter: Emitter,
  target: Value,
  args: readonly Computed[],
): Expr[] {
  const [a, i, v] = args as [Computed, Computed, Computed];
  const once = (computed: Computed, wanted: string): Expr =>
    computed.expr.kind === "name" || isAtom(computed.expr)
      ? computed.expr
      : emitter.nameIt(computed, wanted).expr;
  return [once(a, target.hint ?? "values"), once(i, "k"), v.expr];
}

/** `a[i] += v`, `a[i] -= w` where v is -w. */
export function accumulate(target: Expr, value: Expr): Stmt {
  const negated = withoutSign(value);
  return negated === undefined
    ? { kind: "assign", op: "+=", target, value }
    : { kind: "assign", op: "-=", target, value: negated };
}
