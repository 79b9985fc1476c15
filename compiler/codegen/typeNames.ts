import type { RecordTy, Ty } from "../ir/types.js";
import { type Doc, flatText, group } from "./doc.js";
import { recordDoc } from "./types.js";

/**
 * Record types that a module writes out again and again get a name there. Whether that is worth a line is known only
 * when the module is printed: a draft is printed with marks in their place, the marks are counted, and then the module
 * is printed for good.
 */
export class TypeDraft {
  private readonly marked: RecordTy[] = [];
  private readonly markOf = new Map<string, string>();

  /** Was there any type that could get a name? Without one the draft is the text. */
  get isFinal(): boolean {
    return this.marked.length === 0;
  }

  typeName(ty: RecordTy): string | undefined {
    if (ty.called === undefined) return undefined;
    const key = keyOf(ty);
    const known = this.markOf.get(key);
    if (known !== undefined) return known;
    if (key.length < shortest && ty.recursive === undefined) return undefined;
    const mark = `${open}${this.marked.length}${close}`;
    this.markOf.set(key, mark);
    this.marked.push(ty);
    return mark;
  }

  /** The types that are worth a name, judged by the draft's text. */
  worthwhile(text: string): RecordTy[] {
    const mentions = new Map<string, number>();
    const add = (ty: RecordTy, times: number): void => {
      const key = keyOf(ty);
      mentions.set(key, (mentions.get(key) ?? 0) + times);
    };
    for (const [, k] of text.matchAll(marks))
      add(this.marked[Number(k)] as RecordTy, 1);
    const chosen: RecordTy[] = [];
    // what a type holds is mentioned where the type is written out: wholes before parts
    const inOrder = [...this.withParts()].sort(
      (a, b) => keyOf(b).length - keyOf(a).length,
    );
    for (const ty of inOrder) {
      const times = mentions.get(keyOf(ty)) ?? 0;
      // a recursive type cannot be written out
      const isNamed =
        ty.recursive === true || (times - 1) * keyOf(ty).length >= worth;
      if (isNamed) chosen.push(ty);
      for (const part of partsOf(ty)) add(part, isNamed ? 1 : times);
    }
    return chosen;
  }

  private withParts(): Iterable<RecordTy> {
    const found = new Map<string, RecordTy>();
    const visit = (ty: RecordTy): void => {
      const key = keyOf(ty);
      if (found.has(key)) return;
      if (key.length < shortest && ty.recursive === undefined) return;
      found.set(key, ty);
      partsOf(ty).forEach(visit);
    };
    this.marked.forEach(visit);
    return found.values();
  }
}

/** Types of fewer characters, with their name, are written out wherever they stand. */
const shortest = 32;
/** Names that save fewer characters are not worth their declaration. */
const worth = 60;

const open = "\uE000";
const close = "\uE001";
const marks = /\uE000(\d+)\uE001/g;

/** One type for each name and text; a type of the slopes may look like the one of the values. */
const keys = new WeakMap<RecordTy, string>();
function keyOf(ty: RecordTy): string {
  const known = keys.get(ty);
  if (known !== undefined) return known;
  const key = keyWithin(ty, []);
  keys.set(ty, key);
  return key;
}

/** A recursive type is written as a number inside of itself. */
function keyWithin(ty: RecordTy, above: readonly RecordTy[]): string {
  const inside = ty.recursive === true ? [...above, ty] : above;
  const typeName = (one: RecordTy): string | undefined => {
    if (one.recursive === undefined) return undefined;
    const at = inside.indexOf(one);
    return at < 0 ? keyWithin(one, inside) : `^${at}`;
  };
  const text = flatText(recordDoc(ty, { typeName })) ?? "";
  return `${text} ${ty.called ?? ""}`;
}

/** The named record types directly within. */
function partsOf(ty: RecordTy): RecordTy[] {
  const found: RecordTy[] = [];
  const visit = (inner: Ty): void => {
    if (inner.kind === "array" || inner.kind === "table") visit(inner.elem);
    if (inner.kind === "maybe") visit(inner.of);
    if (inner.kind !== "record") return;
    if (inner.called !== undefined) found.push(inner);
    else for (const field of inner.fields) visit(field.ty);
  };
  for (const field of ty.fields) visit(field.ty);
  return found;
}

/** What the text of a type may mean by itself. */
export const libraryTypeNames: readonly string[] = (
  "Record Partial Required Readonly Pick Omit Exclude Extract NonNullable Parameters ReturnType InstanceType Awaited Function Map Set WeakMap " +
  "WeakSet ReadonlyMap ReadonlySet ReadonlyArray ArrayLike Iterable Iterator IterableIterator Generator Promise PromiseLike Date RegExp DataView " +
  "ArrayBuffer ArrayBufferLike SharedArrayBuffer PropertyKey JSON Intl Proxy Reflect"
).split(" ");

/** The names that were chosen, and their declarations. */
export class TypeNames {
  private readonly names = new Map<string, string>();
  private readonly types: readonly RecordTy[];

  constructor(types: readonly RecordTy[], fresh: (wanted: string) => string) {
    this.types = types;
    for (const ty of types)
      this.names.set(keyOf(ty), fresh(ty.called as string));
  }

  typeName(ty: RecordTy): string | undefined {
    return ty.called === undefined ? undefined : this.names.get(keyOf(ty));
  }

  declarations(): Doc[] {
    return this.types.map((ty) => [
      `type ${this.typeName(ty) as string} = `,
      this.membersDoc(ty),
      ";",
    ]);
  }

  private membersDoc(ty: RecordTy): Doc {
    const named = { typeName: (one: RecordTy) => this.typeName(one) };
    return group(recordDoc(ty, named));
  }
}
