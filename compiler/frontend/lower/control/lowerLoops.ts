import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, num } from "../../../ir/types.js";
import { lowerCondition } from "./lowerConditions.js";
import { countedShape, type Counted } from "./lowerCounted.js";
import { lowerDeclarations } from "../lowerDeclarations.js";
import { lowerEffect } from "../lowerEffect.js";
import { lowerExpression } from "../lowerExpressions.js";
import { branch } from "./lowerJoin.js";
import { emitCounted, emitWhile, loopState } from "./lowerLoopParts.js";
import { assignedIn, isDeclarations } from "../../syntax/scan.js";
import {
  constant,
  op,
  type Exit,
  type Site,
  type Target,
} from "../lowerSite.js";
import { leave, lowerBlock } from "./lowerStatements.js";
import { localVariable } from "../lowerVariables.js";
import { exitedFlag, unlessExited } from "./lowerExits.js";

/** `for`, `while` and `do`. */

export function lowerFor(
  site: Site,
  node: ts.ForStatement,
  labels: readonly string[],
): void {
  const { initializer } = node;
  if (initializer !== undefined) {
    if (isDeclarations(initializer)) lowerDeclarations(site, initializer);
    else lowerEffect(site, initializer);
  }
  const counted = countedShape(site, node);
  if (counted !== undefined) lowerCounted(site, node, counted, labels);
  else
    lowerTested(site, node, node.condition, node.statement, labels, () => {
      if (node.incrementor !== undefined) lowerEffect(site, node.incrementor);
    });
}

/** A loop whose variable is a proven integer that runs to a fixed bound. */
function lowerCounted(
  site: Site,
  node: ts.ForStatement,
  shape: Counted,
  labels: readonly string[],
): void {
  const { checker } = site.ctx;
  const variable = localVariable(site, shape.name);
  const start = variable && site.env.values.get(variable);
  if (variable === undefined || start === undefined)
    throw new TypeError("a loop without its variable");
  const bound = lowerBound(site, shape);
  const written = assignedIn(checker, [
    node.statement,
    ...shape.more,
    ...shape.others,
  ]);
  const isOuter = shape.livesOn;
  const state = loopState(
    site,
    [node.statement],
    written,
    isOuter ? [variable] : [],
  );
  emitCounted(
    site,
    node,
    { lo: start, hi: bound, ...shape, name: variable.name },
    isOuter ? state : { ...state, own: variable },
    (index, exits) => {
      site.env.values.set(variable, index);
      const body = (): void => {
        inLoop(site, labels, exits, () =>
          lowerBlock(site, node.statement, new Set([exits.continueTo])),
        );
        if (!site.env.dead) exits.settle();
        unlessExited(site, node, () => {
          for (const other of shape.others) lowerEffect(site, other);
        });
        if (isOuter) advance(site, node, variable, index, shape.step);
      };
      withConditions(site, shape.more, exits.breakTo, body);
    },
  );
  if (!isOuter) site.env.values.delete(variable);
}

/**
 * `i + 1 < n` is `i < n - 1` where all are integers; a bound that may not be one is rounded to the integer that decides
 * alike, since `n - 1` may round across it.
 */
function lowerBound(site: Site, { bound, shift, test }: Counted): Value {
  const value = lowerExpression(site, bound, num);
  if (shift === undefined) return value;
  const rounding = test === "<" || test === ">=" ? "ceil" : "floor";
  const whole = site.facts.isInteger(bound)
    ? value
    : op(site, bound, rounding, [value]);
  const by = lowerExpression(site, shift.by, num);
  if (shift.isTaken) return op(site, bound, "add", [whole, by]);
  const less = op(site, bound, "sub", [whole, by]);
  if ((site.facts.constants.get(by) ?? 0) > 0)
    site.facts.lessThan.set(less, whole);
  return less;
}

/** `i < n && more`: the loop ends where `more` does not hold. */
function withConditions(
  site: Site,
  conditions: readonly ts.Expression[],
  breakTo: Exit,
  body: () => void,
): void {
  const [first, ...rest] = conditions;
  if (first === undefined) return body();
  branch(
    site,
    first,
    lowerCondition(site, first),
    [],
    () => withConditions(site, rest, breakTo, body),
    () => leave(site, breakTo),
  );
}

/** The loop's variable after an iteration, for what comes after the loop. It stays where the loop was left. */
function advance(
  site: Site,
  node: ts.ForStatement,
  variable: NonNullable<ReturnType<typeof localVariable>>,
  index: Value,
  step: number,
): void {
  unlessExited(site, node, () => {
    const next =
      step > 0
        ? op(site, node, "add", [index, constant(site, node, step)])
        : op(site, node, "sub", [index, constant(site, node, -step)]);
    site.env.values.set(variable, next);
  });
}

