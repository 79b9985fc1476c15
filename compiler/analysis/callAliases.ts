import type { CallInstr, Func } from "../ir/ir.js";
import { bare, isRef, sameTy, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { childOf, elements, find, type MemoryNode } from "./memoryGraph.js";

/** A place of a function's memory: what a parameter points to, or what lies below it. */
export interface Place {
  readonly param: number;
  readonly keys: readonly string[];
}

/** For each function, pairs of places that may be the same memory at some call of it. */
export type Joins = ReadonlyMap<string, readonly (readonly [Place, Place])[]>;

/** All pairs of both. */
export function withJoins(a: Joins, b: Joins): Joins {
  const names = new Set([...a.keys(), ...b.keys()]);
  return new Map(
    [...names].map((name) => [
      name,
      [...(a.get(name) ?? []), ...(b.get(name) ?? [])],
    ]),
  );
}

/**
 * Inside one argument of an annotated function, which anyone may call, two places of one type may be one object:
 * `{ p: row, q: row }`. (Two arguments that share memory are told apart at run time.)
 */
export function joinsInArguments(
  entries: Iterable<string>,
  funcs: ReadonlyMap<string, Func>,
  memories: ReadonlyMap<string, Memory>,
): Joins {
  const found = new Map<string, (readonly [Place, Place])[]>();
  for (const name of entries) {
    const memory = memories.get(name)!;
    const joined = funcs.get(name)!.body.params.flatMap((value, param) => {
      const places: TypedPlace[] = [];
      const trees = new Set<Ty>();
      const walk = (ty: Ty, node: MemoryNode, keys: readonly string[]) => {
        places.push({ ty, node: find(node), place: { param, keys } });
        // what lies below a tree is the same again
        if (trees.has(ty)) return;
        if (ty.kind === "record" && ty.recursive) trees.add(ty);
        for (const [key, part] of partsOf(ty))
          walk(part, childOf(node, key), [...keys, key]);
      };
      if (isRef(value.ty)) walk(bare(value.ty), memory.nodeOf(value), []);
      return sameMemory(places);
    });
    if (joined.length > 0) found.set(name, joined);
  }
  return found;
}

interface TypedPlace {
  readonly ty: Ty;
  readonly node: MemoryNode;
  readonly place: Place;
}

function sameMemory(places: readonly TypedPlace[]): [Place, Place][] {
  return places.flatMap((one, i) =>
    places
      .slice(i + 1)
      .filter(
        (other) =>
          one.node !== other.node &&
          one.node.written.size + other.node.written.size > 0 &&
          mayBeOne(one.ty, other.ty),
      )
      .map((other): [Place, Place] => [one.place, other.place]),
  );
}

function partsOf(ty: Ty): [string, Ty][] {
  const parts: [string, Ty][] =
    ty.kind === "array" || ty.kind === "table"
      ? [[elements, bare(ty.elem)]]
      : ty.kind === "record"
        ? ty.fields.map((field) => [field.name, bare(field.ty)])
        : [];
  return parts.filter(([, part]) => isRef(part));
}

/** `{ a: 1 }` is a `Record<string, number>` too. */
const isPlainObject = (...types: readonly [Ty, Ty]): boolean =>
  types.every(
    (ty) =>
      ty.kind === "record" || (ty.kind === "table" && ty.form === "object"),
  );

/** Could one object have both types? */
function mayBeOne(a: Ty, b: Ty): boolean {
  if (a.kind === "table" || b.kind === "table")
    return sameTy(a, b) || isPlainObject(a, b);
  if (a.kind !== "record" || b.kind !== "record") return sameTy(a, b);
  const [few, many] = a.fields.length < b.fields.length ? [a, b] : [b, a];
  return few.fields.every((field) =>
    many.fields.some(
      (other) =>
        other.name === field.name &&
        (isRef(bare(field.ty)) || sameTy(bare(other.ty), bare(field.ty))),
    ),
  );
}

/**
 * `mix(x, row, row)`: two memories of the callee that are one memory of the caller. Only where the callee writes one of
 * them does it matter: what is only read may be read under two names.
 */
export function joinsAtCalls(
  funcs: ReadonlyMap<string, Func>,
  memories: ReadonlyMap<string, Memory>,
): Joins {
  const found = new Map<string, (readonly [Place, Place])[]>();
  for (const fn of funcs.values()) {
    const memory = memories.get(fn.name)!;
    eachInstr(fn.body, (instr) => {
      if (instr.kind !== "call") return;
      const callee = funcs.get(instr.callee);
      const inside = memories.get(instr.callee);
      if (callee === undefined || inside === undefined) return;
      const joined = joinsOf(instr, memory, placesOf(callee, inside));
      if (joined.length === 0) return;
      found.set(callee.name, [...(found.get(callee.name) ?? []), ...joined]);
    });
  }
  return found;
}

function joinsOf(
  call: CallInstr,
  memory: Memory,
  places: ReadonlyMap<MemoryNode, Place>,
): (readonly [Place, Place])[] {
  const here = memory.callMap(call);
  const byNode = new Map<MemoryNode, MemoryNode[]>();
  for (const node of places.keys()) {
    const outer = find(here(node));
    byNode.set(outer, [...(byNode.get(outer) ?? []), node]);
  }
  return [...byNode.values()]
    .filter((nodes) => nodes.some((node) => node.written.size > 0))
    .flatMap(([first, ...others]) =>
      others.map((node) => [places.get(first!)!, places.get(node)!] as const),
    );
}

/** Each memory that a function gets from its callers, with one way to it. */
function placesOf(fn: Func, memory: Memory): Map<MemoryNode, Place> {
  const places = new Map<MemoryNode, Place>();
  const walk = (node: MemoryNode, place: Place): void => {
    const root = find(node);
    if (places.has(root)) return;
    places.set(root, place);
    for (const [key, child] of root.children)
      walk(child, { ...place, keys: [...place.keys, key] });
  };
  fn.body.params.forEach((param, i) => {
    if (isRef(param.ty)) walk(memory.nodeOf(param), { param: i, keys: [] });
  });
  return places;
}
