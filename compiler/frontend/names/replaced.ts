import { ts } from "ts-morph";
import { memberWritten } from "../javascript/memberWritten.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
} from "../syntax/scan.js";

/**
 * Code that is not what it looks like where it is declared: methods and functions that are assigned anew, prototypes
 * that are patched, members of the library that are replaced, whatever a decorator may have put in their place.
 */
export interface Replaced {
  /** What says that a function, method or class is another one when it runs; undefined where nothing does. */
  of(decl: ts.Node): Replacement | undefined;
  /** Where `Math.sin` and the like are given another function. */
  library(name: string): ts.Node | undefined;
}

export interface Replacement {
  readonly place: ts.Node;
  readonly how: "decorated" | "assigned";
}

export function newReplaced(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
): Replaced {
  let scanned: Scan | undefined;
  const scan = (): Scan => (scanned ??= scanFiles(checker, files()));
  return {
    of(decl) {
      const decorator = decoratorOf(decl);
      if (decorator !== undefined)
        return { place: decorator, how: "decorated" };
      const holder = holderOf(decl);
      const place =
        scan().declared.get(holder) ??
        assigned(textOfName(holder), holder) ??
        ofSomePrototype(holder);
      return place && { place, how: "assigned" };
    },
    library: (name) =>
      scan().library.get(name) ??
      scan().library.get(`${name.slice(0, name.lastIndexOf("."))}.*`),
  };

  function ofSomePrototype(holder: ts.Node): ts.Node | undefined {
    const name = ts.isMethodDeclaration(holder) && textOfName(holder);
    return name ? scan().anywhere.get(name) : undefined;
  }

  /** Where a declaration is assigned: of all the names that are, only those of its own are looked up. */
  function assigned(
    name: string | undefined,
    holder: ts.Node,
  ): ts.Node | undefined {
    if (name === undefined || !isCode(holder)) return undefined;
    return scan()
      .written.get(name)
      ?.findLast((target) => {
        const symbol = ts.isIdentifier(target)
          ? definedSymbol(checker, target)
          : checker.getSymbolAtLocation(target.name);
        return symbol?.declarations?.some((one) => one === holder);
      });
  }
}

function textOfName(node: ts.Node): string | undefined {
  const { name } = node as { name?: ts.Node };
  return name && (ts.isMemberName(name) || ts.isStringLiteralLike(name))
    ? name.text
    : undefined;
}

/** `m = (x) => ...` of a class is assigned by its field. */
const holderOf = (decl: ts.Node): ts.Node =>
  ts.isArrowFunction(decl) || ts.isFunctionExpression(decl)
    ? ts.isPropertyDeclaration(decl.parent)
      ? decl.parent
      : decl
    : decl;

/** The decorator of a function, of its class, or of any member of a class that is made. */
function decoratorOf(decl: ts.Node): ts.Node | undefined {
  const of = (node: ts.Node): ts.Node | undefined =>
    ts.canHaveDecorators(node) ? ts.getDecorators(node)?.[0] : undefined;
  if (ts.isClassLike(decl))
    return of(decl) ?? decl.members.map(of).find((one) => one !== undefined);
  const { parent } = decl;
  const member = ts.isPropertyDeclaration(parent) ? parent : decl;
  const owner = member.parent;
  return of(member) ?? (owner && ts.isClassLike(owner) ? of(owner) : undefined);
}

type Target = ts.Identifier | ts.PropertyAccessExpression;

interface Scan {
  /** Declarations of functions, methods and classes that calls replace, with the place where they do. */
  readonly declared: ReadonlyMap<ts.Node, ts.Node>;
  readonly library: ReadonlyMap<string, ts.Node>;
  /** What is assigned, by its last name. */
  readonly written: ReadonlyMap<string, readonly Target[]>;
  /** Methods that are given to prototypes of which it is not seen whose they are. */
  readonly anywhere: ReadonlyMap<string, ts.Node>;
}

interface Found {
  readonly declared: Map<ts.Node, ts.Node>;
  readonly library: Map<string, ts.Node>;
}

function scanFiles(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
): Scan {
  const declared = new Map<ts.Node, ts.Node>();
  const library = new Map<string, ts.Node>();
  const written = new Map<string, Target[]>();
  const anywhere = new Map<string, ts.Node>();
  const noteTarget = (name: string, target: Target): void => {
    const known = written.get(name);
    if (known === undefined) written.set(name, [target]);
    else known.push(target);
  };
  const note = (symbol: ts.Symbol | undefined, place: ts.Node): void => {
    for (const one of symbol?.declarations ?? [])
      if (isCode(one)) declared.set(one, place);
  };
  for (const file of files) {
    eachWritten(file, (target, by) => {
      if (ts.isIdentifier(target)) return noteTarget(target.text, target);
      const member = memberWritten(checker, target);
      if (member?.kind === "member") return note(member.symbol, target);
      if (member?.kind === "somewhere") anywhere.set(member.name, target);
      if (!ts.isPropertyAccessExpression(target)) return;
      const owner = libraryObject(checker, target.expression);
      if (owner === undefined) return noteTarget(target.name.text, target);
      if (!isPolyfill(target, by))
        library.set(`${owner}.${target.name.text}`, target);
    });
    eachNode(file, (node) => {
      if (ts.isCallExpression(node) && isReplacing(node))
        noteCall(checker, node, note, { declared, library });
    });
  }
  return { declared, library, written, anywhere };
}

