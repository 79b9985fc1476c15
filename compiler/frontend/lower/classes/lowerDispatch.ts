import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { bool, fieldOf, type Ty } from "../../../ir/types.js";
import {
  fieldNameOf,
  memberOf,
  tagField,
  type Instance,
  type Member,
} from "../../classes.js";
import { coerce } from "../lowerCoerce.js";
import { branch, choose } from "../control/lowerJoin.js";
import { throwInstead, unknownClass } from "../values/lowerOpaque.js";
import { eachNode, eachWritten } from "../../syntax/scan.js";
import { constant, emit, op, type Site } from "../lowerSite.js";
import {
  callSpecial,
  typesAt,
  type Callable,
} from "../functions/lowerSpecial.js";
import { takesFunctions } from "../../types/functionTypes.js";
import { holdsTag, type CodeFunction } from "../functions/lowerKnown.js";
import { isCaught } from "../control/lowerThrowers.js";
import { refuseThrower, throwsInside } from "../control/refuseThrowers.js";
import { writeOutMember } from "../functions/lowerWritten.js";
import { writeOutEach } from "./lowerWrittenKinds.js";
import { instanceAt, instancesOf } from "./lowerInstanceKinds.js";

/** The method or getter that is meant, also where the class is known only at run time. */

interface MemberName {
  readonly name: string;
  /** What the owner is written as, where it is written. */
  readonly ownerNode: ts.Expression | undefined;
}

/** Calls the member of the class that the owner has; where that is one of several, the one that its tag says. */
export function dispatch(
  site: Site,
  node: ts.Node,
  { name, ownerNode }: MemberName,
  owner: Value,
  kind: "method" | "getter",
  argsFor: (
    decl: ts.FunctionLikeDeclaration,
    env: Instance["env"],
  ) => readonly Value[],
): Value | undefined {
  const { classes } = site.ctx;
  const own = instanceAt(site, ownerNode, owner);
  const family = own ? [own] : instancesOf(site, classes.familyOf(owner.ty));
  const instances = own ? family : having(family, name);
  // instanceof has told the others apart, or somebody has said so: they have no such member
  const isPartial = instances.length < family.length;
  if (own === undefined && family.length > 1) {
    const choices = instances.map((instance) => ({
      instance,
      decl: hasField(site, instance, owner, name)
        ? undefined
        : declOf(site, node, instance, name, kind),
    }));
    const isMixed = choices.some(({ decl }) => decl === undefined);
    const decls = choices.flatMap(({ decl }) => decl ?? []);
    if (isMixed || decls.some((one) => takesFunctions(site, one))) {
      for (const one of decls) {
        site.ctx.refuseReplaced(one, node);
        refuseEffects(site, node, one, kind, name);
      }
      return writeOutEach(site, node, { owner, name }, choices, isPartial);
    }
  }
  const callables: Callable[] = [];
  let args: readonly Value[] | undefined;
  const choices = instances.map((instance) => {
    const decl = declOf(site, node, instance, name, kind);
    const env = ts.isCallExpression(node)
      ? typesAt(site, node, decl, instance.env)
      : instance.env;
    return { instance, decl, env };
  });
  const longest = choices.length === 0 ? undefined : longestOf(choices);
  for (const { instance, decl, env } of choices) {
    site.ctx.refuseReplaced(decl, node);
    refuseEffects(site, node, decl, kind, name);
    const isWrittenOut =
      holdsTag(site, owner) ||
      takesFunctions(site, decl) ||
      site.writtenOut.has(node);
    if (own && isWrittenOut) {
      const ctx = site.ctx.withTypes(own.env);
      const fn: CodeFunction = { kind: "code", decl, scope: new Map(), ctx };
      return writeOutMember(site, node, fn, owner, own, undefined);
    }
    // which of them it is, is known only at run time
    if (isCaught(site) && throwsInside(site, decl)) refuseThrower(site, node);
    // evaluated once, whichever method it is; one that takes fewer does not see the others
    args ??= argsFor(longest?.decl ?? decl, longest?.env ?? env);
    callables.push({
      decl,
      name: methodName(instance, name),
      env,
      self: { ty: owner.ty, instance },
      receiver: owner,
      args: taken(site, node, decl, longest?.decl ?? decl, args),
    });
  }
  const [first, ...others] = callables;
  if (first === undefined)
    return site.ctx.refuse(
      node,
      "DC2103",
      `diffc cannot see which class's ${name} this is`,
      "declare the classes in this project",
    );
  if (others.length === 0 && !isPartial) return callSpecial(site, node, first);
  return chooseCall(site, node, owner, callables, isPartial);
}

/**
 * Those that have the member at all: `if (s instanceof Square) s.diagonal`, where circles have none. What is of no such
 * class throws where it is asked.
 */
function having(
  instances: readonly Instance[],
  name: string,
): readonly Instance[] {
  const able = instances.filter(({ type }) =>
    type.getProperties().some((one) => fieldNameOf(one) === name),
  );
  const isTold = instances.every((one) => one.symbol !== undefined);
  return able.length === 0 || !isTold ? instances : able;
}

/** `readonly area: number` in one class, where another has a getter of that name. */
function hasField(
  { ctx }: Site,
  instance: Instance,
  { ty }: Value,
  name: string,
): boolean {
  if (memberOf(ctx.checker, instance, name) !== undefined) return false;
  return ty.kind === "record" && fieldOf(ty, name) !== undefined;
}

/** Of the methods of one name in several classes, the one that takes most. */
function longestOf<T extends { readonly decl: ts.FunctionLikeDeclaration }>(
  choices: readonly T[],
): T {
  const count = ({ decl }: T): number => valueParameters(decl).length;
  return choices.reduce((best, one) =>
    count(best) >= count(one) ? best : one,
  );
}

