import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Func, Param, Value } from "../../../ir/ir.js";
import { printTy } from "../../../ir/print.js";
import { num, type Ty } from "../../../ir/types.js";
import type { TypeProblem } from "../../types/typeProblem.js";
import { capturedBy } from "./lowerCaptured.js";
import { coerce } from "../lowerCoerce.js";
import { declareHoisted } from "../lowerDeclarations.js";
import { bindName, withDefault } from "../lowerDestructuring.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { lowerExpression } from "../lowerExpressions.js";
import { newFacts } from "../facts/lowerFacts.js";
import { finishArm } from "../control/lowerJoin.js";
import {
  codeOf,
  knownOf,
  tagsIn,
  type CodeFunction,
  type Known,
} from "./lowerKnown.js";
import { filledBox, boxTy, takeFromBox } from "./lowerBoxes.js";
import {
  assignedIn,
  eachNode,
  isFunctionNode,
  symbolOf,
} from "../../syntax/scan.js";
import {
  nothingOf,
  parameterTy,
  resultTy,
  tyInside,
} from "./lowerSignature.js";
import {
  at,
  constant,
  newSite,
  type Exit,
  type Site,
  type Variable,
} from "../lowerSite.js";
import type { ThisVariable } from "../classes/lowerThis.js";
import { lowerList } from "../control/lowerStatements.js";
import { parameterLabel } from "../../types/parameterLabel.js";

/**
 * A local function that calls itself, or a function with function parameters that does, cannot be written out where it
 * is called. It becomes a function of the module: the variables that it sees become parameters, and the functions that
 * it is given are fixed.
 */
interface Lifted {
  readonly fn: CodeFunction;
  readonly name: string;
  /** Parameters that are functions or hold some, by place. */
  readonly given: readonly (Given | undefined)[];
  /** The variables that are passed in addition, with what is known of them. */
  readonly captured: readonly Captured[];
}
interface Given {
  readonly ty: Ty;
  readonly known: Known | undefined;
}
interface Captured extends Given {
  readonly variable: Variable;
  /** The function assigns it: it goes in and comes back in an object with one field. */
  readonly isAssigned: boolean;
}

/** The one function that it is; more than one are told apart by what is passed. */
function onlyFunction({ known }: Given): number | undefined {
  const [tag] = known?.fns ?? [];
  return known?.fns?.size === 1 ? tag : undefined;
}

export function callLifted(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  args: readonly (Value | undefined)[],
): Value | undefined {
  const { decl, ctx } = fn;
  const given = valueParameters(decl).map((parameter, k) => {
    if (parameter.dotDotDotToken !== undefined)
      return ctx.refuse(
        parameter,
        "DC2110",
        "a function that calls itself takes the rest of its arguments",
        "use plain parameters",
      );
    const value = args[k];
    const known = value && knownOf(site, value);
    return value && tagsIn(known).length > 0
      ? { ty: value.ty, known }
      : undefined;
  });
  const captured = capturedFor(site, node, fn, given);
  const key = JSON.stringify([
    [...ctx.env.values()].map(typeKey),
    given.map((one) => one?.known && keyOf(one.known)),
    captured.map(({ variable, ty, known, isAssigned }) => [
      variable.name,
      known && keyOf(known),
      isAssigned,
      receiverKey(variable, ty),
    ]),
  ]);
  const name = nameOf(site, decl, key, (fresh) => ({
    fn,
    name: fresh,
    given,
    captured,
  }));
  const passed = valueParameters(decl).flatMap((parameter, k) => {
    const known = given[k];
    const value = args[k];
    if (known !== undefined && value !== undefined)
      return onlyFunction(known) === undefined ? [value] : [];
    const ty = parameterTy(ctx, parameter);
    return value === undefined
      ? constant(site, node, undefined, ty)
      : coerce(site, node, value, ty);
  });
  const boxes = new Map<Variable, Value>();
  const more = captured.flatMap((one) => {
    if (one.isAssigned) {
      const box = filledBox(site, node, one.variable);
      boxes.set(one.variable, box);
      return [box];
    }
    const value = site.env.values.get(one.variable);
    const isFixed = onlyFunction(one) !== undefined;
    return isFixed || value === undefined ? [] : [value];
  });
  const ty = resultTy(ctx, decl);
  const results = ty === undefined ? [] : [site.ids.fresh(ty)];
  const b = at(site, node);
  b.emit({
    kind: "call",
    callee: name,
    ...b.plain([...passed, ...more], results),
  });
  for (const [variable, box] of boxes) takeFromBox(site, node, box, variable);
  return results[0];
}

/** Of `this`, also which class it is: what is called on it is found there. */
function receiverKey(variable: Variable, ty: Ty): string | undefined {
  const { instance } = variable as Partial<ThisVariable>;
  if (instance === undefined) return undefined;
  const { id } = instance.type as { id?: number };
  return `${id ?? ""} ${printTy(ty)}`;
}

