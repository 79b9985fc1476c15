import { ts } from "ts-morph";
import {
  bare,
  holdsFloat,
  isUnfinished,
  maybe,
  recordOf,
  sameTy,
  type Field,
  type RecordTy,
  type Ty,
} from "../../ir/types.js";
import {
  classOf,
  fieldNameOf,
  isConstantOfAll,
  isContract,
  isKind,
  tagField,
  type Classes,
  type Instance,
} from "../classes.js";
import { isMethod } from "./functionTypes.js";
import { withoutLength } from "./tupleTypes.js";
import { eitherNumber } from "./typeKinds.js";
import type { TypeEnv } from "./types.js";
import type { TypeProblem } from "./typeProblem.js";

/** Types of instances: the record of a class's fields, and the record that stands for any of several classes. */
export interface ClassTypes {
  /** Of a type that is a class, or an interface that classes implement; undefined for other types. */
  ofClass(type: ts.Type): Ty | TypeProblem | undefined;
  /** The union of several records: all their fields, those that not all have may be missing. */
  merged(parts: readonly RecordTy[]): RecordTy | undefined;
}

export function newClassTypes(
  checker: ts.TypeChecker,
  classes: Classes,
  isUserSymbol: (symbol: ts.Symbol) => boolean,
  env: TypeEnv,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
  /** Are there object literals, too, that stand for what is of the interface? */
  isServedByLiterals: (contract: ts.Type) => boolean,
  /** A function as objects hold it. */
  keptFunction: (type: ts.Type) => Ty | undefined,
): ClassTypes {
  return { ofClass, merged };

  function ofClass(type: ts.Type): Ty | TypeProblem | undefined {
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol === undefined || !isUserSymbol(symbol)) return undefined;
    const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0;
    if (!isClass && !isServed(type, symbol)) return undefined;
    const concrete = classes.concreteOf(symbol);
    const [only] = concrete;
    if (isClass && concrete.length === 1 && only === symbol)
      return exact(type, symbol);
    const parts: RecordTy[] = [];
    for (const one of concrete) {
      const own =
        one === symbol
          ? exact(type, one)
          : exact(checker.getDeclaredTypeOfSymbol(one), one);
      // of a generic class nobody says what its parameters are: such an instance does not fit here
      if (own.kind === "problem" && one !== symbol && isGeneric(one)) continue;
      if (own.kind === "problem") return own;
      parts.push(own);
    }
    const literal =
      !isClass && isServedByLiterals(type) ? ofLiterals(type) : undefined;
    // last, for it is what is left where the object is of no class
    if (literal !== undefined) parts.push(literal);
    if (parts.length < 2) return parts[0];
    return merged(parts);
  }

  function isGeneric(symbol: ts.Symbol): boolean {
    return (classOf(symbol)?.typeParameters ?? []).length > 0;
  }

  /** An interface with methods that classes of the project implement. */
  function isServed(type: ts.Type, symbol: ts.Symbol): boolean {
    return (
      isContract(symbol) &&
      checker
        .getPropertiesOfType(type)
        .some((one) => one.flags & ts.SymbolFlags.Method) &&
      classes.concreteOf(symbol).length > 0
    );
  }

  /** Object literals of an interface: its fields, and its methods as functions that the object holds. */
  function ofLiterals(type: ts.Type): RecordTy | undefined {
    const fields: Field[] = [];
    const declared = new Map<string, readonly ts.Node[]>();
    for (const property of checker.getPropertiesOfType(type)) {
      const { name } = property;
      const own = checker.getTypeOfSymbol(property);
      const ty = isMethod(checker, property) ? keptFunction(own) : tyOf(own);
      // a function of which diffc does not say how it is kept
      if (ty === undefined || ty.kind === "problem") return undefined;
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      fields.push(optional ? { name, ty: maybe(ty), optional } : { name, ty });
      declared.set(name, property.declarations ?? []);
    }
    const ty = recordOf(fields, false, type.symbol.name);
    classes.noteFields(ty, declared);
    classes.note(ty, {
      type: inOwnNames(type, env),
      symbol: undefined,
      env: envOf(type),
      hidden: [],
      isLiteral: true,
    });
    return ty;
  }

  /** The fields of one class, those that it inherits first. */
  function exact(type: ts.Type, symbol: ts.Symbol): RecordTy | TypeProblem {
    const fields: Field[] = [];
    const hidden: Instance["hidden"][number][] = [];
    const declared = new Map<string, readonly ts.Node[]>();
    for (const property of fieldsOf(type)) {
      const name = fieldNameOf(property);
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const ty = tyOf(checker.getTypeOfSymbol(property));
      if (ty.kind === "problem")
        return ty.message.includes(" in field ")
          ? ty
          : { ...ty, message: `${ty.message}, in field ${property.name}` };
      fields.push(optional ? { name, ty: maybe(ty), optional } : { name, ty });
      declared.set(name, property.declarations ?? []);
      const [node] = property.declarations ?? [];
      if (node !== undefined && isHidden(node)) hidden.push({ name, node });
    }
    const ty = recordOf(fields, false, symbol.name);
    classes.noteFields(ty, declared);
    const own = inOwnNames(type, env);
    classes.note(ty, { type: own, symbol, env: envOf(type), hidden });
    return ty;
  }

  function fieldsOf(type: ts.Type): ts.Symbol[] {
    // a class that declares its constructor only tells the type of what every object inherits
    const all = checker
      .getPropertiesOfType(type)
      .filter(
        (one) => isField(one) && one.name !== tagField && !isConstantOfAll(one),
      );
    const place = (one: ts.Symbol): number => depthOf(one, type);
    return all.sort((a, b) => place(b) - place(a));
  }

  /** How far up a field is declared. */
  function depthOf(field: ts.Symbol, type: ts.Type): number {
    const owner = field.declarations?.[0]?.parent;
    let depth = 0;
    let at = type.symbol as ts.Symbol | undefined;
    while (at !== undefined) {
      const decl = classOf(at);
      if (decl === undefined || owner === decl || owner?.parent === decl)
        return depth;
      depth++;
      at = baseSymbol(decl);
    }
    return depth;
  }

  function baseSymbol(decl: ts.ClassLikeDeclaration): ts.Symbol | undefined {
    const [base] = checker.getBaseTypes(
      checker.getTypeAtLocation(decl) as ts.InterfaceType,
    );
    return base?.symbol;
  }

  /** What the type parameters of a class and of those above it mean in an instance. */
  function envOf(type: ts.Type): TypeEnv {
    const found = new Map(env);
    const visit = (one: ts.Type): void => {
      const target = (one as ts.TypeReference).target as
        ts.InterfaceType | undefined;
      const own = target ?? (one as ts.InterfaceType);
      if (target?.typeParameters !== undefined) {
        const args = checker.getTypeArguments(one as ts.TypeReference);
        // all at once: in a Pair<B, A> the arguments go by the names of the parameters
        const meant = args.map((arg) => resolved(arg, found));
        target.typeParameters.forEach((parameter, k) => {
          const arg = meant[k];
          if (arg !== undefined && args[k] !== parameter)
            found.set(parameter, arg);
        });
      }
      // what a mixin gives is an intersection, and has no name
      const symbol = one.symbol as ts.Symbol | undefined;
      if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Class)
        for (const base of checker.getBaseTypes(own)) visit(base);
    };
    visit(type);
    return found;
  }

  function resolved(type: ts.Type, known: TypeEnv): Ty | TypeProblem {
    return known.get(type) ?? tyOf(type);
  }

  function merged(parts: readonly RecordTy[]): RecordTy | undefined {
    const flat = parts.flatMap((part) => classes.familyOf(part) ?? [part]);
    if (flat.some(isUnfinished)) return undefined;
    const names = [
      ...new Set(flat.flatMap((p) => p.fields.map((f) => f.name))),
    ];
    // objects of which the tag does not tell what they hold
    if (flat.filter((p) => classes.instanceOf(p)?.isLiteral).length > 1)
      return undefined;
    const areClasses = flat.every((part) => isKind(classes.instanceOf(part)));
    const fields: Field[] = [];
    for (const name of names) {
      const own = flat.flatMap((p) => p.fields.filter((f) => f.name === name));
      const [first, ...others] = own;
      if (first === undefined) continue;
      let ty: Ty | undefined = bare(first.ty);
      let nil = own.find((one) => one.ty.kind === "maybe")?.ty;
      for (const other of others) ty = ty && common(ty, bare(other.ty));
      if (ty === undefined) return undefined;
      const optional =
        own.length < flat.length || own.some((one) => one.optional);
      if (optional) nil ??= maybe(ty);
      const whole = nil?.kind === "maybe" ? { ...nil, of: ty } : ty;
      fields.push(
        optional ? { name, ty: whole, optional } : { name, ty: whole },
      );
    }
    if (areClasses)
      fields.unshift({
        name: tagField,
        ty: { kind: "opaque", text: "unknown" },
      });
    const ty = recordOf(fields);
    classes.noteFields(ty, declaredIn(flat));
    classes.noteFamily(ty, flat);
    return ty;
  }

  function declaredIn(
    parts: readonly RecordTy[],
  ): Map<string, readonly ts.Node[]> {
    const all = new Map<string, readonly ts.Node[]>([[tagField, []]]);
    for (const part of parts)
      for (const [name, nodes] of classes.fieldsOf(part) ?? [])
        all.set(name, [...(all.get(name) ?? []), ...nodes]);
    return all;
  }

  /** One type for a field that several parts have. */
  function common(a: Ty, b: Ty): Ty | undefined {
    if (a.kind === "num" && b.kind === "num") return eitherNumber(a, b);
    if (sameTy(a, b)) return a;
    if (isUnfinished(a) || isUnfinished(b)) return undefined;
    if (a.kind === "record" && b.kind === "record" && a.tuple === b.tuple)
      return a.tuple ? undefined : merged([a, b]);
    // as const: lists of words of several lengths
    if (isEmptyTuple(a) && b.kind === "array") return withoutLength(b);
    if (isEmptyTuple(b) && a.kind === "array") return withoutLength(a);
    if (a.kind === "array" && b.kind === "array" && isWords(a) && isWords(b)) {
      const text = joined(a.elem, b.elem);
      const isReadonly = a.readonly ?? b.readonly;
      return {
        kind: "array",
        store: "js",
        elem: { kind: "opaque", text },
        ...(isReadonly && { readonly: true }),
      };
    }
    if (!holdsFloat(a) && !holdsFloat(b))
      return { kind: "opaque", text: joined(a, b) };
    const isScalar = (ty: Ty): boolean =>
      ty.kind === "num" || ty.kind === "opaque" || ty.kind === "bool";
    // `value: number` beside `value: string` is carried
    if (isScalar(a) && isScalar(b))
      return { kind: "opaque", text: joined(a, b) };
    if (a.kind === "array" && b.kind === "array" && a.store === b.store) {
      const elem = common(a.elem, b.elem);
      return elem && { kind: "array", store: a.store, elem };
    }
    return undefined;
  }
}

