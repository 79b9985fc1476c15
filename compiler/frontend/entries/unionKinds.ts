import { ts } from "ts-morph";
import type { TypeText } from "../../ir/ir.js";
import type { ArgumentCase, ArgumentTest } from "../../ir/program.js";
import {
  arrayOf,
  bool,
  f64Array,
  num,
  str,
  type ArrayStore,
  type Ty,
} from "../../ir/types.js";
import type { LowerContext } from "../context.js";
import { typedNames } from "../types/describeTy.js";
import { isNumeric } from "../types/typeKinds.js";
import { partsOf } from "../types/typeOrder.js";

/** One of the kinds of values that a type stands for. */
export interface Kind {
  readonly ty: Ty;
  readonly text: TypeText;
  readonly label: string;
  readonly type?: ts.Type;
  /** Absent for objects with plain fields, which are what is left. */
  readonly test?: ArgumentTest;
  readonly copies?: NonNullable<ArgumentCase["copies"]>;
  readonly isReadonly?: boolean;
}

/**
 * The kinds of values of `number | Vec`, of `number[] | Float64Array`, and of what any list is, `ArrayLike<number>`.
 * Undefined for a type that is read as one, and for one that has parts that are not read.
 */
export function kindsOf(
  ctx: LowerContext,
  type: ts.Type,
  at: ts.ParameterDeclaration,
): readonly Kind[] | undefined {
  const present = ctx.checker.getNonNullableType(type);
  const parts = present.isUnion() ? partsOf(present) : [present];
  const elements = parts.map((part) => elementOf(ctx, part, at));
  const isApart = present.isUnion() && ctx.tryTyOf(type).kind === "problem";
  const element = elements.find((one) => one !== undefined);
  if (!isApart && element === undefined) return undefined;
  const objects = parts.filter(
    (part, k) => !isScalar(part) && elements[k] === undefined,
  );
  const kinds: Kind[] = scalarKinds(parts);
  for (const part of objects) {
    const kind = kindOf(ctx, part, at);
    if (kind === undefined) return undefined;
    kinds.push(kind);
  }
  const isAny = element !== undefined || kinds.some(holdsIntegers);
  return isAny ? withLists(kinds, element, ctx, at) : kinds;
}

interface Element {
  readonly ty: Ty;
  readonly text: TypeText;
}

/** Of what `ArrayLike<number>` is a list. */
function elementOf(
  ctx: LowerContext,
  type: ts.Type,
  at: ts.Node,
): Element | undefined {
  const name = (type.symbol as ts.Symbol | undefined)?.name ?? "";
  if (!/^(ArrayLike|Iterable)$/.test(name)) return undefined;
  if (ctx.tryTyOf(type).kind !== "opaque") return undefined;
  const [of] = ctx.checker.getTypeArguments(type as ts.TypeReference);
  const ty = of && ctx.tryTyOf(of);
  if (of === undefined || ty === undefined || ty.kind === "problem")
    return undefined;
  const text = ctx.typeTextOf(of, at);
  const shown = /[^\w.<>[\]]/.test(text.text) ? `(${text.text})` : text.text;
  return { ty, text: { ...text, text: shown } };
}

const scalars = [
  ["number", isNumeric, num],
  [
    "string",
    (part: ts.Type) => (part.flags & ts.TypeFlags.StringLike) !== 0,
    str,
  ],
  [
    "boolean",
    (part: ts.Type) => (part.flags & ts.TypeFlags.BooleanLike) !== 0,
    bool,
  ],
] as const;

const isScalar = (type: ts.Type): boolean =>
  scalars.some(([, isOne]) => isOne(type));