/** What a type parameter means here. */
const typeKey = (ty: Ty | TypeProblem): string =>
  ty.kind === "problem" ? "?" : printTy(ty);

const keyOf = (known: Known): unknown => [
  [...(known.fns ?? [])],
  [...(known.members ?? [])].map(([name, one]) => [name, keyOf(one)]),
  known.elements && keyOf(known.elements),
];

/** As many specialisations of one function as anybody would write; a list of lists of lists has no end. */
const mostKinds = 100;

/** The name of the function for this specialisation, which is queued where it is new. */
function nameOf(
  site: Site,
  decl: ts.FunctionLikeDeclaration,
  key: string,
  describe: (name: string) => Lifted,
): string {
  const { lifted } = site.shared;
  const named = lifted.get(decl) ?? new Map<string, string>();
  lifted.set(decl, named);
  const known = named.get(key);
  if (known !== undefined) return known;
  if (named.size > mostKinds)
    return site.ctx.refuse(
      decl,
      "DC2008",
      "each call of this function calls it for another type",
      "write a function for the types that there are",
    );
  return site.ctx.define(decl, (name) => {
    named.set(key, name);
    const description = describe(name);
    return () => lowerLifted(site, description);
  });
}

/** All variables from around that the function, or one that it may call, mentions. */
function capturedFor(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  given: readonly (Given | undefined)[],
): Captured[] {
  const seen = new Set<CodeFunction>();
  const captured = new Map<Variable, Captured>();
  const visit = (one: CodeFunction): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const assigned = assignedBy(site, one);
    for (const variable of capturedBy(site, one)) {
      const value = site.env.values.get(variable);
      const isAssigned = assigned.has(variable);
      if (captured.has(variable)) {
        if (isAssigned) note(variable, value);
        continue;
      }
      if (isAssigned) note(variable, value);
      if (isAssigned || value === undefined) continue;
      const known = knownOf(site, value);
      const isFunction = tagsIn(known).length > 0;
      captured.set(variable, {
        variable,
        ty: value.ty,
        known: isFunction ? known : undefined,
        isAssigned: false,
      });
      if (isFunction) visitKnown(known);
    }
  };
  const note = (variable: Variable, value: Value | undefined): void => {
    if (value !== undefined && tagsIn(knownOf(site, value)).length > 0)
      refuseAssigned(site, node, variable);
    const { ty } = variable;
    captured.set(variable, {
      variable,
      ty,
      known: undefined,
      isAssigned: true,
    });
  };
  const visitKnown = (known: Known | undefined): void => {
    for (const tag of tagsIn(known)) {
      const one = codeOf(site.shared.functions[tag]);
      if (one !== undefined) visit(one);
    }
  };
  visit(fn);
  for (const one of given) visitKnown(one?.known);
  return [...captured.values()];
}

/** The variables from around that a function assigns, itself or by a function inside of it. */
function assignedBy(site: Site, { decl, scope }: CodeFunction): Set<Variable> {
  const symbols = assignedIn(site.ctx.checker, [decl]);
  return new Set([...symbols].flatMap((one) => scope.get(one) ?? []));
}

/** Which function a variable holds is followed through assignments, but not into a call and out again. */
const refuseAssigned = (site: Site, node: ts.Node, { name }: Variable): never =>
  site.ctx.refuse(
    node,
    "DC2104",
    `a function that calls itself assigns a function to ${name}, a variable of the function around it`,
    "return the function instead, or choose between functions where they are called",
  );

function lowerLifted(from: Site, lifted: Lifted): Func {
  const { shared } = from;
  const { decl, scope, ctx } = lifted.fn;
  const bodies = [
    ...shared.functions.flatMap((one) => codeOf(one)?.decl ?? []),
    ...ctx.kept.bodies(),
  ];
  let shrinks: boolean | undefined;
  const facts = newFacts({
    checker: ctx.checker,
    decl: from.decl,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () =>
      !(shrinks ??=
        effectsOf(ctx.checker, [decl, ...bodies]).shrunk.length > 0),
  });
  const site = newSite(ctx, from.decl, facts, shared);
  site.variables = new Map(scope);
  site.inside = [decl];
  const extra = lifted.captured.flatMap((one) => receive(site, decl, one));
  const own = valueParameters(decl).flatMap((parameter, k) =>
    lowerParameter(site, parameter, k, lifted.given[k]),
  );
  const ty = resultTy(ctx, decl);
  const result: Variable | undefined =
    ty === undefined ? undefined : { name: "result", ty };
  site.returnVariable = result;
  if (ty?.kind === "maybe" && result !== undefined)
    site.env.values.set(result, constant(site, decl, nothingOf(ty), ty));
  lowerBody(site, decl, site.returnTo);
  if (!site.env.dead || site.env.exits.size > 0)
    for (const { variable, isAssigned } of lifted.captured)
      if (isAssigned) filledBox(site, decl, variable);
  const threw = site.env.dead && site.env.exits.size === 0;
  const value = result && site.env.values.get(result);
  const region = finishArm(
    { b: site.root, env: site.env, values: [] },
    ty === undefined ? [] : [threw ? ty : (value ?? ty)],
  );
  const params = [...own, ...extra];
  return {
    name: lifted.name,
    params,
    body: { ...region, params: params.map((param) => param.value) },
    results: ty === undefined ? [] : [ty],
    span: ctx.spanOf(decl),
  };
}

