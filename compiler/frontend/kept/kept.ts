import type { ts } from "ts-morph";
import {
  bare,
  maybe,
  recursiveRecord,
  sameTy,
  someTy,
  str,
  type Field,
  type RecordTy,
  type Ty,
} from "../../ir/types.js";
import type { Instance } from "../classes.js";
import type { TypeEnv } from "../types/types.js";
import { newFunctionKinds, type ReadTy } from "./functionKinds.js";

/**
 * Functions in memory: in lists that grow, in fields of objects in lists, under names that only the running program
 * knows. There a function is a record: which function it is, and the values of the variables that it sees. A call of it
 * is a call of one function that asks the record which one that is.
 *
 * Which functions come together in memory is known only when all of the file has been read. A file that needs such
 * records is read again until nothing new is found; one that does not need them never sees them.
 */
export interface Kept {
  /** How a function of that type is kept: undefined where none is. */
  ofType(type: ts.Type, read: ReadTy): Ty | undefined;
  /** Functions of that type are kept from now on. */
  want(type: ts.Type, read: ReadTy): void;
  /** The kind of functions for which a record stands. */
  kindOf(ty: Ty): Kind | undefined;
  /** Are there such records in values of the type? */
  isIn(ty: Ty): boolean;
  /** The same function with other values of its variables is of the same shape. */
  shapeOf(kind: Kind, made: Omit<Shape, "tag" | "slots">, tag: string): Shape;
  /** The code of all that is kept. */
  bodies(): readonly ts.FunctionLikeDeclaration[];
  /** The functions that call what is kept, of kinds of which there is no function. */
  idleCallers(): readonly string[];
  readonly isUsed: boolean;
  /** Has something been found that those who were read before did not know? */
  readonly isStale: boolean;
  /** The file is read once more. */
  start(): void;
}

/** Functions of one type, which may come together in one list. */
export interface Kind {
  readonly name: string;
  readonly record: RecordTy;
  readonly shapes: readonly Shape[];
  readonly params: readonly { readonly name: string; readonly ty: Ty }[];
  readonly result: Ty | undefined;
  /** What a value is that is no function, where there are such: `number | (() => number)`. */
  readonly plain: Ty | undefined;
  /** The function that calls them, in this reading. */
  caller: string | undefined;
}

/** A function, and what it needs beside its arguments. */
export interface Shape {
  readonly tag: string;
  readonly code: KeptCode;
  readonly captures: readonly Capture[];
  /** Where in the record each of its captures is. */
  readonly slots: readonly string[];
  /** Functions that it sees, of which each needs nothing itself. */
  readonly fixed: readonly Fixed[];
}
export type KeptCode =
  | {
      readonly kind: "code";
      readonly decl: ts.FunctionLikeDeclaration;
      /** What its types mean. */
      readonly env: TypeEnv;
    }
  | { readonly kind: "math"; readonly member: string }
  | { readonly kind: "library"; readonly name: string }
  /** No function, but the value that may stand in its place. */
  | { readonly kind: "plain" };
export interface Capture {
  readonly symbol: ts.Symbol;
  readonly name: string;
  readonly ty: Ty;
  /** Of `this`. */
  readonly instance?: Instance;
}
export interface Fixed {
  readonly symbol: ts.Symbol;
  readonly name: string;
  /** The function itself, or undefined where it is known that there is none. */
  readonly code: Exclude<KeptCode, { kind: "plain" }> | "itself" | undefined;
}

/** The field that says which function it is. */
export const tagName = "fn";

interface OwnKind extends Kind {
  shapes: Shape[];
  params: Kind["params"];
  result: Ty | undefined;
  readonly slots: { readonly name: string; readonly ty: Ty }[];
}