/** Of strings it is enough to know that they are some: the original says which are allowed. */
function scalarKinds(parts: readonly ts.Type[]): Kind[] {
  return scalars.flatMap(([name, isOne, ty]): Kind[] => {
    const own = parts.filter(isOne);
    if (own.length === 0) return [];
    const words = own.map((part) =>
      part.isStringLiteral() ? JSON.stringify(part.value) : name,
    );
    const text = [...new Set(words)].join(" | ");
    return [
      {
        ty: name === "string" ? { kind: "opaque", text } : ty,
        text: plain(text),
        label: name.charAt(0).toUpperCase() + name.slice(1),
        test: { kind: "typeof", name },
        ...(own.length === 1 && own[0] ? { type: own[0] } : {}),
      },
    ];
  });
}

function kindOf(
  ctx: LowerContext,
  type: ts.Type,
  at: ts.ParameterDeclaration,
): Kind | undefined {
  const ty = ctx.tryTyOf(type);
  if (ty.kind === "array" && ty.store !== "js")
    return typedKind(ty.store, type);
  if (ty.kind !== "array" && ty.kind !== "record") return undefined;
  const text = ctx.typeTextOf(type, at);
  if (ty.kind === "array" || ty.tuple) {
    const isNested = ty.kind === "array" && ty.elem.kind === "array";
    return {
      ty,
      text,
      type,
      label: isNested ? "Arrays" : "Array",
      test: { kind: isNested ? "nested" : "array" },
      isReadonly: /^(readonly |Readonly)/.test(text.text),
    };
  }
  if (ctx.classes.familyOf(ty) !== undefined) return undefined;
  const symbol = ctx.classes.instanceOf(ty)?.symbol;
  const isNamed = ctx.classes.instanceOf(ty) === undefined || symbol;
  if (isNamed === undefined) return undefined;
  const label = ty.called ?? "Object";
  if (symbol === undefined) return { ty, text, type, label };
  if (!ctx.isExported(symbol)) return undefined;
  const of = ctx.bindingOf(symbol, at);
  return { ty, text, type, label, test: { kind: "instance", of } };
}

function typedKind(store: Exclude<ArrayStore, "js">, type?: ts.Type): Kind {
  const name = typedNames[store] ?? "Float64Array";
  return {
    ty: arrayOf(num, store),
    text: plain(name),
    label: name,
    test: { kind: "instance", of: name },
    ...(type === undefined ? {} : { type }),
  };
}

const holdsIntegers = ({ ty }: Kind): boolean =>
  ty.kind === "array" && !["js", "f64", "f32"].includes(ty.store);

const isFlatList = ({ ty }: Kind): boolean =>
  ty.kind === "array" && ty.elem.kind === "num" && ty.fixed === undefined;

/**
 * Any list: a Float64Array is one for itself, and all others are looked at as an array, copied where they are none. That is
 * only the same where nobody writes into it or gives it back.
 */
function withLists(
  kinds: readonly Kind[],
  elem: Element | undefined,
  ctx: LowerContext,
  at: ts.ParameterDeclaration,
): Kind[] | undefined {
  const symbol = ctx.checker.getSymbolAtLocation(at.name);
  if (symbol === undefined || !ctx.isOnlyRead(symbol)) return undefined;
  const others = kinds.filter((kind) => !isFlatList(kind));
  if (others.some(({ test }) => test === undefined || test.kind === "array"))
    return undefined;
  // only typed arrays: what is written for them may ask for what an array does not have
  const isTyped =
    kinds.some(isFlatList) && !kinds.some(({ label }) => label === "Array");
  if (isTyped && elem === undefined)
    return [
      ...others,
      {
        ...typedKind("f64"),
        ty: { ...f64Array, copied: true },
        label: "List",
        copies: "f64",
      },
    ];
  const of = elem ?? { ty: num, text: plain("number") };
  const own = of.ty.kind === "num" ? [typedKind("f64")] : [];
  const list: Kind = {
    ty: { ...arrayOf(of.ty), readonly: true, copied: true },
    text: { ...of.text, text: `readonly ${of.text.text}[]` },
    label: "List",
    copies: "js",
  };
  return [...others, ...own, list];
}

const plain = (text: string): TypeText => ({ text, needs: [] });
