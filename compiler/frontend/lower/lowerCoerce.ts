import { describeTy } from "../types/describeTy.js";
import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import {
  fieldOf,
  num,
  sameTy,
  withPair,
  type Compared,
  type RecordTy,
  type Ty,
} from "../../ir/types.js";
import { isMath } from "../syntax/callee.js";
import { countOnlyTy } from "./arrays/lowerFilled.js";
import { holdsTag } from "./functions/lowerKnown.js";
import { isMaybe, presentAs } from "./values/lowerPresentAs.js";
import { noteNarrowed } from "./records/keyOrder.js";
import { keptAs } from "./functions/lowerKept.js";
import {
  convertRecord,
  isStranger,
  keepTogether,
} from "./values/lowerConvert.js";
import { at, constant, emit, op, type Site } from "./lowerSite.js";

/** The type of an expression as the IR sees it. */
export function tyOfNode(site: Site, node: ts.Node): Ty {
  if (isPlainNumber(site, node)) return num;
  const counted = countOnlyTy(site, node);
  if (counted !== undefined) return counted;
  const type = site.ctx.checker.getTypeAtLocation(node);
  const isOpen = (type.flags & ts.TypeFlags.Any) !== 0;
  return (
    (isOpen ? tyOfUntyped(site, node) : undefined) ?? site.ctx.tyOf(type, node)
  );
}

/** Is nothing known of it before it is lowered? */
export function isUntold(site: Site, node: ts.Expression): boolean {
  if (isPlainNumber(site, node)) return false;
  const type = site.ctx.checker.getTypeAtLocation(node);
  const isAny = (type.flags & ts.TypeFlags.Any) !== 0;
  return isAny && tyOfUntyped(site, node) === undefined;
}

/** What the checker knows nothing of, made of variables of which it is known what they were given. */
function tyOfUntyped(site: Site, node: ts.Node): Ty | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node))
    return tyOfUntyped(site, node.expression);
  if (ts.isIdentifier(node)) {
    const symbol = site.ctx.checker.getSymbolAtLocation(node);
    return symbol && site.variables.get(symbol)?.ty;
  }
  if (ts.isElementAccessExpression(node)) {
    const owner =
      tyOfUntyped(site, node.expression) ?? tyOfNode(site, node.expression);
    return owner.kind === "array" && isIndex(site, node.argumentExpression)
      ? owner.elem
      : undefined;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const isSum = node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  const isNumber = (one: ts.Node): boolean =>
    tyOfNode(site, one).kind === "num";
  return isSum && isNumber(node.left) && isNumber(node.right) ? num : undefined;
}

const isIndex = (site: Site, node: ts.Expression): boolean =>
  (tyOfUntyped(site, node) ?? tyOfNode(site, node)).kind === "num";

/** What was answered for a node; another text has other nodes. */
const plainSums = new WeakMap<ts.BinaryExpression, boolean>();

/**
 * A number at first sight. TypeScript would walk back to each variable's declaration to see whether it was narrowed on
 * the way, again for each expression around it; a `number` stays one.
 */
function isPlainNumber(site: Site, node: ts.Node): boolean {
  const { checker } = site.ctx;
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isParenthesizedExpression(node))
    return isPlainNumber(site, node.expression);
  if (ts.isPrefixUnaryExpression(node))
    return (
      node.operator === ts.SyntaxKind.MinusToken &&
      isPlainNumber(site, node.operand)
    );
  if (ts.isBinaryExpression(node)) {
    // a sum of a thousand terms is a thousand sums, each asked for all that is in it
    const known = plainSums.get(node);
    if (known !== undefined) return known;
    const isPlain =
      plainOperators.has(node.operatorToken.kind) &&
      isPlainNumber(site, node.right) &&
      isPlainNumber(site, node.left);
    plainSums.set(node, isPlain);
    return isPlain;
  }
  if (ts.isCallExpression(node))
    return (
      ts.isPropertyAccessExpression(node.expression) &&
      isMath(checker, node.expression.expression) &&
      plainNumber.has(node.expression.name.text)
    );
  if (!ts.isIdentifier(node)) return false;
  const symbol = checker.getSymbolAtLocation(node);
  const declared = symbol?.valueDeclaration;
  return (
    declared !== undefined &&
    (ts.isVariableDeclaration(declared) || ts.isParameter(declared)) &&
    checker.getTypeOfSymbol(symbol!) === checker.getNumberType()
  );
}

/** Functions of Math as libraries have them; a user may declare others. */
const plainNumber: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Math),
);

const plainOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
]);

