import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  mapKept,
  replaceOperands,
  substitute,
  withRegions,
} from "../ir/visit.js";
import { mentions } from "./pushedLists.js";

/**
 * `const c = []; for (let i = 0; i < n; i++) c[i] = e;` pushes: the list is as long as the index in each trip. An element that
 * is a list itself, `c[i] = []; for (...) c[i][j] = ...`, goes into it when it is filled, so that it is one that is filled at
 * once.
 */
export function pushAtEnd(fn: Func): Func {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const inRegion = (region: Region): Region => {
    let { body } = region;
    for (const maker of body) {
      if (!isFresh(maker)) continue;
      const [list] = maker.results as [Value];
      const at = body.findIndex((instr) => mentions(instr, list));
      const loop = body[at];
      if (loop?.kind !== "for" || !countsFromZero(loop, makers)) continue;
      const now = filling(loop, list, makers);
      if (now !== loop) body = body.with(at, now);
    }
    return keptBody(
      region,
      mapKept(body, (instr) => withRegions(instr, inRegion)),
    );
  };
  return keptFunc(fn, inRegion(fn.body));
}

const isFresh = ({ kind, args, results: [list] }: Instr): boolean =>
  kind === "arrayLit" &&
  args.length === 0 &&
  list?.ty.kind === "array" &&
  list.ty.store === "js" &&
  list.ty.fixed === undefined;

function countsFromZero(
  { args: [lo], step, test }: ForInstr,
  makers: ReadonlyMap<Value, Instr>,
): boolean {
  const start = makers.get(lo!);
  return (
    step === 1 &&
    test.startsWith("<") &&
    start?.kind === "const" &&
    start.value === 0
  );
}

/** The loop with a push in place of its one store into the list. */
function filling(
  loop: ForInstr,
  list: Value,
  makers: ReadonlyMap<Value, Instr>,
): ForInstr {
  const body = loop.regions[0]!;
  const [index] = body.params as [Value];
  const at = body.body.findIndex(
    (instr) => instr.kind === "store" && instr.args[0] === list,
  );
  const store = body.body[at];
  if (store === undefined || store.args[1] !== index) return loop;
  if (loop.args.includes(list) || !isOnlyRead(body, list, store)) return loop;
  const value = store.args[2]!;
  const push: Instr = {
    kind: "push",
    args: [list, value],
    results: [],
    regions: [],
    span: store.span,
  };
  const known = new Map<Value, Value>();
  const behind = withElement(
    body.body.slice(at + 1),
    { list, index, value },
    known,
  );
  const maker = makers.get(value);
  const isMadeHere =
    maker !== undefined && isFresh(maker) && body.body.includes(maker);
  const next = behind.findIndex((instr) =>
    looksInto(instr, list, index, makers),
  );
  const place = !isMadeHere ? 0 : next < 0 ? behind.length : next;
  return {
    ...loop,
    regions: [
      {
        ...body,
        yields: body.yields.map(substitute(known)),
        body: [
          ...body.body.slice(0, at),
          ...behind.slice(0, place),
          push,
          ...behind.slice(place),
        ],
      },
    ],
  };
}

/** Is the list only looked into here, apart from the one instruction? */
function isOnlyRead(body: Region, list: Value, store: Instr): boolean {
  let isFine = !body.yields.includes(list);
  eachInstr(body, (instr) => {
    const others = instr.args.slice(
      instr === store || instr.kind === "load" || instr.kind === "length"
        ? 1
        : 0,
    );
    if (others.includes(list)) isFine = false;
    if (instr.regions.some(({ yields }) => yields.includes(list)))
      isFine = false;
  });
  return isFine;
}

/** The instructions with the element itself where it is read from the list; `known` gets what stands for what. */
function withElement(
  body: readonly Instr[],
  { list, index, value }: { list: Value; index: Value; value: Value },
  known: Map<Value, Value>,
): readonly Instr[] {
  const isElement = ({ kind, args, results }: Instr): boolean =>
    kind === "load" &&
    args[0] === list &&
    args[1] === index &&
    results[0]!.ty.kind === value.ty.kind;
  const without = (instrs: readonly Instr[]): readonly Instr[] =>
    instrs
      .filter((instr) => {
        if (isElement(instr)) known.set(instr.results[0]!, value);
        return !isElement(instr);
      })
      .map((instr) =>
        withRegions(instr, (inner) => ({
          ...inner,
          body: without(inner.body),
        })),
      );
  const kept = without(body);
  return kept.map((instr) => replaceOperands(instr, substitute(known)));
}

/** Does the instruction look for more than elements of earlier trips? */
function looksInto(
  instr: Instr,
  list: Value,
  index: Value,
  makers: ReadonlyMap<Value, Instr>,
): boolean {
  const isEarlier = (at: Value): boolean => {
    const maker = makers.get(at);
    const by =
      maker?.kind === "op" && maker.op === "sub" && maker.args[0] === index
        ? makers.get(maker.args[1]!)
        : undefined;
    return by?.kind === "const" && typeof by.value === "number" && by.value > 0;
  };
  let looks = false;
  const see = (one: Instr): void => {
    if (
      one.args.includes(list) &&
      !(one.kind === "load" && isEarlier(one.args[1]!))
    )
      looks = true;
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
  return looks;
}
