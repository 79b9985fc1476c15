import { ts } from "ts-morph";
import type { Code } from "../../diagnostics/codes.js";
import { nearestName } from "../../diagnostics/suggest.js";
import { parseTag, type Word } from "./tag.js";

/** A function with the tag, or one that the command line names. */
export interface Annotated {
  readonly decl: ts.FunctionLikeDeclaration;
  readonly name: ts.Identifier;
  /** The class of a static method, which its name is put after. */
  readonly of?: ts.ClassDeclaration;
  /** The class of a method, whose object is the first parameter. */
  readonly owner?: ts.ClassDeclaration;
  /** Offsets of the text after the tag's name, in the file; absent for `--fn`. */
  readonly words: { readonly start: number; readonly end: number } | undefined;
}

/** A tag that stands where it cannot mean a function. */
export interface Misplaced {
  readonly code: Code;
  readonly word: Word;
  readonly message: string;
  readonly help: string;
}

const tagName = "differentiable";

/** `@diferentiable`, `@Differentiable`: meant, and passed over otherwise. */
const isMisspelt = (name: string): boolean =>
  name !== tagName &&
  Math.abs(name.length - tagName.length) <= 2 &&
  nearestName(name, [tagName]) !== undefined;

/** All tags of a file, in order. */
export function findAnnotated(file: ts.SourceFile): {
  annotated: Annotated[];
  misplaced: Misplaced[];
} {
  const annotated: Annotated[] = [];
  const misplaced: Misplaced[] = [];
  const seen = new Set<ts.JSDocTag>();
  const seenMisspelt = new Set<ts.JSDocTag>();
  const visit = (node: ts.Node): void => {
    for (const tag of tagsOn(node)) {
      if (seen.has(tag)) continue;
      seen.add(tag);
      const found = functionAt(node, tag);
      const isProse =
        !opensLine(tag, file.text) &&
        ("message" in found ||
          parseTag(file.text, tag.tagName.end, tag.end).unknown.length > 0);
      if (isProse) continue;
      if (!("decl" in found)) misplaced.push(found);
      else if (annotated.some((one) => one.name === found.name))
        misplaced.push(repeated(tag, found.name.text));
      else annotated.push(found);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  ts.forEachChild(file, function look(node): void {
    for (const tag of tagsOn(node, isMisspelt))
      if (!seenMisspelt.has(tag) && opensLine(tag, file.text)) {
        seenMisspelt.add(tag);
        misplaced.push(misspelt(tag));
      }
    ts.forEachChild(node, look);
  });
  const starts = new Set([...seen].map((tag) => tag.tagName.pos - 1));
  misplaced.push(...findUnattached(file, starts));
  return { annotated, misplaced };
}

/** Tags in comments that belong to nothing: plain comments, or JSDoc in the middle of a line. */
function findUnattached(
  file: ts.SourceFile,
  known: ReadonlySet<number>,
): Misplaced[] {
  const pattern = /(\/\/|\/\*+|^[ \t]*\*)[ \t]*@differentiable\b/gm;
  return [...file.text.matchAll(pattern)].flatMap((match) => {
    const end = match.index + match[0].length;
    const start = end - tagName.length - 1;
    if (known.has(start) || isInString(file, start)) return [];
    const isPlain = match[1] === "//" || match[1] === "/*";
    return {
      code: "DC1110",
      word: { text: `@${tagName}`, start, end },
      message: isPlain
        ? "the tag stands in a plain comment, where it means nothing"
        : "the tag belongs to no declaration here",
      help: isPlain
        ? "write it in a JSDoc comment: /** @differentiable */"
        : "put its comment on a line of its own, right above a function",
    } as const;
  });
}

function isInString(node: ts.Node, offset: number): boolean {
  if (offset < node.getStart() || offset >= node.end) return false;
  if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node))
    return true;
  return ts.forEachChild(node, (child) => isInString(child, offset)) ?? false;
}