/** A captured variable: a parameter, or a function that is known. */
function receive(site: Site, decl: ts.Node, captured: Captured): Param[] {
  const { variable, ty, known } = captured;
  const span = site.ctx.spanOf(decl);
  if (captured.isAssigned) {
    const box = site.ids.fresh(boxTy(variable), variable.name);
    site.boxes.set(variable, box);
    takeFromBox(site, decl, box, variable);
    return [{ name: variable.name, value: box, optional: false, span }];
  }
  const tag = onlyFunction(captured);
  const value =
    tag === undefined
      ? site.ids.fresh(ty, variable.name)
      : constant(site, decl, tag);
  if (known !== undefined) site.facts.known.set(value, known);
  site.env.values.set(variable, value);
  if (tag !== undefined) return [];
  return [{ name: variable.name, value, optional: false, span }];
}

function lowerParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  index: number,
  given: Given | undefined,
): Param[] {
  const { name, initializer } = parameter;
  const ty = given?.ty ?? parameterTy(site.ctx, parameter);
  const label = parameterLabel(name, index, ty);
  const span = site.ctx.spanOf(parameter);
  if (given !== undefined) {
    const tag = onlyFunction(given);
    const value =
      tag === undefined
        ? site.ids.fresh(given.ty, label)
        : constant(site, parameter, tag);
    if (given.known !== undefined) site.facts.known.set(value, given.known);
    bindName(site, name, value);
    return tag === undefined
      ? [{ name: label, value, optional: false, span }]
      : [];
  }
  const value = site.ids.fresh(ty, label);
  const want = tyInside(site.ctx, parameter, ty);
  bindName(
    site,
    name,
    initializer === undefined
      ? value
      : withDefault(site, parameter, value, initializer, want),
  );
  return [{ name: label, value, optional: false, span }];
}

function lowerBody(
  site: Site,
  decl: ts.FunctionLikeDeclaration,
  returnTo: Exit,
): void {
  const { body } = decl;
  if (body === undefined) return;
  if (ts.isBlock(body)) {
    declareHoisted(site, body);
    lowerList(site, body.statements, new Set([returnTo]));
    return;
  }
  const result = site.returnVariable;
  const value = lowerExpression(site, body, result?.ty ?? num);
  if (result !== undefined) site.env.values.set(result, value);
}

/**
 * Does the text of a function call the function itself by its name? One that gives a function does not, where only what
 * it makes calls it: `custom` of `ease.amplitude = (a) => custom(a, p); return ease`.
 */
export function callsItself(site: Site, { decl }: CodeFunction): boolean {
  const { checker } = site.ctx;
  const holder = ts.isVariableDeclaration(decl.parent) ? decl.parent : decl;
  const names = [decl.name, (holder as ts.NamedDeclaration).name].flatMap(
    (name) =>
      name && ts.isIdentifier(name) ? [checker.getSymbolAtLocation(name)] : [],
  );
  let found = false;
  if (decl.body === undefined) return false;
  const isMaker = givesFunction(checker, decl.body);
  eachNode(
    decl.body,
    (node) => {
      if (!ts.isIdentifier(node) || !ts.isCallExpression(node.parent)) return;
      if (node.parent.expression !== node) return;
      const symbol = symbolOf(checker, node);
      if (symbol !== undefined && names.includes(symbol)) found = true;
    },
    (node) => !isMaker || !isFunctionNode(node),
  );
  return found;
}

/** `return ease;` */
function givesFunction(checker: ts.TypeChecker, body: ts.ConciseBody): boolean {
  const isIt = (node: ts.Expression): boolean =>
    checker.getTypeAtLocation(node).getCallSignatures().length > 0;
  if (!ts.isBlock(body)) return isIt(body);
  let found = false;
  eachNode(
    body,
    (node) => {
      if (ts.isReturnStatement(node) && node.expression)
        found ||= isIt(node.expression);
    },
    (node) => !isFunctionNode(node),
  );
  return found;
}