/**
 * A Pair<B, A> inside of Pair<A, B>. What its parameters mean is told apart, and then A means something else: the class as
 * it is declared says the same in those words.
 */
export function inOwnNames(type: ts.Type, env: TypeEnv): ts.Type {
  const { target } = type as ts.TypeReference;
  const parameters = (target as ts.InterfaceType | undefined)?.typeParameters;
  return parameters?.some((one) => env.has(one)) ? target : type;
}

const isEmptyTuple = (ty: Ty): boolean =>
  ty.kind === "record" && ty.tuple && ty.fields.length === 0;

const isWords = (ty: Ty): boolean =>
  ty.kind === "array" && ty.store === "js" && ty.elem.kind === "opaque";

function joined(a: Ty, b: Ty): string {
  const texts = [a, b].flatMap((ty) =>
    ty.kind === "opaque"
      ? ty.text.split(" | ")
      : [
          ty.kind === "num"
            ? "number"
            : ty.kind === "bool"
              ? "boolean"
              : "unknown",
        ],
  );
  return [...new Set(texts)].join(" | ");
}

/** A property that is kept in the object: no method, accessor or function. */
function isField(symbol: ts.Symbol): boolean {
  const kept = (symbol.flags & ts.SymbolFlags.Property) !== 0;
  const [decl] = symbol.declarations ?? [];
  if (!kept || decl === undefined) return false;
  const value = ts.isPropertyDeclaration(decl) ? decl.initializer : undefined;
  return !(
    value &&
    (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
  );
}

function isHidden(node: ts.Declaration): boolean {
  const isPrivateName =
    ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name);
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : [];
  return (
    isPrivateName ||
    modifiers?.some(
      (one) =>
        one.kind === ts.SyntaxKind.PrivateKeyword ||
        one.kind === ts.SyntaxKind.ProtectedKeyword,
    ) === true
  );
}
