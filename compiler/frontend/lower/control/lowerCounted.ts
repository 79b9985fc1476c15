import { ts } from "ts-morph";
import { effectsOf } from "../facts/lowerEffects.js";
import { isInvariant, type LoopView } from "./loopInvariants.js";
import { functionsMade } from "../functions/lowerKnown.js";
import {
  assignedIn,
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isDeclarations,
  isUpdate,
  symbolOf,
} from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** A `for` whose variable is a proven integer, steps by a constant, and runs to a bound that does not change. */
export interface Counted {
  readonly name: ts.Identifier;
  readonly test: "<" | "<=" | ">" | ">=";
  readonly bound: ts.Expression;
  /** What the variable is compared with the bound after: `i + 1 < n`, `i - w >= 0`. */
  readonly shift?: Shift;
  readonly step: number;
  /** What else must hold for the next iteration: `i < n && more`. */
  readonly more: readonly ts.Expression[];
  /** What else is done between iterations: `i++, j--`. */
  readonly others: readonly ts.Expression[];
  /** The variable is declared outside of the loop's head, or with `var`: its last value may be asked for. */
  readonly livesOn: boolean;
}

/** Something that is added to the variable or taken from it; a proven integer. */
export interface Shift {
  readonly by: ts.Expression;
  readonly isTaken: boolean;
}

export function countedShape(
  site: Site,
  node: ts.ForStatement,
): Counted | undefined {
  const { checker } = site.ctx;
  if (node.condition === undefined || node.incrementor === undefined)
    return undefined;
  const [first, ...more] = conjuncts(node.condition);
  const steps = sequence(node.incrementor);
  for (const one of steps) {
    const stepped = stepOf(site, one);
    const test = stepped && first && testOf(site, first, stepped.name);
    if (stepped === undefined || test === undefined) continue;
    const fits = stepped.step > 0 === test.test.startsWith("<");
    const others = steps.filter((other) => other !== one);
    const shape = {
      ...stepped,
      ...test,
      more,
      others,
      livesOn: livesOn(checker, node, stepped.name),
    };
    if (fits && isSound(site, node, shape)) return shape;
  }
  return undefined;
}

function isSound(site: Site, node: ts.ForStatement, shape: Counted): boolean {
  const { checker } = site.ctx;
  const symbol = symbolOf(checker, shape.name);
  if (symbol === undefined || site.variables.get(symbol) === undefined)
    return false;
  const inside = [node.statement, ...shape.more, ...shape.others];
  const effects = effectsOf(checker, inside, functionsMade(site));
  const assigned = assignedIn(checker, [...inside, ...effects.functions]);
  if (assigned.has(symbol)) return false;
  if (shape.others.some((other) => mentions(checker, other, symbol)))
    return false;
  if (!startsAtInteger(site, node, shape.name, symbol)) return false;
  const loop: LoopView = {
    checker,
    assigned: new Set([...assigned, symbol]),
    effects,
    decl: site.decl,
    induction: shape.test === "<" ? symbol : undefined,
  };
  const fixed = shape.shift ? [shape.bound, shape.shift.by] : [shape.bound];
  return fixed.every((one) => isInvariant(one, loop));
}

function mentions(
  checker: ts.TypeChecker,
  node: ts.Node,
  symbol: ts.Symbol,
): boolean {
  let found = false;
  eachNode(node, (one) => {
    if (ts.isIdentifier(one) && symbolOf(checker, one) === symbol) found = true;
  });
  return found;
}

/** Is the variable an integer where the loop starts? */
function startsAtInteger(
  site: Site,
  node: ts.ForStatement,
  name: ts.Identifier,
  symbol: ts.Symbol,
): boolean {
  if (site.facts.isInteger(name)) return true;
  const { initializer } = node;
  if (initializer === undefined) return false;
  if (isDeclarations(initializer))
    return initializer.declarations.some(
      (decl) =>
        site.ctx.checker.getSymbolAtLocation(decl.name) === symbol &&
        decl.initializer !== undefined &&
        site.facts.isInteger(decl.initializer),
    );
  return sequence(initializer).some(
    (one) =>
      isAssignment(one) &&
      one.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      symbolOf(site.ctx.checker, bareExpression(one.left)) === symbol &&
      site.facts.isInteger(one.right),
  );
}

function livesOn(
  checker: ts.TypeChecker,
  node: ts.ForStatement,
  name: ts.Identifier,
): boolean {
  const { initializer } = node;
  const isOwn =
    initializer !== undefined &&
    isDeclarations(initializer) &&
    (initializer.flags & ts.NodeFlags.BlockScoped) !== 0 &&
    initializer.declarations.some(
      (decl) =>
        checker.getSymbolAtLocation(decl.name) === symbolOf(checker, name),
    );
  return !isOwn;
}

