import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import type { Instance } from "../../classes.js";
import { fieldIn } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { testOf } from "./lowerTags.js";
import { branch, choose } from "../control/lowerJoin.js";
import type { CodeFunction } from "../functions/lowerKnown.js";
import { callGiven } from "../functions/lowerValueCalls.js";
import { throwInstead, unknownClass } from "../values/lowerOpaque.js";
import type { Site } from "../lowerSite.js";
import { writeOutMember } from "../functions/lowerWritten.js";

/** A class that an object may be of, and its method or getter. */
export interface Choice {
  readonly instance: Instance;
  /** Absent where the class has a field of that name. */
  readonly decl: ts.FunctionLikeDeclaration | undefined;
}

/**
 * `shape.total((u) => g(u))`, where `shape` may be of several classes: a method that takes functions is written out
 * where it is called, for each class behind a test of the tag. The arguments are evaluated in the arm that runs.
 */
export function writeOutEach(
  site: Site,
  node: ts.Node,
  { owner, name }: { readonly owner: Value; readonly name: string },
  choices: readonly Choice[],
  /** May it be of another class yet? */
  isPartial: boolean,
): Value | undefined {
  const { checker } = site.ctx;
  const type =
    ts.isExpression(node) || ts.isBindingElement(node)
      ? checker.getTypeAtLocation(node)
      : undefined;
  const givesNothing =
    type === undefined ||
    (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  const ty = givesNothing ? undefined : site.ctx.tyOf(type, node);
  const step = (k: number): Value | undefined => {
    const choice = choices[k];
    if (choice === undefined) return throwInstead(site, node, unknownClass, ty);
    const call = (): Value | undefined => {
      const value = givenHere(site, node, owner, name, choice, ty);
      return value && ty ? coerce(site, node, value, ty) : undefined;
    };
    const isLast = k === choices.length - 1 && !isPartial;
    const test = testOf(site, node, owner, choice.instance, isLast);
    if (test === undefined) return call();
    if (ty !== undefined)
      return choose(
        site,
        node,
        test,
        ty,
        () => call()!,
        () => step(k + 1)!,
      );
    branch(
      site,
      node,
      test,
      [],
      () => void call(),
      () => void step(k + 1),
    );
    return undefined;
  };
  return step(0);
}

function givenHere(
  site: Site,
  node: ts.Node,
  owner: Value,
  name: string,
  { decl, instance }: Choice,
  ty: Ty | undefined,
): Value | undefined {
  if (decl === undefined) {
    const held = fieldIn(site, node, owner, name);
    return ts.isCallExpression(node) ? callGiven(site, node, held, ty) : held;
  }
  const ctx = site.ctx.withTypes(instance.env);
  const fn: CodeFunction = { kind: "code", decl, scope: new Map(), ctx };
  return writeOutMember(site, node, fn, owner, instance, ty);
}
