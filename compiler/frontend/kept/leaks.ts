import type { Span } from "../../diagnostics/span.js";
import type { Func, Instr, Value } from "../../ir/ir.js";
import type { Entry } from "../../ir/program.js";
import { fieldOf, type Ty } from "../../ir/types.js";
import { eachInstr } from "../../ir/visit.js";
import { standsFor } from "../lower/lowerCoerce.js";
import type { Room } from "../room/room.js";
import type { Kept } from "./kept.js";

/**
 * A record that stands for a function is one only inside of what diffc writes: what comes from outside, and what code sees
 * that is carried as it stands, is the function itself. Where the two would meet, the program is refused.
 */
export function refuseLeaks(
  funcs: ReadonlyMap<string, Func>,
  entries: readonly Entry[],
  room: Room,
): void {
  const { kept } = room.ctx;
  if (!kept.isUsed) return;
  const reported = new Set<string>();
  const refuse = (span: Span, [message, help]: Words): void => {
    const at = JSON.stringify(span);
    if (reported.has(at)) return;
    reported.add(at);
    room.report({ code: "DC2104", severity: "error", span, message, help });
  };
  for (const name of kept.idleCallers()) {
    const func = funcs.get(name);
    if (func !== undefined) refuse(func.span, unseen);
  }
  const isEntry = new Set(entries.map((one) => one.func));
  for (const func of funcs.values()) {
    if (isEntry.has(func.name)) {
      for (const { name, value, span } of func.params)
        if (kept.isIn(value.ty)) refuse(span, passedIn(name));
      if (func.results.some(kept.isIn)) refuse(func.span, givenBack);
    }
    eachInstr(func.body, (instr) => {
      const words = leakAt(kept, instr);
      if (words !== undefined) refuse(instr.span, words);
    });
  }
}

type Words = readonly [message: string, help: string];

const passedIn = (name: string): Words => [
  `${name} holds functions that the caller passes in, and their code is known only then`,
  "make the functions in the differentiated function, or annotate one that calls it with functions of its own",
];
const givenBack: Words = [
  "a function leaves the differentiated function here",
  "return the numbers that it computes",
];
const fromModule: Words = [
  "functions that are kept in an array or object come from outside of the differentiated function here",
  "make the list in a function that is called here, or write it out as a constant: const fs = [f, g]",
];
const mixed: Words = [
  "functions of which diffc sees what they are and others come together here",
  "give all of them one function type, and make them where they are put into the list or object",
];
const unseen: Words = [
  "a function of a list or an object is called here, and diffc cannot see which functions may be there",
  "make them in the differentiated function, and put them there",
];
const compared: Words = [
  "it is asked here whether two functions are the same",
  "give them names or numbers, and compare those",
];
const carried: Words = [
  "a function that is kept in an array or object meets code here that diffc only carries",
  "do nothing with it but call it",
];

function leakAt(kept: Kept, instr: Instr): Words | undefined {
  const holds = ({ ty }: Value): boolean => kept.isIn(ty);
  switch (instr.kind) {
    case "global":
      return instr.results.some(holds) ? fromModule : undefined;
    case "opaque": {
      const takes = instr.args.some(holds) && !asksKeys(instr);
      return takes || instr.results.some(holds) ? carried : undefined;
    }
    case "op": {
      // two records are never the same, where the functions may be
      const isAsked = instr.op === "eq" || instr.op === "ne";
      const areFunctions = instr.args.every(({ ty }) => kept.kindOf(ty));
      return isAsked && areFunctions ? compared : undefined;
    }
    default:
      return placesOf(instr).some(
        ([value, ty]) =>
          (kept.isIn(ty) || kept.isIn(value.ty)) && !standsFor(value.ty, ty),
      )
        ? mixed
        : undefined;
  }
}

/** What goes into memory, and what is there. */
function placesOf(instr: Instr): (readonly [Value, Ty])[] {
  const { args, results } = instr;
  const [owner] = args;
  const made = results[0]?.ty;
  switch (instr.kind) {
    case "arrayLit":
      return made?.kind === "array" ? args.map((one) => [one, made.elem]) : [];
    case "newRecord":
      return made?.kind === "record"
        ? args.flatMap((one, k) => {
            const field = made.fields[k];
            return field ? [[one, field.ty] as const] : [];
          })
        : [];
    case "push":
    case "store": {
      const value = args[instr.kind === "push" ? 1 : 2];
      return owner?.ty.kind === "array" && value
        ? [[value, owner.ty.elem]]
        : [];
    }
    case "setField": {
      const field =
        owner?.ty.kind === "record"
          ? fieldOf(owner.ty, instr.field)
          : undefined;
      return field && args[1] ? [[args[1], field.ty]] : [];
    }
    default:
      return [];
  }
}

/** Of a table of functions, only the keys are looked at. */
function asksKeys({ parts }: Extract<Instr, { kind: "opaque" }>): boolean {
  const text = parts.join("_");
  return /^(Object\.keys\(_\)|\[?\.*_\.keys\(\)\]?)$/.test(text);
}