export interface LoopExits {
  readonly breakTo: Exit;
  readonly continueTo: Exit;
  /** Was the loop's own break taken anywhere? */
  breaks: boolean;
  /** Puts the functions that go round into memory, with what they see now: the step of a `for` changes that. */
  settle: () => void;
}

/** Runs `body` where `break` and `continue` mean this loop. */
export function inLoop(
  site: Site,
  labels: readonly string[],
  exits: LoopExits,
  body: () => void,
): void {
  const saved = site.targets;
  const { breakTo, continueTo } = exits;
  const target: Target = { labels, plainBreak: true, breakTo, continueTo };
  site.targets = [...saved, target];
  body();
  site.targets = saved;
}

export function lowerWhile(
  site: Site,
  node: ts.WhileStatement,
  labels: readonly string[],
): void {
  lowerTested(
    site,
    node,
    node.expression,
    node.statement,
    labels,
    () => undefined,
  );
}

/** `for (; test; increment) body` and `while (test) body`. */
function lowerTested(
  site: Site,
  node: ts.ForStatement | ts.WhileStatement,
  test: ts.Expression | undefined,
  statement: ts.Statement,
  labels: readonly string[],
  increment: () => void,
): void {
  const { checker } = site.ctx;
  const incrementor = ts.isForStatement(node) ? node.incrementor : undefined;
  const written = assignedIn(checker, [statement, test, incrementor]);
  const state = loopState(site, [statement], written);
  const forever = test === undefined || isTrue(test);
  const left = emitWhile(site, node, state, (exits) => {
    const iterate = (): Value | undefined => {
      inLoop(site, labels, exits, () =>
        lowerBlock(site, statement, new Set([exits.continueTo])),
      );
      if (!site.env.dead) exits.settle();
      unlessExited(site, node, increment);
      return again(site, node, exits);
    };
    if (forever) return iterate();
    const [goesOn] = branch(
      site,
      node,
      lowerCondition(site, test),
      [bool],
      () => [iterate()],
      () => [constant(site, node, false)],
    );
    return goesOn;
  });
  if (forever && !left) neverEnds(site);
}

const isTrue = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.TrueKeyword ||
  (ts.isNumericLiteral(node) && Number(node.text) !== 0);

/** After `while (true)` without a break: only its other exits lead out. */
function neverEnds(site: Site): void {
  const { env } = site;
  env.dead = true;
  if (env.exits.size === 1)
    for (const exit of env.exits.keys()) env.exits.set(exit, true);
}

/**
 * Does the loop go on after this iteration? Its own break is thereby dealt with. Undefined where that is never asked,
 * because the iteration threw.
 */
export function again(
  site: Site,
  node: ts.Node,
  exits: LoopExits,
): Value | undefined {
  const { env } = site;
  if (env.dead && env.exits.size === 0) return undefined;
  const goesOn = env.dead
    ? constant(site, node, false)
    : goesOnFlag(site, node);
  settleBreak(site, exits);
  return goesOn;
}

function goesOnFlag(site: Site, node: ts.Node): Value {
  const exited = exitedFlag(site, node);
  return exited === undefined
    ? constant(site, node, true)
    : op(site, node, "not", [exited]);
}

function settleBreak(site: Site, exits: LoopExits): void {
  const { env } = site;
  if (!env.exits.delete(exits.breakTo)) return;
  exits.breaks = true;
  env.dead = false;
}

export function lowerDo(
  site: Site,
  node: ts.DoStatement,
  labels: readonly string[],
): void {
  const { checker } = site.ctx;
  const written = assignedIn(checker, [node.statement, node.expression]);
  const state = loopState(site, [node.statement], written);
  const left = emitWhile(site, node, state, (exits) => {
    inLoop(site, labels, exits, () =>
      lowerBlock(site, node.statement, new Set([exits.continueTo])),
    );
    if (site.env.dead) return again(site, node, exits);
    const exited = exitedFlag(site, node);
    if (exited === undefined) return lowerCondition(site, node.expression);
    const [goesOn] = branch(
      site,
      node,
      op(site, node, "not", [exited]),
      [bool],
      () => {
        site.env.exits.clear();
        return [lowerCondition(site, node.expression)];
      },
      () => {
        const no = constant(site, node, false);
        site.env.dead = true;
        return [no];
      },
    );
    settleBreak(site, exits);
    return goesOn;
  });
  if (isTrue(node.expression) && !left) neverEnds(site);
}