/** What runs when it is called, or made: fields that hold a function count, accessors are called by an assignment. */
const isCode = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isClassLike(node) ||
  (ts.isPropertyDeclaration(node) &&
    node.initializer !== undefined &&
    (ts.isArrowFunction(node.initializer) ||
      ts.isFunctionExpression(node.initializer)));

/** `Math`, `Array.prototype`: objects of the language's library that programs may change. */
function libraryObject(
  checker: ts.TypeChecker,
  given: ts.Expression,
): string | undefined {
  const node = bareExpression(given);
  const root = ts.isPropertyAccessExpression(node)
    ? bareExpression(node.expression)
    : node;
  if (!ts.isIdentifier(root) || !changeable.has(root.text)) return undefined;
  const isOwn = definedSymbol(checker, root)?.declarations?.some(
    (one) => !one.getSourceFile().isDeclarationFile,
  );
  if (isOwn) return undefined;
  if (node === root) return root.text;
  const { name } = node as ts.PropertyAccessExpression;
  return name.text === "prototype" ? `${root.text}.prototype` : undefined;
}

const changeable = new Set(
  "Math Array Number String Object Float64Array Float32Array JSON".split(" "),
);

/** `if (!Math.sign) Math.sign = ...`, `Math.sign = Math.sign || ...`: nothing happens where the library has it. */
function isPolyfill(target: ts.PropertyAccessExpression, by: ts.Node): boolean {
  const name = target.getText();
  if (ts.isBinaryExpression(by)) {
    const { right } = by;
    const keeps =
      ts.isBinaryExpression(right) &&
      bareExpression(right.left).getText() === name;
    const asks =
      ts.isConditionalExpression(right) &&
      right.condition.getText().includes(name);
    if (keeps || asks || isDefaulting(by)) return true;
  }
  for (let up: ts.Node = by; !ts.isSourceFile(up); up = up.parent)
    if (ts.isIfStatement(up) && up.expression.getText().includes(name))
      return true;
  return false;
}

const isDefaulting = ({ operatorToken }: ts.BinaryExpression): boolean =>
  operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken ||
  operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken;

/** Calls that give an object members, or others than it has. */
const isReplacing = (node: ts.CallExpression): boolean =>
  /^(Object\.(assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(set|defineProperty|setPrototypeOf))$/.test(
    node.expression.getText(),
  );

function noteCall(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  note: (symbol: ts.Symbol | undefined, place: ts.Node) => void,
  { declared, library }: Found,
): void {
  const [given, ...others] = node.arguments;
  if (given === undefined) return;
  const owner = libraryObject(checker, given);
  const names = namesGiven(checker, others);
  if (owner !== undefined) {
    for (const name of names ?? ["*"]) library.set(`${owner}.${name}`, node);
    return;
  }
  const target = bareExpression(given);
  const isPrototype =
    ts.isPropertyAccessExpression(target) && target.name.text === "prototype";
  const named = isPrototype ? bareExpression(target.expression) : target;
  const symbol = ts.isIdentifier(named)
    ? definedSymbol(checker, named)
    : undefined;
  if (symbol === undefined) return;
  if (!(symbol.flags & ts.SymbolFlags.Class)) {
    // a property may compute from now on
    const defines = !/assign|\.set$/.test(node.expression.getText());
    const decl = symbol.valueDeclaration;
    if (defines && decl && ts.isVariableDeclaration(decl))
      declared.set(decl, node);
    return;
  }
  if (names === undefined) return note(symbol, node);
  const type = isPrototype
    ? checker.getDeclaredTypeOfSymbol(symbol)
    : checker.getTypeOfSymbol(symbol);
  for (const name of names) note(type.getProperty(name), node);
}

/** The names of what is given; undefined where they are not known. */
function namesGiven(
  checker: ts.TypeChecker,
  given: readonly ts.Expression[],
): string[] | undefined {
  const [first] = given;
  if (first === undefined) return [];
  if (ts.isStringLiteralLike(first)) return [first.text];
  const names: string[] = [];
  for (const one of given) {
    const type = checker.getTypeAtLocation(one);
    const isOpen =
      (type.flags & ts.TypeFlags.Object) === 0 ||
      checker.getIndexInfosOfType(type).length > 0;
    if (isOpen) return undefined;
    names.push(...type.getProperties().map((property) => property.name));
  }
  return names;
}