export function newKept(checker: ts.TypeChecker): Kept {
  const kinds = new Map<string, OwnKind>();
  const byRecord = new WeakMap<RecordTy, OwnKind>();
  let isStale = false;
  const kindOf: Kept["kindOf"] = (ty) => {
    const of = bare(ty);
    return of.kind === "record" ? byRecord.get(of) : undefined;
  };
  const functionKinds = newFunctionKinds(
    checker,
    inMemory,
    (ty) => kindOf(ty)?.name,
  );
  return {
    ofType,
    want,
    kindOf,
    isIn: (ty) =>
      kinds.size > 0 && someTy(ty, (one) => kindOf(one) !== undefined),
    shapeOf,
    bodies: () =>
      [...kinds.values()].flatMap(({ shapes }) =>
        shapes.flatMap(({ code }) => (code.kind === "code" ? code.decl : [])),
      ),
    idleCallers: () =>
      [...kinds.values()].flatMap(({ shapes, caller }) =>
        shapes.length === 0 && caller !== undefined ? [caller] : [],
      ),
    get isUsed() {
      return kinds.size > 0;
    },
    get isStale() {
      return isStale;
    },
    start() {
      isStale = false;
      for (const kind of kinds.values()) kind.caller = undefined;
    },
  };

  function inMemory(type: ts.Type, read: ReadTy): ReturnType<ReadTy> {
    return ofType(type, read) ?? read(type);
  }

  function ofType(given: ts.Type, read: ReadTy): Ty | undefined {
    if (kinds.size === 0) return undefined;
    const type = checker.getNonNullableType(given);
    const found = functionKinds.of(type, read);
    const kind = found && kinds.get(found.key);
    if (found === undefined || kind === undefined) return undefined;
    kind.params = found.params;
    kind.result = found.result;
    return type === given ? kind.record : maybe(kind.record);
  }

  function want(given: ts.Type, read: ReadTy): void {
    const type = checker.getNonNullableType(given);
    // functions that go into one are kept, too
    for (const one of functionKinds.within(type))
      if (one !== type) want(one, read);
    const found = functionKinds.of(type, read);
    if (found === undefined || kinds.has(found.key)) return;
    const { params, result, plain } = found;
    const name = nameFor(type);
    const record = recursiveRecord({ tuple: false, called: name }, () => []);
    const kind: OwnKind = {
      name,
      record,
      shapes: [],
      params,
      result,
      plain,
      slots: [],
      caller: undefined,
    };
    kinds.set(found.key, kind);
    byRecord.set(record, kind);
    layOut(kind);
    isStale = true;
  }

  function nameFor(type: ts.Type): string {
    const given = type.aliasSymbol?.name ?? "Fn";
    const taken = new Set([...kinds.values()].map(({ name }) => name));
    let name = given;
    for (let k = 2; taken.has(name); k++) name = `${given}${k}`;
    return name;
  }

  function shapeOf(
    given: Kind,
    made: Omit<Shape, "tag" | "slots">,
    tag: string,
  ): Shape {
    const kind = given as OwnKind;
    const known = kind.shapes.find((one) => isSameShape(one, made));
    if (known !== undefined) return known;
    const taken = new Set(kind.shapes.map((one) => one.tag));
    let own = tag;
    for (let k = 2; taken.has(own); k++) own = `${tag}${k}`;
    const shape: Shape = { ...made, tag: own, slots: slotsFor(kind, made) };
    kind.shapes.push(shape);
    for (const one of kinds.values()) layOut(one);
    isStale = true;
    return shape;
  }

  /** A place in the record for each capture: one that others have too, where its name and type are theirs. */
  function slotsFor(
    { slots }: OwnKind,
    { captures }: Pick<Shape, "captures">,
  ): string[] {
    const used = new Set<string>([tagName]);
    return captures.map(({ name, ty }) => {
      for (let k = 1; ; k++) {
        const own = k === 1 ? name : `${name}${k}`;
        if (used.has(own)) continue;
        const slot = slots.find((one) => one.name === own);
        if (slot !== undefined && !sameTy(bare(slot.ty), bare(ty))) continue;
        used.add(own);
        if (slot === undefined) slots.push({ name: own, ty });
        return own;
      }
    });
  }

  function layOut({ record, shapes, slots }: OwnKind): void {
    const fields: Field[] = [{ name: tagName, ty: str }];
    for (const slot of slots) {
      const holders = shapes.filter((one) => one.slots.includes(slot.name));
      const isMaybe = shapes.some((one) =>
        one.captures.some(
          ({ ty }, k) => one.slots[k] === slot.name && ty.kind === "maybe",
        ),
      );
      const isEverywhere = holders.length === shapes.length;
      fields.push({
        name: slot.name,
        ty: isMaybe || !isEverywhere ? maybe(slot.ty) : slot.ty,
        ...(isEverywhere ? {} : { optional: true }),
      });
    }
    Object.assign(record, { fields });
    const isRecursive = fields.some(({ ty }) => leadsTo(ty, record, new Set()));
    const own = record as { recursive?: true };
    delete own.recursive;
    if (isRecursive) own.recursive = true;
  }
}

function leadsTo(ty: Ty, target: RecordTy, seen: Set<Ty>): boolean {
  if (ty === target) return true;
  if (seen.has(ty)) return false;
  seen.add(ty);
  switch (ty.kind) {
    case "array":
    case "table":
      return leadsTo(ty.elem, target, seen);
    case "maybe":
      return leadsTo(ty.of, target, seen);
    case "record":
      return ty.fields.some((one) => leadsTo(one.ty, target, seen));
    default:
      return false;
  }
}

function isSameShape(
  a: Omit<Shape, "tag" | "slots">,
  b: Omit<Shape, "tag" | "slots">,
): boolean {
  return (
    isSameCode(a.code, b.code) &&
    a.captures.length === b.captures.length &&
    a.captures.every((one, k) => {
      const other = b.captures[k];
      return (
        other !== undefined &&
        one.symbol === other.symbol &&
        sameTy(one.ty, other.ty)
      );
    }) &&
    a.fixed.length === b.fixed.length &&
    a.fixed.every((one, k) => {
      const other = b.fixed[k];
      return one.symbol === other?.symbol && isSameCode(one.code, other.code);
    })
  );
}

function isSameCode(
  a: KeptCode | Fixed["code"],
  b: KeptCode | Fixed["code"],
): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === "itself" || b === "itself") return a === b;
  if (a.kind === "math") return b.kind === "math" && a.member === b.member;
  if (a.kind === "plain" || b.kind === "plain") return a.kind === b.kind;
  if (a.kind === "library") return b.kind === "library" && a.name === b.name;
  return b.kind === "code" && a.decl === b.decl && isSameEnv(a.env, b.env);
}

function isSameEnv(a: TypeEnv, b: TypeEnv): boolean {
  if (a === b) return true;
  return (
    a.size === b.size &&
    [...a].every(([type, ty]) => {
      const other = b.get(type);
      if (other === undefined) return false;
      if (ty.kind === "problem" || other.kind === "problem")
        return ty.kind === other.kind;
      return sameTy(ty, other);
    })
  );
}
