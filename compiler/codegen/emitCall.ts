import type { Emitter } from "./emitter.js";
import type { Value } from "../ir/ir.js";
import { combine, type Computed, plainly } from "./computed.js";
import { call, type Stmt, member } from "./tree.js";
import { asExpected } from "./declare.js";

export function emitCall(
  emitter: Emitter,
  callee: string,
  argValues: readonly Value[],
  results: readonly Value[],
): void {
  const args = argValues.map((arg) => emitter.use(arg));
  emitter.flushMemory();
  const computed = combine(
    args,
    call(
      emitter.context.functionName(callee),
      args.map((arg, k) => {
        const wanted = emitter.context.parameterTypes(callee)[k];
        const { ty } = argValues[k] as Value;
        const expr =
          wanted === undefined ? arg.expr : asExpected(arg.expr, ty, wanted);
        const isRest =
          k === args.length - 1 && emitter.context.takesRest(callee);
        return isRest ? { kind: "spread", arg: expr } : expr;
      }),
    ),
    { memory: true, ordered: true },
  );
  if (results.length === 0)
    return emitter.pushWith(computed.expr, (expr) => ({ kind: "expr", expr }));
  if (results.length === 1)
    return emitter.define(results[0] as Value, computed);
  emitSeveral(emitter, callee, computed, results);
}

/** `const { a, b } = f(x)`; where that is too long, the record has a name of its own. */
function emitSeveral(
  emitter: Emitter,
  callee: string,
  computed: Computed,
  results: readonly Value[],
): void {
  const keys = emitter.context.resultNames(callee);
  const used = results.flatMap((value, k) =>
    emitter.placement.uses.has(value)
      ? [{ value, key: keys[k] as string }]
      : [],
  );
  if (used.length === 0)
    return emitter.push({ kind: "expr", expr: computed.expr });
  const wanted = used.map(({ value, key }) => ({
    key,
    name: value.hint ?? key,
  }));
  const plain: Stmt = {
    kind: "destructure",
    entries: wanted,
    init: computed.expr,
  };
  const isShort = emitter.flatLength(plain) + 2 * used.length <= emitter.room;
  if (!isShort && used.length > 1) return emitRecord(emitter, computed, used);
  const entries = wanted.map(({ key, name: text }) => ({
    key,
    name: emitter.names.fresh(text),
  }));
  entries.forEach((entry, k) => emitter.setName(used[k]!.value, entry.name));
  emitter.pushWith(computed.expr, (init) => ({
    kind: "destructure",
    entries,
    init,
  }));
}

function emitRecord(
  emitter: Emitter,
  computed: Computed,
  used: readonly { value: Value; key: string }[],
): void {
  const record = emitter.nameIt(computed, "results").expr;
  for (const { value, key } of used)
    emitter.setKnown(value, plainly(member(record, key)));
}