function conjuncts(given: ts.Expression): ts.Expression[] {
  const node = bareExpression(given);
  const isAnd =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  return isAnd ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

function sequence(given: ts.Expression): ts.Expression[] {
  const node = bareExpression(given);
  const isComma =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isComma ? [...sequence(node.left), ...sequence(node.right)] : [node];
}

/** `i++`, `i -= 2`, `i = i + 1` */
function stepOf(
  site: Site,
  node: ts.Expression,
): { name: ts.Identifier; step: number } | undefined {
  const { checker } = site.ctx;
  if (isUpdate(node)) {
    const name = bareExpression(node.operand);
    const step = node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
    return ts.isIdentifier(name) ? { name, step } : undefined;
  }
  if (!isAssignment(node)) return undefined;
  const name = bareExpression(node.left);
  if (!ts.isIdentifier(name)) return undefined;
  const kind = node.operatorToken.kind;
  if (kind === ts.SyntaxKind.PlusEqualsToken)
    return withStep(name, integerOf(site, node.right), 1);
  if (kind === ts.SyntaxKind.MinusEqualsToken)
    return withStep(name, integerOf(site, node.right), -1);
  const sum = bareExpression(node.right);
  if (kind !== ts.SyntaxKind.EqualsToken || !ts.isBinaryExpression(sum))
    return undefined;
  const isIt = (one: ts.Expression): boolean => {
    const bare = bareExpression(one);
    return (
      ts.isIdentifier(bare) &&
      symbolOf(checker, bare) === symbolOf(checker, name)
    );
  };
  const operator = sum.operatorToken.kind;
  if (operator === ts.SyntaxKind.PlusToken && isIt(sum.left))
    return withStep(name, integerOf(site, sum.right), 1);
  if (operator === ts.SyntaxKind.PlusToken && isIt(sum.right))
    return withStep(name, integerOf(site, sum.left), 1);
  if (operator === ts.SyntaxKind.MinusToken && isIt(sum.left))
    return withStep(name, integerOf(site, sum.right), -1);
  return undefined;
}

function withStep(
  name: ts.Identifier,
  size: number | undefined,
  sign: 1 | -1,
): { name: ts.Identifier; step: number } | undefined {
  return size === undefined || size === 0
    ? undefined
    : { name, step: sign * size };
}

/** The value of an integer literal or constant of the module. */
function integerOf(site: Site, given: ts.Expression): number | undefined {
  const node = bareExpression(given);
  if (ts.isNumericLiteral(node)) return safe(Number(node.text));
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.MinusToken
  ) {
    const value = integerOf(site, node.operand);
    return value === undefined ? undefined : -value;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const symbol = definedSymbol(site.ctx.checker, node);
  const value = symbol && site.ctx.constantOf(symbol);
  return typeof value === "number" ? safe(value) : undefined;
}

const safe = (value: number): number | undefined =>
  Number.isSafeInteger(value) ? value : undefined;

const flipped = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
type Test = keyof typeof flipped;

const tests: ReadonlyMap<ts.SyntaxKind, Test> = new Map([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
]);

/** `i < bound`, `bound > i`, `i + 1 < bound` */
function testOf(
  site: Site,
  given: ts.Expression,
  name: ts.Identifier,
): Pick<Counted, "test" | "bound" | "shift"> | undefined {
  const { checker } = site.ctx;
  const node = bareExpression(given);
  if (!ts.isBinaryExpression(node)) return undefined;
  const test = tests.get(node.operatorToken.kind);
  if (test === undefined) return undefined;
  const symbol = symbolOf(checker, name);
  const isIt = (one: ts.Expression): boolean => {
    const bare = bareExpression(one);
    return ts.isIdentifier(bare) && symbolOf(checker, bare) === symbol;
  };
  if (isIt(node.left)) return { test, bound: node.right };
  if (isIt(node.right)) return { test: flipped[test], bound: node.left };
  const left = shiftOf(site, node.left, isIt);
  if (left) return { test, bound: node.right, shift: left };
  const right = shiftOf(site, node.right, isIt);
  if (right) return { test: flipped[test], bound: node.left, shift: right };
  return undefined;
}

/** `i + by`, `by + i`, `i - by` */
function shiftOf(
  site: Site,
  given: ts.Expression,
  isIt: (node: ts.Expression) => boolean,
): Shift | undefined {
  const node = bareExpression(given);
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, right } = node;
  const kind = node.operatorToken.kind;
  const isSum = kind === ts.SyntaxKind.PlusToken;
  const isTaken = kind === ts.SyntaxKind.MinusToken;
  if ((isSum || isTaken) && isIt(left) && site.facts.isInteger(right))
    return { by: right, isTaken };
  if (isSum && isIt(right) && site.facts.isInteger(left))
    return { by: left, isTaken };
  return undefined;
}