/** The arguments that a method takes, of those of the one that takes most. */
function taken(
  site: Site,
  node: ts.Node,
  decl: ts.FunctionLikeDeclaration,
  longest: ts.FunctionLikeDeclaration,
  args: readonly Value[],
): readonly Value[] {
  const own = valueParameters(decl);
  const all = valueParameters(longest);
  const isRest = (one: ts.ParameterDeclaration | undefined): boolean =>
    one?.dotDotDotToken !== undefined;
  const isAlike =
    own.length === all.length && isRest(own.at(-1)) === isRest(all.at(-1));
  if (!isAlike && (isRest(own.at(-1)) || isRest(all.at(-1))))
    site.ctx.refuse(
      node,
      "DC2110",
      "the methods of this name take their arguments one by one in one class, and as a list in another",
      "give them the same parameters",
    );
  return args.slice(0, own.length);
}

function chooseCall(
  site: Site,
  node: ts.Node,
  owner: Value,
  callables: readonly Callable[],
  /** May it be of another class yet? */
  isPartial: boolean,
): Value | undefined {
  const { ctx } = site;
  const results = callables.map(
    ({ decl, name, env, self, args }) =>
      ctx.specialise(
        {
          decl,
          name,
          env,
          ...(self ? { self } : {}),
          args: args.map((one) => one.ty),
        },
        node,
      ).result,
  );
  const ty = commonResult(site, node, results);
  const step = (k: number): Value | undefined => {
    const callable = callables[k];
    if (callable === undefined)
      return throwInstead(site, node, unknownClass, ty);
    const call = (): Value | undefined => {
      const value = callSpecial(site, node, callable);
      return value && ty ? coerce(site, node, value, ty) : undefined;
    };
    const isLast = !isPartial && k === callables.length - 1;
    const symbol = callable.self?.instance.symbol;
    if (symbol === undefined || (isLast && !isExported(site, symbol)))
      return call();
    const test = isOfClass(site, node, owner, symbol);
    if (ty === undefined) {
      branch(
        site,
        node,
        test,
        [],
        () => void call(),
        () => void step(k + 1),
      );
      return undefined;
    }
    return choose(
      site,
      node,
      test,
      ty,
      () => call()!,
      () => step(k + 1)!,
    );
  };
  return step(0);
}

function commonResult(
  site: Site,
  node: ts.Node,
  results: readonly (Ty | undefined)[],
): Ty | undefined {
  const [first] = results;
  if (results.every((one) => one === undefined)) return undefined;
  if (first !== undefined && results.every((one) => one === first))
    return first;
  return site.ctx.tyOf(site.ctx.checker.getTypeAtLocation(node), node);
}

/** Is the class of the instance this very one? */
export function isOfClass(
  site: Site,
  node: ts.Node,
  owner: Value,
  symbol: ts.Symbol,
): Value {
  const field = owner.ty.kind === "record" && fieldOf(owner.ty, tagField);
  if (!field) throw new TypeError("an instance without a tag");
  const tag = emit(site, node, "getField", [owner], field.ty, {
    field: tagField,
  });
  return op(site, node, "eq", [tag, tagOf(site, node, symbol)], bool);
}

/** What stands for a class in generated code: itself where it can be imported, else its name. */
export function tagOf(site: Site, node: ts.Node, symbol: ts.Symbol): Value {
  const ty: Ty = { kind: "opaque", text: "unknown" };
  if (!isExported(site, symbol)) return constant(site, node, symbol.name, ty);
  return emit(site, node, "global", [], ty, {
    binding: site.ctx.bindingOf(symbol, node),
  });
}

const isExported = (site: Site, symbol: ts.Symbol): boolean =>
  site.ctx.isExported(symbol);

function declOf(
  site: Site,
  node: ts.Node,
  instance: Instance,
  name: string,
  kind: "method" | "getter",
): ts.FunctionLikeDeclaration {
  const member: Member | undefined = memberOf(site.ctx.checker, instance, name);
  if (member?.kind === kind) return site.ctx.copyFor(node, member.decl);
  return site.ctx.refuse(
    node,
    "DC2103",
    `diffc cannot see the code of ${name} of ${instance.symbol?.name ?? "this object"}`,
    "write it as a method of the class, with a body",
  );
}

/** A getter computes, and nothing else: a reader does not expect that reading changes something. */
export function refuseEffects(
  site: Site,
  node: ts.Node,
  decl: ts.FunctionLikeDeclaration,
  kind: string,
  name: string,
): void {
  if (kind !== "getter") return;
  let writes = false;
  eachWritten(decl, (target) => (writes ||= !ts.isIdentifier(target)));
  eachNode(decl, (one) => {
    if (!ts.isCallExpression(one)) return;
    const callee = one.expression;
    writes ||=
      ts.isPropertyAccessExpression(callee) &&
      callee.expression.getText() === "console";
  });
  if (writes)
    site.ctx.refuse(
      node,
      "DC2115",
      `reading ${name} changes something: its accessor writes or logs`,
      "compute the value in a method, or store it in the constructor",
    );
}

/** `vec3Add` */
export function methodName({ symbol }: Instance, name: string): string {
  const plain = name.replace(/[^\w]/g, "");
  const owner = symbol?.name ?? "object";
  const whole = plain === "" ? "Member" : plain;
  return (
    owner.charAt(0).toLowerCase() +
    owner.slice(1) +
    whole.charAt(0).toUpperCase() +
    whole.slice(1)
  );
}
