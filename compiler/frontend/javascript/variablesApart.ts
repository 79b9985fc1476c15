import { ts } from "ts-morph";
import { eachNode, isAssignment } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * A variable of JavaScript that is first of one kind and then of another:
 *
 *     function size(v) { if (typeof v === "number") v = [v]; ... }
 *
 * From the assignment on it is a variable of its own (`v$is1`). What the program does stays the same whatever the types
 * are: where control may come by another way, the new variable gets the value of the old one.
 */
const ending = /\$is\d+$/;

/** The name that its author gave to a variable. */
export const nameBefore = (name: string): string => name.replace(ending, "");

/** `v = [v];`, `var v = [v];`: where a variable may begin anew, by its name there. */
export function isFreshStart(target: ts.Node): target is ts.Identifier {
  if (!ts.isIdentifier(target)) return false;
  const { parent } = target;
  if (ts.isVariableDeclaration(parent))
    return (
      parent.name === target &&
      parent.initializer !== undefined &&
      ts.isVariableDeclarationList(parent.parent) &&
      parent.parent.declarations.length === 1 &&
      (parent.parent.flags & ts.NodeFlags.BlockScoped) === 0 &&
      ts.isVariableStatement(parent.parent.parent)
    );
  return (
    isAssignment(parent) &&
    parent.left === target &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isExpressionStatement(parent.parent)
  );
}

/** The edits that let variables begin anew at some places of a text. */
export function withVariablesApart(
  { parsed }: Parsed,
  places: ReadonlySet<number>,
): Edit[] {
  if (places.size === 0) return [];
  const byVariable = new Map<ts.Node, Map<string, ts.Identifier[]>>();
  eachNode(parsed(), (node) => {
    if (!isFreshStart(node) || !places.has(node.getStart())) return;
    const fn = ts.findAncestor(node, ts.isFunctionLike);
    if (fn === undefined) return;
    const own = byVariable.get(fn) ?? new Map<string, ts.Identifier[]>();
    byVariable.set(
      fn,
      own.set(node.text, [...(own.get(node.text) ?? []), node]),
    );
  });
  const edits: Edit[] = [];
  for (const own of byVariable.values())
    for (const starts of own.values()) {
      const home = homeOf(starts);
      if (home !== undefined) edits.push(...newWalk(home, starts).edits());
    }
  return edits;
}

/** May a variable begin anew there? */
export const mayStartAnew = (target: ts.Identifier): boolean =>
  homeOf([target]) !== undefined;

/** Where the variable lives: a block that is run through from its start, and outside of which nobody sees the variable. */
function homeOf(starts: readonly ts.Identifier[]): ts.Block | undefined {
  const [first] = starts;
  const fn = first && ts.findAncestor(first, ts.isFunctionLike);
  const body = fn && "body" in fn ? fn.body : undefined;
  if (first === undefined || fn === undefined || !body || !ts.isBlock(body))
    return undefined;
  const uses = usesIn(fn, first.text);
  if (uses === undefined) return undefined;
  const last = Math.max(...starts.map((one) => one.parent.end));
  // a function that was made before sees what the variable becomes
  if (uses.some((one) => one.pos < last && isInside(one, fn))) return undefined;
  const isParameter = fn.parameters.some(
    ({ name }) => ts.isIdentifier(name) && name.text === first.text,
  );
  if (isParameter && mentionsArguments(fn)) return undefined;
  const homes = new Set(starts.map((one) => homeAround(one, body, uses)));
  const [home] = homes;
  return homes.size === 1 ? home : undefined;
}

function homeAround(
  start: ts.Identifier,
  body: ts.Block,
  uses: readonly ts.Identifier[],
): ts.Block | undefined {
  for (let at: ts.Node = statementAround(start); ; at = at.parent) {
    const { parent } = at;
    if (parent === body) return body;
    if (ts.isBlock(parent)) {
      if (isOwnHome(parent, uses)) return parent;
      const isArm =
        ts.isIfStatement(parent.parent) || ts.isBlock(parent.parent);
      if (!isArm) return undefined;
    } else if (!ts.isIfStatement(parent)) return undefined;
  }
}

/** A block, perhaps of a loop, that gives the variable its first value by itself. */
function isOwnHome(block: ts.Block, uses: readonly ts.Identifier[]): boolean {
  const [first] = uses;
  if (first === undefined) return false;
  const isWithin = uses.every(
    (one) => block.pos <= one.pos && one.end <= block.end,
  );
  if (!isWithin) return false;
  const { parent } = first;
  if (ts.isVariableDeclaration(parent) && parent.name === first) {
    const isFresh =
      parent.initializer !== undefined ||
      (parent.parent.flags & ts.NodeFlags.BlockScoped) !== 0;
    return isFresh && statementAround(first).parent === block;
  }
  return (
    isFreshStart(first) &&
    statementAround(first).parent === block &&
    !usesWithin((parent as ts.BinaryExpression).right, uses)
  );
}

const usesWithin = (node: ts.Node, uses: readonly ts.Identifier[]): boolean =>
  uses.some((one) => node.pos <= one.pos && one.end <= node.end);

function statementAround(node: ts.Node): ts.Statement {
  let at = node;
  while (!ts.isStatement(at)) at = at.parent;
  return at;
}

const isInside = (node: ts.Node, fn: ts.Node): boolean =>
  ts.findAncestor(node, ts.isFunctionLike) !== fn;

