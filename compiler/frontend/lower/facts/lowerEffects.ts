import { ts } from "ts-morph";
import { classOf, membersNamed, membersOfType } from "../../classes.js";
import { isMadeHere } from "../arrays/distinctArrays.js";
import { ownField } from "../arrays/ownLists.js";
import { nilFlags } from "../../types/typeKinds.js";
import { calleeOf, functionOf } from "../../syntax/callee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
  symbolOf,
} from "../../syntax/scan.js";

/** What a piece of source may do to memory, seen from its syntax: by kinds of arrays and names of fields. */
export interface Effects {
  readonly stores: readonly Touch[];
  /** push, pop and the like */
  readonly sizes: readonly Touch[];
  readonly fields: ReadonlySet<string>;
  /** The arrays among them that may get shorter, and Maps and Sets. */
  readonly shrunk: readonly Touch[];
  /** All functions that may be called: they may assign variables that they share with the function at hand. */
  readonly functions: ReadonlySet<ts.Node>;
}

export interface Touch {
  /** Kind of the array, see `memoryKey`. */
  readonly key: string;
  /** The variable that holds the array, where it is one of this function. */
  readonly root: ts.Symbol | undefined;
  /** The field in `this.stack`, in whatever function. */
  readonly field: ts.Symbol | undefined;
  /** The access that is stored to, where it is one of this function. */
  readonly access: ts.ElementAccessExpression | undefined;
  /** In a function that is called: where it is, and the variable that holds the array there. */
  readonly called?: {
    readonly fn: ts.FunctionLikeDeclaration;
    readonly root: ts.Symbol;
  };
}

/** Arrays with different keys are never the same array, where both are told: see `mayBeOne`. */
export function memoryKey(checker: ts.TypeChecker, type: ts.Type): string {
  const plain = checker.getNonNullableType(type);
  const elem = checker.isArrayLikeType(plain)
    ? checker.getIndexTypeOfType(plain, ts.IndexKind.Number)
    : undefined;
  if (elem !== undefined) return `${list}${memoryKey(checker, elem)}`;
  if (plain.flags & ts.TypeFlags.NumberLike) return "number";
  if (plain.flags & ts.TypeFlags.StringLike) return "string";
  if (plain.flags & ts.TypeFlags.BooleanLike) return "boolean";
  const typed =
    /^(?:Readonly<)?((?:Float|Int|Uint)\d+(?:Clamped)?Array)\b/.exec(
      checker.typeToString(plain),
    );
  return typed?.[1] ?? (isUntold(type) ? anything : "object");
}

/** What a type parameter stands for, or nobody says. */
const anything = "?";
const untold =
  ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Instantiable;

const isUntold = (type: ts.Type): boolean =>
  type.isUnionOrIntersection()
    ? type.types.some(isUntold)
    : (type.flags & untold) !== 0;

/** May arrays with these keys be one? `items: T[]` may be a `number[]`. */
export function mayBeOne(a: string, b: string): boolean {
  if (a === anything || b === anything) return true;
  const isList = a.startsWith(list) && b.startsWith(list);
  return isList
    ? mayBeOne(a.slice(list.length), b.slice(list.length))
    : a === b;
}

const list = "array of ";

export const isGrowing = (key: string): boolean =>
  key === anything || key.startsWith(list);

const sizing: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
]);
const rewriting: ReadonlySet<string> = new Set([
  "fill",
  "set",
  "sort",
  "reverse",
  "copyWithin",
]);

/** Of a Map or a Set. */
const takesOut: ReadonlySet<string> = new Set(["delete", "clear"]);