/**
 * Is it the first word of its line? The compiler takes `@word` anywhere in a comment as a tag, but in the middle of a
 * sentence it may only be talked about.
 */
const opensLine = (tag: ts.JSDocTag, text: string): boolean =>
  /(\n|\/\*\*)[ \t]*\*?[ \t]*$/.test(text.slice(0, tag.tagName.pos - 1));

function tagsOn(
  node: ts.Node,
  isMeant = (name: string): boolean => name === tagName,
): ts.JSDocTag[] {
  const docs = (node as { jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [];
  return docs.flatMap((doc) =>
    (doc.tags ?? []).filter((tag) => isMeant(tag.tagName.text)),
  );
}

const misspelt = ({ tagName: { text, pos, end } }: ts.JSDocTag): Misplaced => ({
  code: "DC1110",
  word: { text: `@${text}`, start: pos - 1, end },
  message: `the tag @${text} means nothing; did you mean @${tagName}?`,
  help: `write /** @${tagName} */`,
});

const repeated = (
  { tagName: { text, pos, end } }: ts.JSDocTag,
  name: string,
): Misplaced => ({
  code: "DC1110",
  word: { text: `@${text}`, start: pos - 1, end },
  message: `${name} has the tag twice`,
  help: `write one tag that asks for all: @${tagName} modes=grad,vjp`,
});

/** A function at module level by its name: a declaration, a const that holds one, or a method as `Class.method`. */
export function functionNamed(
  file: ts.SourceFile,
  name: string,
): Annotated | undefined {
  for (const statement of file.statements) {
    if (ts.isClassDeclaration(statement)) {
      for (const member of statement.members) {
        const method = methodAt(member, undefined);
        if (method !== undefined && methodName(method) === name) return method;
      }
    }
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      if (statement.name?.text === name)
        return { decl: statement, name: statement.name, words: undefined };
    } else if (ts.isVariableStatement(statement)) {
      for (const one of statement.declarationList.declarations) {
        const decl = functionIn(one.initializer);
        if (ts.isIdentifier(one.name) && one.name.text === name && decl)
          return { decl, name: one.name, words: undefined };
      }
    }
  }
  return undefined;
}

/** Names of the functions at module level, to suggest one. */
export function functionNames(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return statement.name?.text ?? [];
    if (ts.isClassDeclaration(statement))
      return statement.members.flatMap((member) => {
        const method = methodAt(member, undefined);
        return method === undefined ? [] : methodName(method);
      });
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap((one) =>
      ts.isIdentifier(one.name) && functionIn(one.initializer)
        ? one.name.text
        : [],
    );
  });
}

function functionIn(
  node: ts.Expression | undefined,
): ts.ArrowFunction | ts.FunctionExpression | undefined {
  if (node === undefined) return undefined;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
  return ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node)
    ? functionIn(node.expression)
    : undefined;
}