/** Where a function says the name of a variable of its own; undefined where the name stands for something else, too. */
function usesIn(
  fn: ts.SignatureDeclaration,
  name: string,
): readonly ts.Identifier[] | undefined {
  const uses: ts.Identifier[] = [];
  let isClear = true;
  let isOwn = false;
  eachNode(fn, (node) => {
    if (!ts.isIdentifier(node) || node.text !== name) return;
    const { parent } = node;
    if (isNoVariable(node)) return;
    uses.push(node);
    const isDeclared =
      (ts.isParameter(parent) ||
        ts.isVariableDeclaration(parent) ||
        ts.isBindingElement(parent) ||
        ts.isFunctionLike(parent) ||
        ts.isClassLike(parent)) &&
      (parent as { name?: ts.Node }).name === node;
    if (!isDeclared) {
      // a function that is called before it stands there
      const holder = ts.findAncestor(node, ts.isFunctionLike);
      if (holder !== fn && ts.isFunctionDeclaration(holder!)) isClear = false;
      return;
    }
    const isPlain =
      (ts.isParameter(parent) && parent.parent === fn) ||
      (ts.isVariableDeclaration(parent) && !isInside(node, fn));
    const isScoped =
      ts.isVariableDeclaration(parent) &&
      (!ts.isVariableDeclarationList(parent.parent) ||
        (parent.parent.flags & ts.NodeFlags.BlockScoped) !== 0);
    if (!isPlain || (isScoped && isOwn)) isClear = false;
    isOwn = true;
  });
  return isClear && isOwn ? uses : undefined;
}

/** A property or a label of that name. */
function isNoVariable(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    ((ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isAccessor(parent)) &&
      parent.name === node) ||
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent)
  );
}

/** In sloppy mode `arguments[0]` and the first parameter are one. */
function mentionsArguments(fn: ts.Node): boolean {
  let found = false;
  eachNode(fn, (node) => {
    if (!ts.isIdentifier(node) || node.text !== "arguments") return;
    const { parent } = node;
    const isCount =
      ts.isPropertyAccessExpression(parent) &&
      parent.expression === node &&
      parent.name.text === "length";
    found ||= !isCount;
  });
  return found;
}

/** Goes through the block of a variable, and gives each use the name that it has by then. */
function newWalk(
  home: ts.Block,
  starts: readonly ts.Identifier[],
): { edits(): Edit[] } {
  const fn = ts.findAncestor(home, ts.isFunctionLike);
  const name = starts[0]?.text ?? "";
  const uses = (fn && usesIn(fn, name)) ?? [];
  const edits: Edit[] = [];
  let made = 0;
  const put = (start: number, end: number, text: string): void =>
    void edits.push({ start, end, text });
  return {
    edits() {
      through(home, name);
      return edits;
    },
  };

  /** The name behind a statement, given that before it; undefined where control does not come out of it. */
  function through(node: ts.Statement, before: string): string | undefined {
    if (ts.isBlock(node)) {
      let now: string | undefined = before;
      for (const one of node.statements) {
        // what is never reached has a name, too
        const next: string | undefined = through(one, now ?? before);
        if (now !== undefined) now = next;
      }
      return now;
    }
    if (ts.isIfStatement(node)) return throughIf(node, before);
    const start = starts.find((one) => statementAround(one) === node);
    if (start === undefined) {
      renameIn(node, before);
      return isJump(node) ? undefined : before;
    }
    const { parent } = start;
    renameIn(
      ts.isVariableDeclaration(parent)
        ? (parent.initializer ?? parent)
        : (parent as ts.BinaryExpression).right,
      before,
    );
    const now = `${name}$is${++made}`;
    const isDeclared = ts.isVariableDeclaration(parent);
    put(start.getStart(), start.end, isDeclared ? now : `var ${now}`);
    return now;
  }

  function throughIf(node: ts.IfStatement, before: string): string | undefined {
    const { expression, thenStatement, elseStatement } = node;
    renameIn(expression, before);
    const first = through(thenStatement, before);
    const second =
      elseStatement === undefined ? before : through(elseStatement, before);
    if (first === undefined || second === undefined) return first ?? second;
    if (first === second) return first;
    const isOver = uses.every((one) => one.pos < node.end);
    if (isOver) return first;
    // the name that was made later holds the value of the other, too
    const [now, old] = first === before ? [second, first] : [first, second];
    const arm = now === first ? elseStatement : thenStatement;
    const given = `${now} = ${old};`;
    if (arm === undefined) put(node.end, node.end, ` else ${given}`);
    else if (ts.isBlock(arm)) put(arm.end - 1, arm.end - 1, ` ${given} `);
    else {
      put(arm.getStart(), arm.getStart(), "{ ");
      put(arm.end, arm.end, ` ${given} }`);
    }
    return now;
  }

  function renameIn(node: ts.Node, to: string): void {
    if (to === name) return;
    for (const one of uses) {
      if (one.pos < node.pos || one.end > node.end) continue;
      const isShort =
        (ts.isShorthandPropertyAssignment(one.parent) &&
          one.parent.name === one) ||
        (ts.isBindingElement(one.parent) &&
          one.parent.name === one &&
          one.parent.propertyName === undefined &&
          ts.isObjectBindingPattern(one.parent.parent));
      put(one.getStart(), one.end, isShort ? `${name}: ${to}` : to);
    }
  }
}

const isJump = (node: ts.Statement): boolean =>
  ts.isReturnStatement(node) ||
  ts.isThrowStatement(node) ||
  ts.isBreakOrContinueStatement(node);
