import { ts } from "ts-morph";
import { parenOf } from "../syntax/functionHeads.js";
import { isAtModuleLevel } from "../syntax/callee.js";
import { eachNode } from "../syntax/scan.js";
import { edited, type Edit, type Embedded, type Parsed } from "./textEdits.js";

/**
 * A function of JavaScript that is called with arguments of several kinds (a number here, an array there) is shown to the
 * type checker once for each of them: beside it stand copies, each with the types of the calls that are its. Nothing calls
 * a copy by its name. Which function a call means is found as ever; then its copy for the arguments stands in for it.
 *
 * A place in a copy is the place in the original, and as many spans on as the copy has for a number.
 */
export const span = 2 ** 26;

export const copyAround = (place: number): number => Math.floor(place / span);

export const placeIn = (copy: number, place: number): number =>
  copy * span + (place % span);

/** A copy: of which function, and for arguments of which types. */
export interface Copy {
  readonly of: number;
  readonly key: string;
  /** By the places of the parameters. */
  readonly types: readonly { readonly at: number; readonly text: string }[];
  /** How many arguments there are, where the function asks for it. */
  readonly count: number | undefined;
  /** No call has meant it since reading began anew: it keeps its number, and stands nowhere. */
  readonly isVacant?: true;
}

const ending = /\$of\d+$/;

/** The name that a function has without copies. */
export const nameWithoutCopy = (name: string): string =>
  name.replace(ending, "");

/** What is written for a copy, and where. */
interface Plan {
  readonly at: number;
  readonly lead: string;
  readonly head: Edit | undefined;
  readonly tail: string;
  readonly end: number;
}

/** May there be copies of a function? They see what it sees, `this` too. */
export const maybeCopied = (decl: ts.FunctionLikeDeclaration): boolean =>
  planFor(decl, "f") !== undefined;

function planFor(
  decl: ts.FunctionLikeDeclaration,
  name: string,
): Plan | undefined {
  const isPlain =
    decl.body !== undefined &&
    decl.asteriskToken === undefined &&
    !(decl.modifiers ?? []).some(
      (one) => one.kind === ts.SyntaxKind.AsyncKeyword,
    );
  if (!isPlain) return undefined;
  const start = decl.getStart();
  const { end } = decl;
  const headed = (text: string, at: number): Plan => ({
    at,
    lead: "\n",
    head: { start, end: parenOf(decl), text },
    tail: " ",
    end,
  });
  if (ts.isConstructorDeclaration(decl)) return headed(name, end);
  if (ts.isMethodDeclaration(decl)) {
    if (!ts.isClassLike(decl.parent)) return undefined;
    const isStatic = decl.modifiers?.some(
      (one) => one.kind === ts.SyntaxKind.StaticKeyword,
    );
    return headed(isStatic ? `static ${name}` : name, end);
  }
  if (ts.isFunctionDeclaration(decl))
    return isAtModuleLevel(decl) && !saysThis(decl)
      ? headed(`function ${name}`, end)
      : undefined;
  const statement = statementOf(decl);
  if (statement === undefined || !isAtModuleLevel(decl)) return undefined;
  if (ts.isArrowFunction(decl))
    return {
      at: statement.end,
      lead: `\n;const ${name} = `,
      head: undefined,
      tail: "; ",
      end,
    };
  if (!ts.isFunctionExpression(decl) || saysThis(decl)) return undefined;
  if (decl.name !== undefined) return undefined;
  const plan = headed(`function ${name}`, statement.end);
  return { ...plan, lead: "\n;\n" };
}

/** `var f = function ...`, `exports.f = (x) => ...`: the statement, among others at the top level. */
function statementOf(decl: ts.Node): ts.Statement | undefined {
  let at = decl;
  while (!ts.isStatement(at)) {
    const { parent } = at;
    const isOn =
      ts.isStatement(parent) ||
      ts.isParenthesizedExpression(parent) ||
      ts.isVariableDeclarationList(parent) ||
      (ts.isVariableDeclaration(parent) && parent.initializer === at) ||
      (ts.isBinaryExpression(parent) && parent.right === at);
    if (!isOn) return undefined;
    at = parent;
  }
  return ts.isSourceFile(at.parent) ? at : undefined;
}

/** Its own `this`, not that of a function in it. */
function saysThis(decl: ts.FunctionLikeDeclaration): boolean {
  let found = false;
  eachNode(
    decl,
    (node) => {
      if (node.kind === ts.SyntaxKind.ThisKeyword || ts.isMetaProperty(node))
        found = true;
    },
    (node) =>
      node === decl || !ts.isFunctionLike(node) || ts.isArrowFunction(node),
  );
  return found;
}

/** The text with the edits of the original and of all copies in it, each under its number. */
export function withCopies(
  { text, parsed }: Parsed,
  copies: readonly Copy[],
  edits: Map<number, Edit[]>,
): Embedded {
  const file = copies.length === 0 ? undefined : parsed();
  const functions = file && functionsIn(file);
  for (let k = copies.length; k > 0; k--) {
    const copy = copies[k - 1];
    const decl = copy && functions?.get(copy.of % span);
    if (copy === undefined || copy.isVacant || decl === undefined) continue;
    const plan = planFor(decl, `${nameOf(decl)}$of${k}`);
    if (plan === undefined) continue;
    const start = decl.getStart();
    const own = (edits.get(k) ?? []).filter(
      (one) => start <= one.start && one.end <= plan.end,
    );
    if (plan.head) own.push(plan.head);
    const moved = own.map((one) => ({
      ...one,
      start: one.start - start,
      end: one.end - start,
    }));
    const made = edited(text.slice(start, plan.end), moved, placeIn(k, start));
    const around = copyAround(copy.of);
    const beside = edits.get(around) ?? [];
    edits.set(around, beside);
    const { at, lead, tail } = plan;
    beside.push(
      { start: at, end: at, text: lead },
      {
        start: at,
        end: at,
        text: { text: made.text, placeOf: made.originalOf },
      },
      { start: at, end: at, text: tail },
    );
  }
  const shown = edited(text, edits.get(0) ?? []);
  return { text: shown.text, placeOf: shown.originalOf };
}

const known = new WeakMap<
  ts.SourceFile,
  ReadonlyMap<number, ts.FunctionLikeDeclaration>
>();

function functionsIn(
  file: ts.SourceFile,
): ReadonlyMap<number, ts.FunctionLikeDeclaration> {
  const before = known.get(file);
  if (before !== undefined) return before;
  const found = new Map<number, ts.FunctionLikeDeclaration>();
  eachNode(file, (node) => {
    if (ts.isFunctionLike(node) && "body" in node)
      found.set(node.getStart(), node as ts.FunctionLikeDeclaration);
  });
  known.set(file, found);
  return found;
}

/** Letters of the name that the function has, for those who read its code. */
function nameOf(decl: ts.FunctionLikeDeclaration): string {
  let { parent }: { parent: ts.Node } = decl;
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent;
  const named = ts.isConstructorDeclaration(decl)
    ? "make"
    : decl.name !== undefined
      ? decl.name.getText()
      : ts.isVariableDeclaration(parent)
        ? parent.name.getText()
        : ts.isBinaryExpression(parent)
          ? (/[\w$]+$/.exec(parent.left.getText())?.[0] ?? "")
          : "";
  const plain = named.replace(/[^\w$]/g, "");
  return /^[A-Za-z_$]/.test(plain) ? plain : "helper";
}
