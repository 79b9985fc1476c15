import { ts } from "ts-morph";
import { kindInWords } from "../../syntax/kindInWords.js";
import type { Value } from "../../../ir/ir.js";
import { lowerCondition } from "./lowerConditions.js";
import { lowerDeclarations } from "../lowerDeclarations.js";
import { lowerEffect } from "../lowerEffect.js";
import { lowerExpression } from "../lowerExpressions.js";
import { declareFunctions } from "../functions/lowerFunctionValues.js";
import { refuseReturn } from "../functions/lowerEscapes.js";
import { join, resumeArm, runArm } from "./lowerJoin.js";
import { lowerDo, lowerFor, lowerWhile } from "./lowerLoops.js";
import { lowerForOf } from "./lowerForOf.js";
import { isProbe, noteResult } from "../lowerResult.js";
import { op, type Env, type Exit, type Site } from "../lowerSite.js";
import { lowerThrow, lowerTry } from "./lowerTry.js";
import { forgetAhead } from "../lowerAhead.js";
import { lowerThrower, nextThrower } from "./lowerThrowers.js";
import { lowerSwitch } from "./lowerSwitch.js";
import { exitedFlag, guardArms } from "./lowerExits.js";
import { lowerForIn } from "./lowerForIn.js";

/** Exits that control reaches anyway where a list of statements ends. */
export type Tail = ReadonlySet<Exit>;

const nowhere: Tail = new Set();

/** A statement, or something that behaves like one (a case of a switch). */
export type Step =
  | ts.Statement
  | {
      readonly kind: "guarded";
      readonly node: ts.Node;
      /** Emits the condition and gives it. */
      readonly condition: () => Value;
      readonly then: (tail: Tail) => void;
    }
  | {
      readonly kind: "plain";
      readonly node: ts.Node;
      readonly run: (tail: Tail) => void;
    };

/**
 * A list of statements with a single way out. What follows an `if` of which one arm leaves goes into the other arm;
 * what follows a statement that may have left is guarded by a flag.
 */
export function lowerList(
  site: Site,
  steps: readonly Step[],
  tail: Tail,
): void {
  declareFunctions(
    site,
    steps.map((one) => nodeOf(one)),
  );
  lowerFrom(site, steps, 0, tail);
  settle(site, site.env, tail);
}

function lowerFrom(
  site: Site,
  steps: readonly Step[],
  from: number,
  tail: Tail,
): void {
  for (let k = from; k < steps.length; k++) {
    const step = steps[k];
    if (step === undefined || site.env.dead) return;
    const rest = (): void => lowerFrom(site, steps, k, tail);
    if (site.env.exits.size > 0) return lowerGuarded(site, step, rest, tail);
    const call = nextThrower(site, nodeOf(step));
    if (call !== undefined) {
      lowerThrower(site, call);
      // once more, with one call less
      k--;
      continue;
    }
    const isLast = k === steps.length - 1;
    if (!isBranch(step)) {
      const inner = isLast ? tail : nowhere;
      if (isMade(step)) step.run(inner);
      else lowerStatement(site, step, inner);
      forgetAhead(site, nodeOf(step));
      continue;
    }
    const more = (): void => lowerFrom(site, steps, k + 1, tail);
    if (lowerBranch(site, step, isLast ? undefined : more, tail)) return;
  }
}

type Made = Extract<Step, { kind: "guarded" | "plain" }>;
type Branch = ts.IfStatement | Extract<Step, { kind: "guarded" }>;

const isMade = (step: Step): step is Made =>
  step.kind === "guarded" || step.kind === "plain";

const isBranch = (step: Step): step is Branch =>
  isMade(step) ? step.kind === "guarded" : ts.isIfStatement(step);

const nodeOf = (step: Step): ts.Node => (isMade(step) ? step.node : step);

/** The rest of a list, where an exit may have been taken. */
function lowerGuarded(
  site: Site,
  step: Step,
  rest: () => void,
  tail: Tail,
): void {
  const node = nodeOf(step);
  const exited = exitedFlag(site, node);
  if (exited === undefined) return;
  const proceed = op(site, node, "not", [exited]);
  const { goes, stays } = guardArms(site, rest);
  settle(site, goes.env, tail);
  settle(site, stays.env, tail);
  join(site, node, proceed, [], goes, stays);
}

/**
 * An `if`; `more` is what follows in the list. True where that has been lowered already, in the arm that goes on.
 */
function lowerBranch(
  site: Site,
  step: Branch,
  more: (() => void) | undefined,
  tail: Tail,
): boolean {
  const node = nodeOf(step);
  const armTail = more === undefined ? tail : nowhere;
  const condition = isMade(step)
    ? step.condition()
    : lowerCondition(site, step.expression);
  forgetAhead(site, isMade(step) ? step.node : step.expression);
  const decided = site.facts.decided.get(condition);
  if (decided !== undefined) {
    if (!isMade(step)) {
      const taken = decided ? step.thenStatement : step.elseStatement;
      if (taken !== undefined) lowerBlock(site, taken, armTail);
    } else if (decided) step.then(armTail);
    return false;
  }
  let thenArm = runArm(site, () => {
    if (isMade(step)) step.then(armTail);
    else lowerBlock(site, step.thenStatement, armTail);
  });
  let elseArm = runArm(site, () => {
    if (isMade(step) || step.elseStatement === undefined) return;
    lowerBlock(site, step.elseStatement, armTail);
  });
  const absorbs =
    more !== undefined &&
    ((hasLeft(thenArm.env) && !elseArm.env.dead) ||
      (hasLeft(elseArm.env) && !thenArm.env.dead));
  if (absorbs) {
    if (thenArm.env.dead) elseArm = resumeArm(site, elseArm, more);
    else thenArm = resumeArm(site, thenArm, more);
  }
  if (absorbs || more === undefined) {
    // Before the arms come together, so that no flag is made for what is no exit.
    settle(site, thenArm.env, tail);
    settle(site, elseArm.env, tail);
  }
  join(site, node, condition, [], thenArm, elseArm);
  return absorbs;
}

