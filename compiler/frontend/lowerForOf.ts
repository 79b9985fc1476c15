import { ownerTy } from "./lowerVariables.js";
import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import { arrayOf, bool, num, str } from "../ir/types.js";
import { placeOf } from "./lowerAssign.js";
import { describeTy } from "./lowerCoerce.js";
import { bindName } from "./lowerDestructuring.js";
import { effectsOf, memoryKey } from "./lowerEffects.js";
import { keepsLength } from "./loopInvariants.js";
import { functionsMade } from "./lowerKnown.js";
import { lowerExpression } from "./lowerExpressions.js";
import { branch, unlessExited } from "./lowerJoin.js";
import { emitWhile, loopState, repeat } from "./lowerLoopParts.js";
import { again, inLoop, type LoopExits } from "./lowerLoops.js";
import { assignedIn, bareExpression, isDeclarations } from "./lowerScan.js";
import { constant, emit, op, type Site, type Variable } from "./lowerSite.js";
import { lowerBlock } from "./lowerStatements.js";
import { lengthOf, load } from "./lowerElements.js";
import { assignValue, isPattern } from "./lowerPatternAssign.js";

/** What a for-of goes over: the elements of an array, or `entries()` or `keys()` of one. */
interface Source {
  readonly array: ts.Expression;
  readonly what: "elements" | "entries" | "keys";
}

/** `for (const x of xs)`: over the indices of the array, which is looked up once. */
export function lowerForOf(
  site: Site,
  node: ts.ForOfStatement,
  labels: readonly string[],
): void {
  if (node.awaitModifier !== undefined)
    site.ctx.refuse(
      node,
      "DC2007",
      "for await is not carried",
      "loop over an array",
    );
  const source = sourceOf(site, node.expression);
  const given = lowerExpression(
    site,
    source.array,
    ownerTy(site, source.array),
  );
  const array = isText(site, source.array)
    ? lettersOf(site, node, given)
    : given;
  if (array.ty.kind !== "array")
    return site.ctx.refuse(
      node.expression,
      "DC2101",
      `a loop over a value of type ${describeTy(array.ty)} is not carried`,
      "loop over an array",
    );
  const { checker } = site.ctx;
  const written = assignedIn(checker, [node.initializer, node.statement]);
  const one = (index: Value, exits: LoopExits): void => {
    bindElement(site, node, source, array, index);
    inLoop(site, labels, exits, () =>
      lowerBlock(site, node.statement, new Set([exits.continueTo])),
    );
  };
  if (keepsItsLength(site, node, source, written)) {
    const state = loopState(site, [node.statement], written);
    const zero = constant(site, node, 0);
    repeat(site, node, zero, lengthOf(site, node, array), one, state);
  } else lowerLive(site, node, array, written, one);
}

function isText(site: Site, node: ts.Expression): boolean {
  const type = site.ctx.checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

function lettersOf(site: Site, node: ts.ForOfStatement, text: Value): Value {
  return emit(site, node.expression, "opaque", [text], arrayOf(str), {
    parts: ["Array.from(", ")"],
    needs: [],
    effect: "none",
  });
}

function sourceOf(site: Site, given: ts.Expression): Source {
  const node = bareExpression(given);
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.arguments.length === 0
  ) {
    const { expression: array, name } = node.expression;
    const what = name.text;
    const isList = what === "entries" || what === "keys" || what === "values";
    if (isList && ownerTy(site, array).kind === "array")
      return { array, what: what === "values" ? "elements" : what };
  }
  return { array: given, what: "elements" };
}

function keepsItsLength(
  site: Site,
  node: ts.ForOfStatement,
  source: Source,
  assigned: ReadonlySet<ts.Symbol>,
): boolean {
  const { checker } = site.ctx;
  const key = memoryKey(checker, checker.getTypeAtLocation(source.array));
  const effects = effectsOf(
    checker,
    [node.initializer, node.statement],
    functionsMade(site),
  );
  const shared = assignedIn(checker, [...effects.functions]);
  const view = {
    checker,
    assigned: new Set([...assigned, ...shared]),
    effects,
    decl: site.decl,
    induction: undefined,
  };
  return keepsLength(source.array, key, view);
}

/** The array may change its length on the way, and JavaScript looks at it before each iteration. */
function lowerLive(
  site: Site,
  node: ts.ForOfStatement,
  array: Value,
  written: ReadonlySet<ts.Symbol>,
  one: (index: Value, exits: LoopExits) => void,
): void {
  const counter: Variable = { name: "i", ty: num };
  site.env.values.set(counter, constant(site, node, 0));
  const state = loopState(site, [node.statement], written, [counter]);
  emitWhile(site, node, state, (exits) => {
    const index = site.env.values.get(counter);
    if (index === undefined) throw new TypeError("a loop without its counter");
    const inside = op(site, node, "lt", [index, lengthOf(site, node, array)]);
    const [goesOn] = branch(
      site,
      node,
      inside,
      [bool],
      () => {
        one(index, exits);
        unlessExited(site, node, () => {
          const next = op(site, node, "add", [index, constant(site, node, 1)]);
          site.env.values.set(counter, next);
        });
        return [again(site, node, exits)];
      },
      () => [constant(site, node, false)],
    );
    return goesOn;
  });
  site.env.values.delete(counter);
}

function bindElement(
  site: Site,
  node: ts.ForOfStatement,
  source: Source,
  array: Value,
  index: Value,
): void {
  const element = (): Value => load(site, node, array, index, true);
  const { initializer } = node;
  if (source.what === "entries") {
    const pattern = isDeclarations(initializer)
      ? initializer.declarations[0]?.name
      : undefined;
    if (pattern === undefined || !ts.isArrayBindingPattern(pattern))
      return site.ctx.refuse(
        initializer,
        "DC2108",
        "entries() is not taken apart here",
        "write `for (const [i, x] of xs.entries())`",
      );
    const parts = [() => index, element];
    pattern.elements.forEach((one, k) => {
      const part = parts[k];
      if (!ts.isOmittedExpression(one) && part !== undefined)
        bindName(site, one.name, part());
    });
    return;
  }
  const value = source.what === "keys" ? index : element();
  if (isDeclarations(initializer)) {
    for (const decl of initializer.declarations)
      bindName(site, decl.name, value);
    return;
  }
  const target = bareExpression(initializer);
  if (isPattern(target)) assignValue(site, target, value);
  else placeOf(site, target).write(value);
}
