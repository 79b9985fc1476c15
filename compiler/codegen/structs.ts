import type { StructInstr, Value } from "../ir/ir.js";
import { gradTy, shadowTy } from "../ir/shapes.js";
import {
  bare,
  holdsFloat,
  isRef,
  sameTy,
  type Field,
  type RecordTy,
  type Ty,
} from "../ir/types.js";
import { type Emitter } from "./emitter.js";
import {
  array,
  binary,
  call,
  cond,
  construct,
  type Expr,
  literal,
  member,
  name,
  object,
  zero,
} from "./tree.js";
import { classShapeExpr } from "./classShapes.js";
import { isTuple } from "./types.js";
import { combine, type Computed } from "./computed.js";

/**
 * Deep structure operations: the direct form where the type is flat (`x.slice()`, `new Float64Array(x.length)`, a record
 * literal), else a call of the runtime's helper with a template of the type.
 */
export function emitStruct(emitter: Emitter, instr: StructInstr): void {
  const args = instr.args.map((arg) => emitter.use(arg));
  const exprs = args.map((arg) => arg.expr);
  const [a, b] = exprs as [Expr, Expr];
  const runtime = emitter.context.runtime;
  if (instr.what === "distinct") {
    emitter.flushOrdered();
    return emitter.push({
      kind: "expr",
      expr: call(runtime("assertDistinct"), [
        a,
        b,
        literal(JSON.stringify(instr.text ?? "")),
      ]),
    });
  }
  if (instr.what === "addSeed") {
    emitter.flushMemory();
    const shape = shapeOf(emitter, (instr.args[0] as Value).ty);
    return emitter.pushWith(
      call(runtime("addSeed"), [a, b, shape]),
      (expr) => ({ kind: "expr", expr }),
    );
  }
  if (instr.what === "deliver") return deliver(emitter, instr, exprs);
  emitter.flushOrdered();
  const result = instr.results[0] as Value;
  if (instr.what === "into") {
    emitter.flushMemory();
    const filled = call(runtime("cleared"), exprs);
    return emitter.writeConstOrAssign(
      result,
      combine(args, filled, { memory: true, ordered: true }),
    );
  }
  if (instr.what === "shadowIn") {
    emitter.flushMemory();
    const parts = args.map((arg, k) =>
      stable(emitter, arg, instr.args[k] as Value),
    );
    return emitter.writeConstOrAssign(
      result,
      combine(parts, shadowIn(emitter, instr, parts[0]!.expr, parts[1]!.expr), {
        memory: true,
        ordered: true,
      }),
    );
  }
  const named = needsName(instr)
    ? args.map((arg, k) => stable(emitter, arg, instr.args[k] as Value))
    : args;
  const expr = structExpr(
    emitter,
    instr,
    named.map((arg) => arg.expr),
    result.ty,
  );
  emitter.define(result, combine(named, expr, { memory: true }));
}

/** The operand is mentioned more than once, or is better seen as a name. */
const needsName = (instr: StructInstr): boolean =>
  ["zeros", "copy", "gradOf"].includes(instr.what);

const stable = (
  emitter: Emitter,
  computed: Computed,
  value: Value,
): Computed =>
  isPath(computed.expr)
    ? computed
    : emitter.nameIt(computed, value.hint ?? "t", value.ty);

const isPath = (expr: Expr): boolean =>
  expr.kind === "name" ||
  expr.kind === "literal" ||
  ((expr.kind === "member" ||
    expr.kind === "index" ||
    expr.kind === "nonNull") &&
    isPath(expr.kind === "nonNull" ? expr.arg : expr.object));

function structExpr(
  emitter: Emitter,
  instr: StructInstr,
  args: readonly Expr[],
  resultTy: Ty,
): Expr {
  const [a, b] = args as [Expr, Expr];
  const x = instr.args.at(-1) as Value;
  const { runtime } = emitter.context;
  emitter.context.useTypes(resultTy);
  if (instr.classes !== undefined)
    return call(
      runtime("withClasses"),
      [a, classShapeExpr(instr.classes)],
      resultTy,
    );
  const helper = (
    runtimeName: "copyDeep" | "copyApart" | "zerosLike" | "seedLike" | "gradOf",
    shape: Expr,
  ): Expr => call(runtime(runtimeName), [...args, shape], resultTy);
  switch (instr.what) {
    case "rowLength":
      return call(runtime("rowLength"), [a]);
    case "copy":
      return flatCopy(a, x.ty) ?? helper("copyDeep", fullShape(emitter, x.ty));
    case "apart":
      return flatCopy(a, x.ty) ?? helper("copyApart", fullShape(emitter, x.ty));
    case "zeros":
      return (
        flatZeros(emitter, a, x.ty) ??
        eachZeros(emitter, a, x.ty) ??
        helper("zerosLike", shapeOf(emitter, shadowTy(x.ty)))
      );
    case "seed":
      return (
        seedOfNumber(a, (instr.args[0] as Value).ty, x.ty) ??
        helper("seedLike", shapeOf(emitter, shadowTy(x.ty)))
      );
    default:
      return (
        flatGrad(a, b, x.ty) ??
        (isOwnShadow(emitter, instr) && eachRecord(x.ty)
          ? call(runtime("gradOfEach"), [a])
          : undefined) ??
        helper("gradOf", shapeOf(emitter, gradTy(x.ty)))
      );
  }
}

