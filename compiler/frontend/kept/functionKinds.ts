import { ts } from "ts-morph";
import { maybe, type Ty } from "../../ir/types.js";
import { functionOrPlain } from "../types/functionTypes.js";
import type { TypeProblem } from "../types/typeProblem.js";

export type ReadTy = (type: ts.Type) => Ty | TypeProblem;

/** What calls a function: its parameters and what it gives. Functions that are called alike have the same key. */
interface FunctionKind {
  readonly key: string;
  readonly params: readonly { readonly name: string; readonly ty: Ty }[];
  readonly result: Ty | undefined;
  /** What a value is that is no function: `number | (() => number)`. */
  readonly plain: Ty | undefined;
}

interface FunctionKinds {
  /** Functions among the parameters, and what it gives where that is one. */
  within(type: ts.Type): readonly ts.Type[];
  /** Undefined for what is no plain function type. */
  of(type: ts.Type, read: ReadTy): FunctionKind | undefined;
}

export function newFunctionKinds(
  checker: ts.TypeChecker,
  inMemory: (type: ts.Type, read: ReadTy) => Ty | TypeProblem,
  /** What stands for the records of kept functions, whose fields are found on the way. */
  nameOf: (ty: Ty) => string | undefined,
): FunctionKinds {
  const open: ts.Type[] = [];
  return { of, within };

  function within(type: ts.Type): readonly ts.Type[] {
    const signature = plainSignature(functionOrPlain(type)?.fn ?? type);
    if (signature === undefined) return [];
    return [
      ...signature.getParameters().map((one) => checker.getTypeOfSymbol(one)),
      checker.getReturnTypeOfSignature(signature),
    ].filter(
      (one) => checker.getNonNullableType(one).getCallSignatures().length > 0,
    );
  }

  function of(type: ts.Type, read: ReadTy): FunctionKind | undefined {
    const union = functionOrPlain(type);
    const signature = plainSignature(union?.fn ?? type);
    if (signature === undefined) return undefined;
    // a type that leads back to itself goes by its text there
    if (open.includes(type)) return undefined;
    open.push(type);
    try {
      const kind = kindOf(signature, read);
      if (kind === undefined || union === undefined) return kind;
      const plain = inMemory(union.plain, read);
      if (plain.kind === "problem" || plain.kind === "opaque") return undefined;
      const key = `${textOf(plain, nameOf)} | ${kind.key}`;
      return { ...kind, key, plain };
    } finally {
      open.pop();
    }
  }

  function kindOf(
    signature: ts.Signature,
    read: ReadTy,
  ): FunctionKind | undefined {
    const params: FunctionKind["params"][number][] = [];
    for (const parameter of signature.getParameters()) {
      const decl = parameter.valueDeclaration;
      if (decl && ts.isParameter(decl) && decl.dotDotDotToken) return undefined;
      const ty = inMemory(checker.getTypeOfSymbol(parameter), read);
      if (ty.kind === "problem") return undefined;
      const isOptional = decl && ts.isParameter(decl) && isLeftOut(decl);
      params.push({ name: parameter.name, ty: isOptional ? maybe(ty) : ty });
    }
    const given = checker.getReturnTypeOfSignature(signature);
    const isNothing = (given.flags & nothing) !== 0;
    const result = isNothing ? undefined : inMemory(given, read);
    if (result?.kind === "problem") return undefined;
    const parts = params.map(({ ty }) => textOf(ty, nameOf));
    const gives = result ? textOf(result, nameOf) : "void";
    const key = `(${parts.join(", ")}) => ${gives}`;
    return { key, params, result, plain: undefined };
  }

  /** Without type parameters, overloads and properties. */
  function plainSignature(type: ts.Type): ts.Signature | undefined {
    const [signature, ...others] = type.getCallSignatures();
    const isPlain =
      others.length === 0 &&
      type.getConstructSignatures().length === 0 &&
      !signature?.typeParameters?.length &&
      checker.getPropertiesOfType(type).length === 0;
    return isPlain ? signature : undefined;
  }
}

const isLeftOut = (decl: ts.ParameterDeclaration): boolean =>
  decl.questionToken !== undefined || decl.initializer !== undefined;

const nothing = ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;

/** Tells types apart. */
function textOf(
  ty: Ty,
  nameOf: (ty: Ty) => string | undefined,
  above: readonly Ty[] = [],
): string {
  const inner = (one: Ty): string => textOf(one, nameOf, [...above, ty]);
  switch (ty.kind) {
    case "array":
      return `${ty.store}[${inner(ty.elem)}]`;
    case "table":
      return `${ty.form}(${inner(ty.key)}, ${inner(ty.elem)})`;
    case "maybe":
      return `${inner(ty.of)}?`;
    case "record": {
      if (above.includes(ty)) return `^${above.indexOf(ty)}`;
      // while such a type is being read, its fields are not known yet
      if (ty.recursive && ty.called && !nameOf(ty)) return `~${ty.called}`;
      const fields = ty.fields.map((one) => `${one.name}: ${inner(one.ty)}`);
      return nameOf(ty) ?? `{${fields.join("; ")}}`;
    }
    case "opaque":
      return ty.text;
    default:
      return ty.kind;
  }
}