/** `list.push(x)` of a list that holds nothing by its type, in code that no type checker has seen: x would be lost. */
function refuseLost(
  { ctx }: Site,
  node: ts.Node,
  { text }: Extract<Ty, { kind: "opaque" }>,
): void {
  const { flags } = ctx.checker.getTypeAtLocation(node);
  if (!/^(never|undefined|null)$/.test(text) || flags & ts.TypeFlags.Never)
    return;
  ctx.refuse(
    node,
    "DC2003",
    `diffc does not see that a number belongs here: by its type the place holds ${text === "never" ? "nothing" : text}`,
    "give the array or object a type where it is made, or make it with its numbers",
  );
}

/** The type that the place of an expression asks for, where it asks for one. */
export function contextualTy(site: Site, node: ts.Expression): Ty | undefined {
  const type = site.ctx.checker.getContextualType(node);
  if (type === undefined || type.flags & nowhere) return undefined;
  return site.ctx.tyOf(type, node);
}

const nowhere =
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown |
  ts.TypeFlags.Never |
  ts.TypeFlags.Void |
  ts.TypeFlags.TypeParameter;

const nothing =
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void |
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown;

/** May a value of this type be undefined or null? */
export const mayBeNil = (type: ts.Type): boolean =>
  type.isUnion()
    ? type.types.some((one) => (one.flags & nothing) !== 0)
    : (type.flags & nothing) !== 0;

/**
 * The value as one of type `want`: wrapped or unwrapped where only "or nothing" differs. That TypeScript accepted the
 * program says that the value may stand there; what the IR cannot say so is refused.
 */
export function coerce(
  site: Site,
  node: ts.Node,
  value: Value,
  want: Ty,
): Value {
  const have = value.ty;
  const kept = keptAs(site, node, value, want);
  if (kept !== undefined) return kept;
  if (
    (standsFor(have, want) && !isOtherClass(site, have, want)) ||
    (holdsTag(site, value) &&
      !site.ctx.kept.isIn(want) &&
      hasFieldsOf(site, have, want))
  ) {
    noteNarrowed(site, node, have, want);
    return value;
  }
  // { lo: number } | undefined, where { lo?: number } | undefined is expected
  if (
    isMaybe(value) &&
    want.kind === "maybe" &&
    want.of.kind === "record" &&
    (want.nil === "both" || want.nil === value.ty.nil)
  )
    return presentAs(site, node, value, want, (own) =>
      coerce(site, node, own, want.of),
    );
  if (want.kind === "maybe" && have.kind !== "maybe") {
    const inner = coerce(site, node, value, want.of);
    return op(site, node, "wrap", [inner], want);
  }
  if (want.kind !== "maybe" && have.kind === "maybe") {
    const inner = op(site, node, "unwrap", [value], have.of);
    return coerce(site, node, inner, want);
  }
  // `number | string`, where typeof has told which it is
  if (have.kind === "opaque" && (want.kind === "num" || want.kind === "bool"))
    return emit(site, node, "opaque", [value], want, {
      parts: ["", ` as ${describeTy(want)}`],
      needs: [],
      effect: "none",
    });
  if (want.kind === "opaque" && have.kind === "num")
    refuseLost(site, node, want);
  if (want.kind === "opaque" && isScalar(have))
    return emit(site, node, "opaque", [value], want, {
      parts: ["", ""],
      needs: [],
      effect: "none",
    });
  // `const left: never = shape` where all kinds of shapes are done: nobody computes with it any more
  if (want.kind === "opaque" && want.text === "never")
    return emit(site, node, "opaque", [value], want, {
      parts: ["", " as never"],
      needs: [],
      effect: "none",
    });
  // ["lin", "quad"] as const, where readonly Mode[] is expected: words, which nobody changes there
  if (
    have.kind === "record" &&
    have.tuple &&
    want.kind === "array" &&
    want.elem.kind === "opaque" &&
    have.fields.every((field) => field.ty.kind === "opaque")
  ) {
    const elems = have.fields.map((field) =>
      emit(site, node, "getField", [value], field.ty, { field: field.name }),
    );
    return emit(site, node, "arrayLit", elems, want, {});
  }
  // some([]): a list of nothing, which nobody adds to
  if (isOfNothing(have) && want.kind === "array" && want.readonly)
    return emit(site, node, "arrayLit", [], want, {});
  const converted =
    want.kind === "record" ? convertRecord(site, node, value, want) : undefined;
  if (converted !== undefined) return converted;
  if (have.kind === "record" && holdsTag(site, value)) {
    noteLiteralAt(site, node, have);
    return site.ctx.refuse(
      node,
      "DC2102",
      `an object with functions or accessors of its own stands where one of type ${describeTy(want)} is expected`,
      "write a class for it",
    );
  }
  // a list of two of the kinds, where one of all of them is expected: `new Group([new Disc(r), new Box(w)])` in a list
  if (have.kind === "array" && want.kind === "array")
    if (have.elem.kind === "record" && want.elem.kind === "record")
      keepTogether(site, have.elem, want.elem);
  if (have.kind === "record") noteLiteralAt(site, node, have);
  return site.ctx.refuse(
    node,
    "DC2102",
    `a value of type ${describeTy(have)} stands where one of type ${describeTy(want)} is expected`,
    "build a value of exactly that type, with all its fields in the declared order",
  );
}