export function effectsOf(
  checker: ts.TypeChecker,
  nodes: readonly (ts.Node | undefined)[],
  /** What may be called where it cannot be seen from the syntax which function that is. */
  made: readonly ts.Node[] = [],
): Effects {
  const stores: Touch[] = [];
  const sizes: Touch[] = [];
  const shrunk: Touch[] = [];
  const fields = new Set<string>();
  const seen = new Set<ts.Node>();

  /** The function that is looked through; undefined in the code at hand. */
  let around: ts.FunctionLikeDeclaration | undefined;

  const touch = (
    array: ts.Expression,
    access: ts.ElementAccessExpression | undefined,
    inside: boolean,
  ): Touch => {
    const root = bareExpression(array);
    const named =
      around && ts.isIdentifier(root) ? symbolOf(checker, root) : undefined;
    return {
      ...(around && named ? { called: { fn: around, root: named } } : {}),
      key: memoryKey(checker, checker.getTypeAtLocation(array)),
      root:
        inside && ts.isIdentifier(root) ? symbolOf(checker, root) : undefined,
      access: inside ? access : undefined,
      field: ownField(checker, array),
    };
  };

  function visit(node: ts.Node, inside: boolean): void {
    eachWritten(node, (target) => {
      if (ts.isElementAccessExpression(target))
        stores.push(touch(target.expression, target, inside));
      else if (ts.isPropertyAccessExpression(target)) {
        fields.add(target.name.text);
        // a vector may have a field of that name
        if (target.name.text === "length" && mayBeArray(target.expression)) {
          const cut = touch(target.expression, undefined, inside);
          sizes.push(cut);
          shrunk.push(cut);
        }
      }
    });
    eachNode(node, (one) => {
      if (ts.isCallExpression(one)) visitCall(one, inside);
      else if (ts.isIdentifier(one)) visitName(one);
      if (ts.isPropertyAccessExpression(one)) visitMember(one);
      else visitNamed(one);
    });
  }

  function mayBeArray(node: ts.Expression): boolean {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
    const own = checker.getBaseConstraintOfType(type) ?? type;
    if (checker.isArrayLikeType(own) || isUntold(own)) return true;
    // T extends { length: number }
    return (
      isUntold(type) &&
      !own.isClass() &&
      checker
        .getPropertiesOfType(own)
        .every((one) => one.name in Array.prototype)
    );
  }

  function visitFunction(fn: ts.Node): void {
    if (seen.has(fn)) return;
    seen.add(fn);
    const before = around;
    around = ts.isFunctionLike(fn)
      ? (fn as ts.FunctionLikeDeclaration)
      : undefined;
    visit(fn, false);
    around = before;
  }

  /** A method or accessor, of whichever class. */
  function visitMember(access: ts.PropertyAccessExpression): void {
    membersOf(checker, access).forEach(visitFunction);
  }

  /** `vector["norm"]()`, `const { length } = vector`: whatever has that name. */
  function visitNamed(node: ts.Node): void {
    const name = ts.isElementAccessExpression(node)
      ? node.argumentExpression
      : ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)
        ? (node.propertyName ?? node.name)
        : undefined;
    if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)))
      if (!ts.isElementAccessExpression(node) || ts.isStringLiteralLike(name))
        membersNamed(checker, name.text).forEach(visitFunction);
  }

  /** A function that is mentioned may be called, and of a class instances be made. */
  function visitName(name: ts.Identifier): void {
    const symbol = definedSymbol(checker, name);
    const made = symbol && classOf(symbol);
    if (made?.getSourceFile().isDeclarationFile === false) visitClass(made);
    const isValue = ts.SymbolFlags.Variable | ts.SymbolFlags.Function;
    if (symbol === undefined || !(symbol.flags & isValue)) return;
    const fn = functionOf(checker, symbol);
    if (fn !== undefined) visitFunction(fn);
  }

  /** What runs where an instance is made; the rest runs where it is asked for by its name. */
  function visitClass(decl: ts.ClassLikeDeclaration): void {
    if (seen.has(decl)) return;
    seen.add(decl);
    for (const clause of decl.heritageClauses ?? []) visit(clause, false);
    for (const member of decl.members)
      if (!isAskedFor(member)) visitFunction(member);
  }

  function visitCall(call: ts.CallExpression, inside: boolean): void {
    const callee = calleeOf(checker, call);
    if (callee.kind === "function") return visitFunction(callee.decl);
    if (callee.kind === "closure" || callee.kind === "other")
      made.forEach(visitFunction);
    const access = call.expression;
    if (!ts.isPropertyAccessExpression(access)) return;
    const method = access.name.text;
    // Nobody else has what is made on the spot: `[...xs].pop()`.
    if (isMadeHere(access.expression, checker)) return;
    if (sizing.has(method)) {
      const sized = touch(access.expression, undefined, inside);
      sizes.push(sized);
      stores.push(sized);
      if (mayShorten(method, call)) shrunk.push(sized);
    } else if (takesOut.has(method)) {
      const less = touch(access.expression, undefined, inside);
      shrunk.push(less);
      stores.push(less);
    } else if (rewriting.has(method))
      stores.push({
        ...touch(access.expression, undefined, inside),
        // it stays as long as it is
        key: memoryKey(checker, checker.getTypeAtLocation(access.expression)),
      });
  }

  for (const node of nodes) if (node !== undefined) visit(node, true);
  return { stores, sizes, shrunk, fields, functions: seen };
}

/** A method or accessor that only its name leads to; others, as `[Symbol.iterator]`, the language itself calls. */
const isAskedFor = (member: ts.ClassElement): boolean =>
  (ts.isMethodDeclaration(member) || ts.isAccessor(member)) &&
  ts.isIdentifier(member.name) &&
  !calledUnseen.has(member.name.text);

const calledUnseen: ReadonlySet<string> = new Set([
  "toJSON",
  "toString",
  "valueOf",
]);

/** `push` and `unshift` do not, nor does `splice(i, 0, v)`. */
function mayShorten(method: string, call: ts.CallExpression): boolean {
  if (method === "push" || method === "unshift") return false;
  const count = call.arguments[1];
  const onlyPutsIn =
    method === "splice" &&
    count !== undefined &&
    ts.isNumericLiteral(count) &&
    Number(count.text) === 0;
  return !onlyPutsIn;
}

/** The members of classes that an access may run: none where an array, a number or a text is asked. */
export function membersOf(
  checker: ts.TypeChecker,
  access: ts.PropertyAccessExpression,
): readonly ts.FunctionLikeDeclaration[] {
  if (membersNamed(checker, access.name.text).length === 0) return [];
  const owner = checker.getTypeAtLocation(access.expression);
  if (!["object", anything].includes(memoryKey(checker, owner))) return [];
  const members = membersOfType(checker, access.name.text, owner);
  // what is no function is a field or an accessor, and no method of that name
  return mayBeFunction(checker, access)
    ? members
    : members.filter((one) => ts.isAccessor(one));
}

const data =
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.StringLike |
  ts.TypeFlags.BooleanLike |
  nilFlags;

function mayBeFunction(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
  const parts = type.isUnion() ? type.types : [type];
  return !parts.every(
    (part) => part.flags & data || checker.isArrayLikeType(part),
  );
}
