import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { recordOf, sameTy, type Field, type Ty } from "../../../ir/types.js";
import type { Instance } from "../../classes.js";
import { coerce } from "../lowerCoerce.js";
import { declareHoisted } from "../lowerDeclarations.js";
import { holdsTag, knownOf, type Known } from "../functions/lowerKnown.js";
import { bareExpression, definedSymbol, eachNode } from "../../syntax/scan.js";
import { constant, emit, poison, type Site } from "../lowerSite.js";
import { lowerList } from "../control/lowerStatements.js";
import { lowerThis, thisOf } from "./lowerThis.js";
import { isInstanceTy } from "./lowerInitialise.js";

export function runBody(site: Site, body: ts.Block): void {
  declareHoisted(site, body);
  eachNode(
    body,
    (one) => {
      if (!ts.isReturnStatement(one) || one.expression === undefined) return;
      if (!givesThis(site, one.expression))
        site.ctx.refuse(
          one,
          "DC2105",
          "this constructor returns an object, which new gives in place of the instance",
          "make the other object in a function",
        );
    },
    (one) => !ts.isFunctionLike(one),
  );
  // the end of the body is no return: what the fields are then is what matters
  lowerList(site, body.statements, new Set());
  if (site.env.exits.delete(site.returnTo)) site.env.dead = false;
}

/** `this`, or a call of a method on it that gives it back. */
function givesThis(
  site: Site,
  given: ts.Expression,
  seen: readonly ts.Node[] = [],
): boolean {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (!ts.isCallExpression(node)) return false;
  const access = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(access)) return false;
  if (!givesThis(site, access.expression, seen)) return false;
  const symbol = definedSymbol(site.ctx.checker, access.name);
  const decl = symbol?.valueDeclaration;
  if (!decl || !ts.isMethodDeclaration(decl) || !decl.body) return false;
  if (seen.includes(decl)) return true;
  const returned: (ts.Expression | undefined)[] = [];
  eachNode(
    decl.body,
    (one) => {
      if (ts.isReturnStatement(one)) returned.push(one.expression);
    },
    (one) => !ts.isFunctionLike(one),
  );
  return (
    returned.length > 0 &&
    ts.isReturnStatement(decl.body.statements.at(-1) ?? decl) &&
    returned.every((one) => one && givesThis(site, one, [...seen, decl]))
  );
}

export function finished(site: Site, decl: ts.Node, instance: Instance): Value {
  const self = thisOf(site);
  if (self?.fields === undefined) return lowerThis(site, decl as ts.Expression);
  if (site.env.dead) return poison(site, decl, self.ty);
  const declared = self.ty.kind === "record" ? self.ty : recordOf([]);
  const names = [
    ...new Set([
      ...declared.fields.map((one) => one.name),
      ...self.fields.keys(),
    ]),
  ];
  const fields: Field[] = [];
  const args: Value[] = [];
  const known = new Map<string, Known>();
  for (const name of names) {
    const asked = declared.fields.find((one) => one.name === name);
    const variable = self.fields.get(name);
    const value = variable && site.env.values.get(variable);
    if (value === undefined) {
      if (asked?.ty.kind !== "maybe") continue;
      args.push(constant(site, decl, undefined, asked.ty));
      fields.push(asked);
      continue;
    }
    const isKept = asked !== undefined && site.ctx.kept.isIn(asked.ty);
    const held =
      !isKept && holdsTag(site, value) ? knownOf(site, value) : undefined;
    if (held !== undefined) known.set(name, held);
    const isOwn = asked !== undefined && keepsOwn(site, asked.ty, value.ty);
    const ty = asked && !held && !isOwn ? asked.ty : value.ty;
    args.push(coerce(site, decl, value, ty));
    fields.push({ name, ty, ...(asked?.optional ? { optional: true } : {}) });
  }
  const made = recordOf(fields);
  const isDeclared =
    sameTy(made, declared) &&
    fields.every((one, k) => one.ty === declared.fields[k]?.ty);
  const ty = isDeclared ? declared : made;
  if (!isDeclared) site.ctx.classes.note(ty, instance);
  const object = emit(site, decl, "newRecord", args, ty, {});
  if (known.size > 0) site.facts.known.set(object, { members: known });
  return object;
}

/** An instance, or a list of some, is known better from what it is made as. */
function keepsOwn({ ctx }: Site, asked: Ty, have: Ty): boolean {
  if (asked.kind === "array" && have.kind === "array") {
    const { classes } = ctx;
    const own = classes.instanceOf(have.elem)?.symbol;
    return own !== undefined && own !== classes.instanceOf(asked.elem)?.symbol;
  }
  return isInstanceTy(ctx, asked);
}