/** Left by an exit; a throw needs no care, for nothing comes after it. */
const hasLeft = (env: Env): boolean => env.dead && env.exits.size > 0;

/** At the end of a list: exits that lead to where control is going anyway were no exits. */
function settle(site: Site, env: Env, tail: Tail): void {
  if (tail.has(site.returnTo)) return settleReturn(site, env);
  let settled = false;
  for (const exit of tail) settled = env.exits.delete(exit) || settled;
  if (settled) env.dead = false;
}

/** The end of the function is a return, so that only the result is of interest. */
function settleReturn(site: Site, env: Env): void {
  const threw = env.dead && env.exits.size === 0;
  if (threw) return;
  // a throw that is caught outside of the function, which is written out there
  if ([...env.exits.keys()].some((exit) => leadsToCatch(site, exit))) {
    if (env.exits.delete(site.returnTo)) env.dead = false;
    return;
  }
  env.exits.clear();
  env.exits.set(site.returnTo, true);
  env.dead = true;
}

const leadsToCatch = ({ guards }: Site, exit: Exit): boolean =>
  guards.some(({ caught }) => caught === exit);

/** A statement as the body of another one: a block, or a single statement. */
export function lowerBlock(site: Site, node: ts.Statement, tail: Tail): void {
  lowerList(site, ts.isBlock(node) ? node.statements : [node], tail);
}

function lowerStatement(
  site: Site,
  node: ts.Statement,
  tail: Tail,
  labels: readonly string[] = [],
): void {
  if (ts.isBlock(node)) lowerList(site, node.statements, tail);
  else if (ts.isVariableStatement(node))
    lowerDeclarations(site, node.declarationList);
  else if (ts.isExpressionStatement(node)) lowerEffect(site, node.expression);
  else if (ts.isIfStatement(node)) lowerList(site, [node], tail);
  else if (ts.isForStatement(node)) lowerFor(site, node, labels);
  else if (ts.isForOfStatement(node)) lowerForOf(site, node, labels);
  else if (ts.isForInStatement(node)) lowerForIn(site, node, labels);
  else if (ts.isWhileStatement(node)) lowerWhile(site, node, labels);
  else if (ts.isDoStatement(node)) lowerDo(site, node, labels);
  else if (ts.isReturnStatement(node)) lowerReturn(site, node);
  else if (ts.isBreakOrContinueStatement(node)) lowerJump(site, node);
  else if (ts.isLabeledStatement(node)) lowerLabeled(site, node, tail, labels);
  else if (ts.isTryStatement(node))
    lowerTry(site, node, (block) => lowerBlock(site, block, nowhere));
  else if (ts.isSwitchStatement(node)) lowerSwitch(site, node, tail, labels);
  else if (ts.isThrowStatement(node)) lowerThrow(site, node);
  else if (!isNothing(node)) refuseStatement(site, node);
}

const isNothing = (node: ts.Statement): boolean =>
  ts.isEmptyStatement(node) ||
  // lowered where it is used
  ts.isClassDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  node.kind === ts.SyntaxKind.DebuggerStatement;

function lowerReturn(site: Site, node: ts.ReturnStatement): void {
  const result = site.returnVariable;
  if (node.expression !== undefined) {
    if (result === undefined) lowerEffect(site, node.expression);
    else if (isProbe(result))
      noteResult(lowerExpression(site, node.expression));
    else {
      const value = lowerExpression(site, node.expression, result.ty);
      refuseReturn(site, node.expression, value);
      site.env.values.set(result, value);
    }
  }
  leave(site, site.returnTo);
}

export function leave(site: Site, exit: Exit): void {
  if (site.env.dead) return;
  site.env.exits.set(exit, true);
  site.env.dead = true;
}

function lowerJump(site: Site, node: ts.BreakOrContinueStatement): void {
  const label = node.label?.text;
  const isBreak = ts.isBreakStatement(node);
  for (const target of site.targets.toReversed()) {
    const exit = isBreak ? target.breakTo : target.continueTo;
    const meant =
      label === undefined
        ? isBreak
          ? target.plainBreak
          : target.continueTo !== undefined
        : target.labels.includes(label);
    if (meant && exit !== undefined) return leave(site, exit);
  }
  refuseStatement(site, node);
}

function lowerLabeled(
  site: Site,
  node: ts.LabeledStatement,
  tail: Tail,
  labels: readonly string[],
): void {
  const all = [...labels, node.label.text];
  const inner = node.statement;
  const takesLabels =
    ts.isIterationStatement(inner, false) ||
    ts.isLabeledStatement(inner) ||
    ts.isSwitchStatement(inner);
  if (takesLabels) return lowerStatement(site, inner, tail, all);
  const breakTo: Exit = { kind: "break", hint: "left" };
  const saved = site.targets;
  site.targets = [...saved, { labels: all, breakTo, plainBreak: false }];
  lowerBlock(site, inner, new Set([...tail, breakTo]));
  site.targets = saved;
}

function refuseStatement(site: Site, node: ts.Statement): never {
  const { ctx } = site;
  if (ts.isClassDeclaration(node))
    return ctx.refuse(
      node.name ?? node,
      "DC2105",
      "a class is declared here, inside of a function",
      "declare it at the top level of its module",
    );
  return ctx.refuse(
    node,
    "DC2101",
    `${kindInWords(node)} is not carried`,
    "write it with if, for, while and switch",
  );
}
