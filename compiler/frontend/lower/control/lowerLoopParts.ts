import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, sameTy, type Ty } from "../../../ir/types.js";
import { coerce } from "../lowerCoerce.js";
import { asKept, kindOf, wantKept } from "../functions/lowerKept.js";
import { finishArm, lend, type Arm } from "./lowerJoin.js";
import { holdsTag, knownOf, tagsIn } from "../functions/lowerKnown.js";
import type { LoopExits } from "./lowerLoops.js";
import { labelsNamedIn, returnsIn } from "../../syntax/scan.js";
import {
  at,
  copyEnv,
  type Env,
  type Exit,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { exitedFlag } from "./lowerExits.js";

/** The `for` and `while` of the IR: what goes round in a loop, and how it ends. */

/** What a loop carries from one iteration to the next, and which jumps out of it lead further than behind it. */
export interface LoopState {
  readonly carried: readonly Variable[];
  readonly outward: readonly Exit[];
  /** The loop's own variable, which starts anew in each iteration. */
  readonly own?: Variable;
}

export function loopState(
  site: Site,
  statements: readonly ts.Node[],
  written: ReadonlySet<ts.Symbol>,
  extra: readonly Variable[] = [],
): LoopState {
  const carried = new Set<Variable>(extra);
  for (const symbol of written) {
    const variable = site.variables.get(symbol);
    if (variable !== undefined && site.env.values.has(variable))
      carried.add(variable);
  }
  const outward: Exit[] = [];
  if (statements.some(returnsIn)) {
    outward.push(site.returnTo);
    if (site.returnVariable !== undefined) carried.add(site.returnVariable);
  }
  const { broken, continued } = labelsNamedIn(statements);
  for (const { labels, breakTo, continueTo } of site.targets) {
    if (labels.some((label) => broken.has(label))) outward.push(breakTo);
    if (continueTo && labels.some((label) => continued.has(label)))
      outward.push(continueTo);
  }
  return { carried: [...carried], outward };
}

export interface Range {
  readonly lo: Value;
  readonly hi: Value;
  readonly test: "<" | "<=" | ">" | ">=";
  readonly step: number;
  readonly name: string;
}

const upwards = { test: "<", step: 1 } as const;

/** Runs `body` for i = 0 to n - 1, where it neither assigns variables nor jumps. */
export function repeat(
  site: Site,
  node: ts.Node,
  lo: Value,
  hi: Value,
  body: (index: Value, exits: LoopExits) => void,
  state: LoopState = { carried: [], outward: [] },
): void {
  emitCounted(site, node, { lo, hi, ...upwards, name: "i" }, state, body);
}

export function emitCounted(
  site: Site,
  node: ts.Node,
  range: Range,
  state: LoopState,
  body: (index: Value, exits: LoopExits) => void,
): void {
  const exits = newExits();
  const index = site.ids.fresh(range.lo.ty, range.name);
  noteRange(site, range, index);
  const inits = startValues(site, node, state);
  const { arm, params } = runBody(site, state, exits, inits, () =>
    body(index, exits),
  );
  const missed = missedBy(site, state, arm, exits);
  if (missed !== undefined)
    return emitCounted(site, node, range, withMore(state, missed), body);
  refuseChanged(site, node, state, params, arm);
  const threw = arm.env.dead && arm.env.exits.size === 0;
  const stop = lend(site, arm.b, arm.env, () => [
    arm.env.dead ? undefined : exitedFlag(site, node),
  ]).values[0];
  const breaks = arm.env.exits.size > 0;
  const stopped = (): Value | Ty =>
    stop ?? (threw ? bool : arm.b.constant(arm.env.dead));
  const carried = endValues(arm, state, threw);
  const region = finishArm(arm, breaks ? [stopped(), ...carried] : carried);
  const results = resultsOf(site, state, inits);
  const b = at(site, node);
  b.emit({
    kind: "for",
    test: range.test,
    step: range.step,
    breaks,
    args: [range.lo, range.hi, ...inits],
    results,
    regions: [{ ...region, params: [index, ...params] }],
    span: b.span,
  });
  receive(site, state, results, arm.env);
}

/** What is known of an index: `for (let i = 0; i < n; ...)` and `for (let i = n - 1; i >= 0; ...)` stay below n. */
function noteRange(site: Site, range: Range, index: Value): void {
  const { facts } = site;
  const isNatural = (value: Value): boolean =>
    (facts.constants.get(value) ?? -1) >= 0;
  if (range.test === "<" && isNatural(range.lo))
    facts.below.set(index, range.hi);
  const above = facts.lessThan.get(range.lo);
  const staysNatural =
    range.test === ">=" || range.test === ">" ? isNatural(range.hi) : false;
  if (staysNatural && above !== undefined) facts.below.set(index, above);
}

/** `body` gives whether the loop goes on. The answer: may the loop be left by its own break? */
export function emitWhile(
  site: Site,
  node: ts.Node,
  state: LoopState,
  body: (exits: LoopExits) => Value | undefined,
): boolean {
  const exits = newExits();
  const inits = startValues(site, node, state);
  const { arm, params } = runBody(site, state, exits, inits, () => [
    body(exits),
  ]);
  const missed = missedBy(site, state, arm, exits);
  if (missed !== undefined)
    return emitWhile(site, node, withMore(state, missed), body);
  refuseChanged(site, node, state, params, arm);
  const threw = arm.env.dead && arm.env.exits.size === 0;
  const goesOn: Value | Ty = arm.values[0] ?? bool;
  const carried = endValues(arm, state, threw);
  const region = finishArm(arm, [goesOn, ...carried]);
  const results = resultsOf(site, state, inits);
  const b = at(site, node);
  b.emit({
    kind: "while",
    args: inits,
    results,
    regions: [{ ...region, params }],
    span: b.span,
  });
  receive(site, state, results, arm.env);
  return exits.breaks;
}

function newExits(): LoopExits {
  return {
    breakTo: { kind: "break", hint: "stopped" },
    continueTo: { kind: "continue", hint: "skipped" },
    breaks: false,
    settle: () => undefined,
  };
}

/** Values of the carried variables where the loop starts; the flags of its outward exits start as false. */
function startValues(
  site: Site,
  node: ts.Node,
  { carried, outward }: LoopState,
): Value[] {
  const b = at(site, node);
  return [
    ...carried.map((v) => {
      const value = site.env.values.get(v);
      return value === undefined
        ? b.poison(v.ty)
        : asKept(site, node, v, value);
    }),
    ...outward.map(() => b.constant(false)),
  ];
}

function runBody(
  site: Site,
  { carried, outward }: LoopState,
  exits: LoopExits,
  inits: readonly Value[],
  body: () => readonly (Value | undefined)[] | void,
): { arm: Arm; params: readonly Value[] } {
  const env: Env = copyEnv(site.env);
  const variables = carried.map((variable, k) => {
    const param = likeInit(site, variable, inits[k]);
    env.values.set(variable, param);
    return param;
  });
  const flags = outward.map((exit) => site.ids.fresh(bool, exit.hint));
  exits.settle = () => keepCarried(site, carried, variables);
  const arm = lend(site, site.b.child(), env, body);
  lend(site, arm.b, arm.env, exits.settle);
  return { arm, params: [...variables, ...flags] };
}

/** Functions that go round are in memory, with what they see. */
function keepCarried(
  site: Site,
  carried: readonly Variable[],
  params: readonly Value[],
): void {
  carried.forEach((variable, k) => {
    const param = params[k];
    const after = site.env.values.get(variable);
    if (after && param && after !== param && kindOf(site, param))
      site.env.values.set(variable, coerce(site, site.decl, after, param.ty));
  });
}

function endValues(
  arm: Arm,
  { carried, outward }: LoopState,
  threw: boolean,
): (Value | Ty)[] {
  return [
    ...carried.map((v) => (threw ? v.ty : (arm.env.values.get(v) ?? v.ty))),
    ...outward.map((exit): Value | Ty => {
      if (threw) return bool;
      const flag = arm.env.exits.get(exit);
      return typeof flag === "object" ? flag : arm.b.constant(flag === true);
    }),
  ];
}

/** A value that goes round: a function is taken to stay the one that it is at the start. */
function likeInit(
  site: Site,
  variable: Variable,
  init: Value | undefined,
): Value {
  const known = init && holdsTag(site, init) ? knownOf(site, init) : undefined;
  const isOwn = known !== undefined || (init && site.ctx.kept.isIn(init.ty));
  const ty = isOwn && init ? init.ty : variable.ty;
  const value = site.ids.fresh(ty, variable.name);
  if (known !== undefined) site.facts.known.set(value, known);
  return value;
}

interface Missed {
  readonly carried: readonly Variable[];
  readonly outward: readonly Exit[];
}

/** What functions called from the body do, and its own text does not show: variables that they assign, throws that are caught. */
function missedBy(
  site: Site,
  { carried, outward, own }: LoopState,
  arm: Arm,
  { breakTo, continueTo }: LoopExits,
): Missed | undefined {
  const seen = new Set([...outward, breakTo, continueTo]);
  const ways = [...arm.env.exits.keys()].filter((exit) => !seen.has(exit));
  const assigned = [...site.env.values].flatMap(([variable, before]) => {
    const after = arm.env.values.get(variable);
    const isChanged =
      after !== undefined && after !== before && variable !== own;
    return isChanged && !carried.includes(variable) ? [variable] : [];
  });
  return ways.length + assigned.length > 0
    ? { carried: assigned, outward: ways }
    : undefined;
}

const withMore = (state: LoopState, more: Missed): LoopState => ({
  ...state,
  carried: [...state.carried, ...more.carried],
  outward: [...state.outward, ...more.outward],
});

function refuseChanged(
  site: Site,
  node: ts.Node,
  { carried }: LoopState,
  params: readonly Value[],
  arm: Arm,
): void {
  carried.forEach((variable, k) => {
    const param = params[k];
    const after = arm.env.values.get(variable);
    if (param === undefined || after === undefined || after === param) return;
    if (!holdsTag(site, param) && !holdsTag(site, after)) return;
    const before = new Set(tagsIn(knownOf(site, param)));
    const tags = tagsIn(knownOf(site, after));
    const isKnown = tags.length > 0 && tags.every((tag) => before.has(tag));
    if (isKnown && sameTy(param.ty, after.ty)) return;
    wantKept(site, variable, [...before, ...tags]);
    site.ctx.refuse(
      node,
      "DC2104",
      `which function ${variable.name} is changes from one iteration to the next`,
      "choose between functions by a condition where they are called",
    );
  });
}

const resultsOf = (
  site: Site,
  { carried, outward }: LoopState,
  inits: readonly Value[],
): Value[] => [
  ...carried.map((v, k) => likeInit(site, v, inits[k])),
  ...outward.map((exit) => site.ids.fresh(bool, exit.hint)),
];

/** What is known after the loop. */
function receive(
  site: Site,
  { carried, outward }: LoopState,
  results: readonly Value[],
  end: Env,
): void {
  carried.forEach((variable, k) => {
    const result = results[k];
    if (result !== undefined) site.env.values.set(variable, result);
  });
  outward.forEach((exit, k) => {
    const flag = results[carried.length + k];
    if (flag !== undefined && end.exits.has(exit))
      site.env.exits.set(exit, flag);
  });
}