/** `never[]` */
const isOfNothing = (ty: Ty): boolean =>
  ty.kind === "array" &&
  ty.store === "js" &&
  ty.elem.kind === "opaque" &&
  ty.elem.text === "never";

/** What holds functions has them in addition; the fields that its place asks for are there, and it is of that class. */
/** A literal that is kept with instances may be one itself. */
export function noteLiteralAt(
  { ctx }: Site,
  node: ts.Node,
  have?: RecordTy,
): void {
  const types = [ctx.checker.getTypeAtLocation(node)];
  const made = have && ctx.classes.typeOf(have);
  if (made !== undefined) types.push(made);
  for (const { symbol } of types) {
    const literal = (symbol as ts.Symbol | undefined)?.valueDeclaration;
    if (literal && ts.isObjectLiteralExpression(literal))
      ctx.noteLiteral(literal);
  }
}

function hasFieldsOf(site: Site, have: Ty, want: Ty): boolean {
  if (have.kind !== "record" || want.kind !== "record") return true;
  return (
    want.fields.every(({ name }) => fieldOf(have, name) !== undefined) &&
    !isOtherClass(site, have, want)
  );
}

/** An instance of another class has other methods, whatever fields it has. */
function isOtherClass(
  site: Site,
  have: Ty,
  want: Ty,
  above: Compared = [],
): boolean {
  const { classes } = site.ctx;
  let pairs: Compared | undefined = above;
  const inner = (a: Ty, b: Ty): boolean =>
    isOtherClass(site, a, b, pairs ?? above);
  if (have === want) return false;
  if (have.kind === "maybe" && want.kind === "maybe")
    return inner(have.of, want.of);
  if (have.kind === "array" && want.kind === "array")
    return inner(have.elem, want.elem);
  if (have.kind === "table" && want.kind === "table")
    return inner(have.elem, want.elem);
  if (have.kind !== "record" || want.kind !== "record") return false;
  pairs = withPair(above, have, want);
  if (pairs === undefined) return false;
  const isInner = want.fields.some((field) => {
    const own = fieldOf(have, field.name);
    return own !== undefined && inner(own.ty, field.ty);
  });
  if (isInner) return true;
  const { kept } = site.ctx;
  if (kept.isUsed && kept.kindOf(have) !== kept.kindOf(want)) return true;
  const a = classes.instanceOf(have)?.symbol;
  const b = classes.instanceOf(want)?.symbol;
  if (b !== undefined) return a !== b;
  const family = classes.familyOf(want);
  return (
    family !== undefined &&
    (classes.familyOf(have) === undefined || isStranger(site, have, want))
  );
}

/** The same type, or a record with more fields or with its fields in another order. */
export function standsFor(have: Ty, want: Ty, above: Compared = []): boolean {
  if (have.kind === "opaque" && want.kind === "opaque") return true;
  if (have.kind === "maybe" && want.kind === "maybe")
    return standsFor(have.of, want.of, above);
  if (have.kind === "array" && want.kind === "array")
    return have.store === want.store && standsFor(have.elem, want.elem, above);
  if (have.kind === "table" && want.kind === "table")
    return have.form === want.form && standsFor(have.elem, want.elem, above);
  if (have.kind !== "record" || want.kind !== "record")
    return sameTy(have, want);
  const pairs = withPair(above, have, want);
  if (pairs === undefined) return true;
  return (
    have.tuple === want.tuple &&
    want.fields.every((field) => {
      const given = fieldOf(have, field.name);
      return given !== undefined && standsFor(given.ty, field.ty, pairs);
    })
  );
}

export const isScalar = (ty: Ty): boolean =>
  ty.kind === "num" || ty.kind === "bool" || ty.kind === "opaque";

/** Only nothing: `undefined` or `null` as a value of the type that its place asks for. */
export function nothingOf(
  site: Site,
  node: ts.Node,
  value: undefined | null,
  want: Ty,
): Value {
  if (want.kind === "maybe" || want.kind === "opaque")
    return constant(site, node, value, want);
  return at(site, node).poison(want);
}

/** Refuses to write into memory that belongs to the module. */
export function refuseModuleWrite(
  site: Site,
  node: ts.Node,
  memory: Value,
): void {
  if (!site.facts.ofModule.has(memory)) return;
  site.ctx.refuse(
    node,
    "DC2005",
    "this writes into an array or object of the module, which lives on from call to call",
    "copy it into a local one first, or pass it as a parameter and return what it holds",
  );
}
