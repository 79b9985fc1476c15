import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  maybe,
  sameTy,
  type RecordTy,
  type Ty,
} from "../../../ir/types.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { branch, choose } from "../control/lowerJoin.js";
import { constant, op, perform, type Site } from "../lowerSite.js";

/** Records whose fields are all of one type: which of them a key names, a chain of tests finds out. */

/** The type of every field of a plain object; undefined where they differ. */
export function fieldTyOf(site: Site, ty: Ty): Ty | undefined {
  const { classes } = site.ctx;
  if (ty.kind !== "record" || ty.tuple) return undefined;
  if (ty.fields.length > mostFields) return undefined;
  if (classes.instanceOf(ty) !== undefined) return undefined;
  if (classes.familyOf(ty) !== undefined) return undefined;
  const [first] = ty.fields.map((field) => bare(field.ty));
  const isOne = ty.fields.every(
    (field) => first !== undefined && sameTy(bare(field.ty), first),
  );
  return isOne ? first : undefined;
}

const mostFields = 40;

/** The name that a key is known to be. */
export function nameOfKey(site: Site, key: Value): string | undefined {
  const text = site.facts.strings.get(key);
  if (text !== undefined) return text;
  const { ty } = key;
  return ty.kind === "opaque" && /^"[^"\\]*"$/.test(ty.text)
    ? ty.text.slice(1, -1)
    : undefined;
}

/** The fields that a key may name, and whether it may be some other word. */
function fieldsFor(
  site: Site,
  { fields }: RecordTy,
  key: Value,
): { readonly names: readonly string[]; readonly isOpen: boolean } {
  const all = fields.map((field) => field.name);
  const known = nameOfKey(site, key);
  const words = known === undefined ? wordsOf(key.ty) : [known];
  const isOpen = words === undefined || words.some((one) => !all.includes(one));
  return {
    names: words === undefined ? all : all.filter((n) => words.includes(n)),
    isOpen,
  };
}

/** `"a" | "b"` */
const wordsOf = (ty: Ty): string[] | undefined =>
  ty.kind === "opaque" && /^"[^"\\]*"( \| "[^"\\]*")*$/.test(ty.text)
    ? ty.text.split(" | ").map((word) => word.slice(1, -1))
    : undefined;

/** The field that the key names, or undefined where it names none. */
export function readNamedBy(
  site: Site,
  node: ts.Node,
  record: Value & { readonly ty: RecordTy },
  key: Value,
  wanted: { readonly elem: Ty; readonly isSure: boolean },
): Value {
  const { names, isOpen } = fieldsFor(site, record.ty, key);
  const { elem, isSure } = wanted;
  const ty = isSure && !isOpen ? elem : maybe(elem);
  const from = ([name, ...rest]: readonly string[]): Value => {
    if (name === undefined) return constant(site, node, undefined, ty);
    const read = (): Value =>
      coerce(site, node, readField(site, node, record, name), ty);
    if (rest.length === 0 && !isOpen) return read();
    return choose(site, node, isNamed(site, node, key, name), ty, read, () =>
      from(rest),
    );
  };
  const found = from(names);
  return isSure && found.ty.kind === "maybe"
    ? op(site, node, "unwrap", [found], elem)
    : found;
}

/** A number is the key that its text is: `seen[Mode.Idle]` is `seen["0"]`. */
function isNamed(site: Site, node: ts.Node, key: Value, name: string): Value {
  if (key.ty.kind !== "num")
    return op(site, node, "eq", [key, constant(site, node, name, key.ty)]);
  const number = Number(name);
  return String(number) === name
    ? op(site, node, "eq", [key, constant(site, node, number)])
    : constant(site, node, false);
}

/** Writes the field that the key names; a key that names none is one that the type forbids. */
export function writeNamedBy(
  site: Site,
  node: ts.Node,
  record: Value & { readonly ty: RecordTy },
  key: Value,
  value: Value,
): void {
  const { names, isOpen } = fieldsFor(site, record.ty, key);
  const write = (name: string): void => {
    const field = record.ty.fields.find((one) => one.name === name);
    if (field === undefined) return;
    const stored = coerce(site, node, value, field.ty);
    perform(site, node, "setField", [record, stored], { field: name });
  };
  const from = ([name, ...rest]: readonly string[]): void => {
    if (name === undefined) return;
    if (rest.length === 0 && !isOpen) return write(name);
    branch(
      site,
      node,
      isNamed(site, node, key, name),
      [],
      () => void write(name),
      () => void from(rest),
    );
  };
  from(names);
}
