import type { Func } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";

export function calleesOf(fn: Func): Set<string> {
  const callees = new Set<string>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "call") callees.add(instr.callee);
  });
  return callees;
}

/**
 * The strongly connected components of the call graph, callees before callers (Tarjan). A component of one function
 * may still call itself.
 */
export function callComponents(funcs: ReadonlyMap<string, Func>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];

  const visit = (name: string): void => {
    index.set(name, index.size);
    low.set(name, index.get(name)!);
    stack.push(name);
    for (const callee of calleesOf(funcs.get(name)!)) {
      if (!funcs.has(callee)) continue;
      if (!index.has(callee)) {
        visit(callee);
        low.set(name, Math.min(low.get(name)!, low.get(callee)!));
      } else if (stack.includes(callee)) {
        low.set(name, Math.min(low.get(name)!, index.get(callee)!));
      }
    }
    if (low.get(name) !== index.get(name)) return;
    components.push(stack.splice(stack.indexOf(name)));
  };
  for (const name of funcs.keys()) if (!index.has(name)) visit(name);
  return components;
}

export function isRecursive(
  funcs: ReadonlyMap<string, Func>,
  component: readonly string[],
): boolean {
  const first = component[0]!;
  return component.length > 1 || calleesOf(funcs.get(first)!).has(first);
}