/** What was seen to fit in an earlier call is taken as it is: that allocates nothing. */
function shadowIn(
  emitter: Emitter,
  instr: StructInstr,
  own: Expr,
  like: Expr,
): Expr {
  const { runtime } = emitter.context;
  const { ty } = instr.args[1]!;
  const elem = eachRecord(ty);
  const zeros = elem && recordZeros(elem);
  const first = zeros
    ? call(runtime("shadowOfEachIn"), [
        own,
        like,
        { kind: "maker", arg: zeros },
      ])
    : call(runtime("shadowIn"), [own, like, shapeOf(emitter, shadowTy(ty))]);
  return binary("??", call(runtime("reused"), [own, like]), first);
}

/** `if (bw !== own) out.w = ...` */
function deliver(
  emitter: Emitter,
  instr: StructInstr,
  [shadow, x, own, record]: readonly Expr[],
): void {
  const { runtime } = emitter.context;
  const { ty } = instr.args[1]!;
  emitter.flushMemory();
  emitter.context.useTypes(instr.args[2]!.ty);
  const grad = eachRecord(ty)
    ? call(runtime("gradOfEach"), [shadow!])
    : call(
        runtime("gradOf"),
        [shadow!, x!, shapeOf(emitter, gradTy(ty))],
        instr.args[2]!.ty,
      );
  emitter.pushGuard(binary("!==", shadow!, own!), {
    kind: "assign",
    op: "=",
    target: member(record!, instr.text ?? ""),
    value: grad,
  });
}

const isScalar = (ty: Ty): boolean => !isRef(ty);

/** A reference whose parts are no references. */
function isFlat(ty: Ty): boolean {
  if (ty.kind === "array") return isScalar(ty.elem);
  return ty.kind === "record" && ty.fields.every((field) => isScalar(field.ty));
}

/** What its prototype knows would be lost with the prototype. */
const knowsItsClass = (ty: Ty): boolean =>
  ty.kind === "record" &&
  ty.fields.some(
    ({ name, ty: own }) => name === "constructor" && isScalar(own),
  );

function flatCopy(x: Expr, ty: Ty): Expr | undefined {
  if (isScalar(ty)) return x;
  if (!isFlat(ty) || knowsItsClass(ty)) return undefined;
  if (ty.kind === "record")
    return isTuple(ty)
      ? array([{ kind: "spread", arg: x }])
      : object([{ value: { kind: "spread", arg: x } }]);
  return ty.kind === "array" && ty.fixed !== undefined
    ? array([{ kind: "spread", arg: x }])
    : call(member(x, "slice"), []);
}

function flatZeros(emitter: Emitter, x: Expr, ty: Ty): Expr | undefined {
  if (bare(ty).kind === "num") return zero;
  if (ty.kind === "array" && ty.store !== "js" && holdsFloat(ty))
    return construct("Float64Array", [member(x, "length")]);
  if (!isFlat(ty)) return undefined;
  if (ty.kind === "array" && ty.elem.kind === "num") {
    if (ty.fixed !== undefined && ty.fixed <= 8)
      return array(Array.from({ length: ty.fixed }, () => zero));
    if (ty.fixed !== undefined) return undefined;
    return call(emitter.context.runtime("zeros"), [member(x, "length")]);
  }
  if (ty.kind === "record") return recordZeros(ty);
  return undefined;
}

/** An array of objects that hold numbers, all of them there, and nothing else that has a slope. */
function eachRecord(ty: Ty): RecordTy | undefined {
  if (ty.kind !== "array" || ty.store !== "js" || ty.fixed !== undefined)
    return undefined;
  const { elem } = ty;
  if (elem.kind !== "record" || elem.tuple) return undefined;
  const isPlain = elem.fields.every(
    (field) => field.ty.kind === "num" || !holdsFloat(field.ty),
  );
  return isPlain && holdsFloat(elem) ? elem : undefined;
}