function functionAt(node: ts.Node, tag: ts.JSDocTag): Annotated | Misplaced {
  const words = { start: tag.tagName.end, end: tag.end };
  const refused = (code: Code, message: string, help: string): Misplaced => ({
    code,
    word: {
      text: `@${tagName}`,
      start: tag.tagName.pos - 1,
      end: tag.tagName.end,
    },
    message,
    help,
  });
  const body = bodyOf(node);
  const method = methodAt(body, words);
  if (method !== undefined) return method;
  if (ts.isMethodDeclaration(body) && body.body === undefined)
    return refused(
      "DC1110",
      "the annotated method has no body",
      "put the tag above the methods that implement it",
    );
  if (isMember(node))
    return refused(
      "DC2001",
      "accessors, constructors and methods of objects cannot be annotated",
      "write a function that takes the object as a parameter, and annotate that",
    );
  if (ts.isFunctionDeclaration(body)) {
    if (!ts.isSourceFile(node.parent)) return refused(...nested(node));
    if (body.body === undefined)
      return refused(
        "DC1110",
        "the annotated declaration has no body",
        "put the tag above the implementation",
      );
    if (body.name === undefined)
      return refused(
        "DC1110",
        "the annotated function has no name, so its derivatives would have none",
        "give the function a name",
      );
    return { decl: body, name: body.name, words };
  }
  if (ts.isVariableStatement(node)) {
    if (!ts.isSourceFile(node.parent)) return refused(...nested(node));
    const [first, second] = node.declarationList.declarations;
    const decl = functionIn(first?.initializer);
    const isConst = (node.declarationList.flags & ts.NodeFlags.Const) !== 0;
    if (first && decl && ts.isIdentifier(first.name) && !second && isConst)
      return { decl, name: first.name, words };
    return refused(
      "DC1110",
      "the tag stands above a variable that is not one const with a function",
      "annotate a function declaration, or `const f = (x: number) => ...`",
    );
  }
  // exports.f = function (x) { ... }
  const assigned = ts.isExpressionStatement(node) && node.expression;
  if (
    assigned &&
    ts.isSourceFile(node.parent) &&
    ts.isBinaryExpression(assigned) &&
    assigned.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(assigned.left) &&
    ts.isIdentifier(assigned.left.name)
  ) {
    const decl = functionIn(assigned.right);
    if (decl) return { decl, name: assigned.left.name, words };
  }
  return refused(
    "DC1110",
    "the tag does not stand above a function",
    "put it right above a function declaration, or a const with a function",
  );
}

/** Of a signature above an implementation, the implementation: the first declaration after it that has a body. */
function bodyOf(node: ts.Node): ts.Node {
  const isOverload = ts.isFunctionDeclaration(node)
    ? ts.isSourceFile(node.parent)
    : ts.isMethodDeclaration(node) && ts.isClassDeclaration(node.parent);
  if (!isOverload) return node;
  const all: readonly ts.Node[] = ts.isSourceFile(node.parent)
    ? node.parent.statements
    : (node.parent as ts.ClassDeclaration).members;
  for (const next of all.slice(all.indexOf(node)))
    if (next.kind !== node.kind || !hasSameName(node, next)) return node;
    else if ((next as ts.FunctionLikeDeclaration).body) return next;
  return node;
}

const hasSameName = (a: ts.Node, b: ts.Node): boolean =>
  (a as ts.FunctionLikeDeclaration).name?.getText() ===
  (b as ts.FunctionLikeDeclaration).name?.getText();

/** A method of a class at module level. */
function methodAt(
  node: ts.Node,
  words: Annotated["words"],
): Annotated | undefined {
  if (
    !ts.isMethodDeclaration(node) ||
    node.body === undefined ||
    !ts.isIdentifier(node.name) ||
    !ts.isClassDeclaration(node.parent) ||
    !ts.isSourceFile(node.parent.parent)
  )
    return undefined;
  const isStatic = node.modifiers?.some(
    (one) => one.kind === ts.SyntaxKind.StaticKeyword,
  );
  const { name, parent } = node;
  return isStatic
    ? { decl: node, name, words, of: parent }
    : { decl: node, name, words, owner: parent };
}

const methodName = ({ name, of, owner }: Annotated): string =>
  `${(of ?? owner)?.name?.text}.${name.text}`;

const nested = ({ parent }: ts.Node): [Code, string, string] => [
  "DC2009",
  `a function inside ${ts.isModuleBlock(parent) ? "a namespace" : "another function"} cannot be annotated`,
  "move it to the top level of the module",
];

const isMember = (node: ts.Node): boolean =>
  ts.isMethodDeclaration(node) ||
  ts.isMethodSignature(node) ||
  ts.isAccessor(node) ||
  ts.isConstructorDeclaration(node) ||
  ((ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) &&
    functionIn(node.initializer) !== undefined);
