import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { fieldOf, type Ty } from "../../../ir/types.js";
import {
  fieldNameOf,
  isKind,
  memberOf,
  type Instance,
  type Member,
} from "../../classes.js";
import { coerce } from "../lowerCoerce.js";
import { isKeptIn } from "../functions/lowerValueCalls.js";
import { branch, choose } from "../control/lowerJoin.js";
import { throwInstead, unknownClass } from "../values/lowerOpaque.js";
import { eachNode, eachWritten } from "../../syntax/scan.js";
import { type Site } from "../lowerSite.js";
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
import { callHeld, heldArguments, heldResult } from "./lowerHeldMethods.js";
import { instanceAt, instancesOf } from "./lowerInstanceKinds.js";
import { testOf } from "./lowerTags.js";

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
  const instances = own ? family : having(site, family, name);
  // instanceof has told the others apart, or somebody has said so: they have no such member
  const isPartial = instances.length < family.length;
  if (own === undefined && family.length > 1) {
    const choices = instances.map((instance) => ({
      instance,
      decl: hasField(site, instance, owner, name)
        ? undefined
        : declOf(site, node, instance, name, kind),
    }));
    const decls = choices.flatMap(({ decl }) => decl ?? []);
    const isMixed = decls.length < choices.length;
    const isHeld = kind === "method" && isKeptIn(site, owner, name);
    if (
      (isMixed && !isHeld) ||
      decls.some((one) => takesFunctions(site, one))
    ) {
      for (const one of decls) {
        site.ctx.refuseReplaced(one, node);
        refuseEffects(site, node, one, kind, name);
      }
      return writeOutEach(site, node, { owner, name }, choices, isPartial);
    }
  }
  const callables: Callable[] = [];
  let args: readonly Value[] | undefined;
  const holders = own
    ? []
    : instances.filter((one) => hasField(site, one, owner, name));
  const written = instances.filter((one) => !holders.includes(one));
  const choices = written.map((instance) => {
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
    args ??=
      heldArguments(site, node, owner, name, longest?.decl) ??
      argsFor(longest?.decl ?? decl, longest?.env ?? env);
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
  if (holders.length > 0 && ts.isCallExpression(node)) {
    const given = args;
    const result = heldResult(site, owner, name);
    const all = [
      ...callables.map((one) => ofClass(site, node, one)),
      ...holders.map((instance): Choice => ({
        instance,
        call: () => callHeld(site, node, owner, name, instance, given),
        result,
      })),
    ];
    return chooseCall(site, node, owner, all, isPartial);
  }
  if (first === undefined)
    return site.ctx.refuse(
      node,
      "DC2103",
      `diffc cannot see which class's ${name} this is`,
      "declare the classes in this project",
    );
  if (others.length === 0 && !isPartial) return callSpecial(site, node, first);
  const all = callables.map((one) => ofClass(site, node, one));
  return chooseCall(site, node, owner, all, isPartial);
}

/** One of the kinds of object that the owner may be, and what a call of it does there. */
interface Choice {
  readonly instance: Instance | undefined;
  readonly call: () => Value | undefined;
  readonly result: Ty | undefined;
}

function ofClass(site: Site, node: ts.Node, callable: Callable): Choice {
  const { decl, name, env, self, args } = callable;
  const { result } = site.ctx.specialise(
    {
      decl,
      name,
      env,
      ...(self ? { self } : {}),
      args: args.map((one) => one.ty),
    },
    node,
  );
  return {
    instance: self?.instance,
    call: () => callSpecial(site, node, callable),
    result,
  };
}

/**
 * Those that have the member at all: `if (s instanceof Square) s.diagonal`, where circles have none. What is of no such
 * class throws where it is asked.
 */
function having(
  site: Site,
  instances: readonly Instance[],
  name: string,
): readonly Instance[] {
  const able = instances.filter((one) => has(site, one, name));
  const isTold = instances.every(isKind);
  return able.length === 0 || !isTold ? instances : able;
}

/** Is there such a member? A method that a class may have by its interface, and that it does not write, is none. */
export function has({ ctx }: Site, instance: Instance, name: string): boolean {
  const member = instance.type
    .getProperties()
    .find((one) => fieldNameOf(one) === name);
  if (member === undefined) return false;
  if (instance.isLiteral) return true;
  const isOpen =
    (member.flags & ts.SymbolFlags.Optional) !== 0 &&
    (member.flags & ts.SymbolFlags.Method) !== 0;
  return !isOpen || memberOf(ctx.checker, instance, name) !== undefined;
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
  choices: readonly Choice[],
  /** May it be of another class yet? */
  isPartial: boolean,
): Value | undefined {
  const ty = commonResult(
    site,
    node,
    choices.map(({ result }) => result),
  );
  const step = (k: number): Value | undefined => {
    const choice = choices[k];
    if (choice === undefined) return throwInstead(site, node, unknownClass, ty);
    const call = (): Value | undefined => {
      const value = choice.call();
      return value && ty ? coerce(site, node, value, ty) : undefined;
    };
    const isLast = !isPartial && k === choices.length - 1;
    const test = testOf(site, node, owner, choice.instance, isLast);
    if (test === undefined) return call();
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