/** Is it the shadow that was made for an argument, and for nothing else? In others one object may be there twice. */
function isOwnShadow(emitter: Emitter, instr: StructInstr): boolean {
  const { makers } = emitter.placement;
  const [shadow, x] = instr.args as readonly [Value, Value];
  const maker = makers.get(shadow);
  return (
    maker?.kind === "struct" &&
    maker.what === "zeros" &&
    maker.args[0] === x &&
    !makers.has(x)
  );
}

function eachZeros(emitter: Emitter, x: Expr, ty: Ty): Expr | undefined {
  const elem = eachRecord(ty);
  const zeros = elem && recordZeros(elem);
  const make = zeros && ({ kind: "maker", arg: zeros } as const);
  return make && call(emitter.context.runtime("zerosOfEach"), [x, make]);
}

function recordZeros(ty: RecordTy): Expr | undefined {
  const shadow = shadowTy(ty);
  if (shadow?.kind !== "record") return undefined;
  if (isTuple(shadow)) return array(shadow.fields.map(() => zero));
  return object(
    shadow.fields.map((field) => ({ key: field.name, value: zero })),
  );
}

function seedOfNumber(t: Expr, seedTy: Ty, ty: Ty): Expr | undefined {
  if (bare(ty).kind !== "num") return undefined;
  return seedTy.kind === "maybe" ? binary("??", t, zero) : t;
}

/** The shadow is private memory: where it has the form of the gradient already and can hold no alias, it is the gradient. */
function flatGrad(shadow: Expr, x: Expr, ty: Ty): Expr | undefined {
  if (ty.kind === "num") return shadow;
  if (ty.kind === "maybe" && ty.of.kind === "num") {
    if (ty.nil === "both")
      return cond(binary("==", x, literal("null")), x, shadow);
    const nothing = ty.nil === "null" ? literal("null") : name("undefined");
    return cond(binary("===", x, nothing), nothing, shadow);
  }
  if (ty.kind === "array" && ty.store === "f32")
    return call(member(name("Float32Array"), "from"), [shadow]);
  const [from, to] = [shadowTy(ty), gradTy(ty)];
  if (from === undefined || to === undefined || !sameTy(from, to))
    return undefined;
  return isFlat(bare(from)) ? shadow : undefined;
}

// ---- templates ----

/** The template of a shadow or gradient type: only what holds floats. */
const shapeOf = (emitter: Emitter, ty: Ty | undefined): Expr =>
  ty === undefined ? carriedShape : shape(emitter, ty, []);

/** The template of a whole value, what is only carried included; nothing deep in it is left out. */
const fullShape = (emitter: Emitter, ty: Ty): Expr => shape(emitter, ty, []);

const carriedShape: Expr = literal('""');

/** Recursive records above, with the names that their templates have. */
type Above = readonly (readonly [RecordTy, string])[];

function shape(emitter: Emitter, ty: Ty, above: Above): Expr {
  switch (ty.kind) {
    case "table":
      return tableShape(shape(emitter, ty.elem, above));
    case "num":
      return zero;
    case "maybe":
      return shape(emitter, ty.of, above);
    case "array":
      return ty.store === "js"
        ? array([shape(emitter, ty.elem, above)])
        : literal('"typed"');
    case "record":
      return recordShape(emitter, ty, above);
    default:
      return carriedShape;
  }
}

/** `{ "[key]": 0 }`: a number under every key. */
const tableShape = (elem: Expr): Expr =>
  object([{ key: "[key]", value: elem }]);

function recordShape(emitter: Emitter, ty: RecordTy, above: Above): Expr {
  const known = above.find(([one]) => one === ty);
  if (known !== undefined) return name(known[1]);
  if (ty.recursive === undefined) return fieldsShape(emitter, ty, above);
  // recursiveShape((same) => ({ value: 0, children: [same] }))
  const own = above.length === 0 ? "same" : `same${above.length}`;
  const arg = fieldsShape(emitter, ty, [...above, [ty, own]]);
  return call(emitter.context.runtime("recursiveShape"), [
    { kind: "maker", param: own, arg },
  ]);
}

function fieldsShape(emitter: Emitter, ty: RecordTy, above: Above): Expr {
  const of = (part: Ty): Expr => shape(emitter, part, above);
  if (isTuple(ty) && ty.fields.length > 1)
    return array(ty.fields.map((field) => of(field.ty)));
  // To TypeScript the constructor of a literal is a function, whatever it is. What is only carried need not be named.
  const isPlain = ({ name: key }: Field): boolean =>
    !Object.hasOwn(Object.prototype, key);
  const named = ty.fields.filter((one) => isPlain(one) || holdsFloat(one.ty));
  const fields = object(
    named.map((field) => ({ key: field.name, value: of(field.ty) })),
  );
  return named.every(isPlain)
    ? fields
    : call(emitter.context.runtime("fieldsShape"), [fields]);
}
