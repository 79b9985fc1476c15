import { ts } from "ts-morph";
import { kindInWords } from "./kindInWords.js";
import type { Binding, OpaqueInstr, Value } from "../ir/ir.js";
import { holdsFloat, isRef, type Ty } from "../ir/types.js";
import { isAmbient } from "./lowerCallee.js";
import { tyOfNode } from "./lowerCoerce.js";
import { refuseFunction } from "./lowerEscapes.js";
import { lowerExpression } from "./lowerExpressions.js";
import { refuseHost, refuseLibrary, wholeObject } from "./lowerRefused.js";
import { bareExpression, definedSymbol, symbolOf } from "./lowerScan.js";
import { at, emit, type Site } from "./lowerSite.js";
import { localVariable } from "./lowerVariables.js";

/**
 * Passive source that is carried and not understood: its text, with holes for the parts that are values of the IR.
 * No reference to memory with numbers passes in or out; what passes as a number is checked later not to be active.
 */
interface Carried {
  readonly parts: string[];
  readonly args: Value[];
  readonly needs: Map<string, Binding>;
}

type Effect = OpaqueInstr["effect"];

/** The value of a passive expression that is carried as it is. */
export function carryExpression(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const carried = newCarried();
  const effect = describe(site, node, carried);
  return finish(site, node, carried, effect, resultTy(site, node, want));
}

/** A member of, or a call on, a carried value that was evaluated before. */
export function carryOn(
  site: Site,
  node:
    | ts.PropertyAccessExpression
    | ts.ElementAccessExpression
    | ts.CallExpression,
  owner: Value,
): Value {
  const carried = newCarried();
  addHole(site, node, carried, owner);
  let effect: Effect = "none";
  if (ts.isCallExpression(node)) effect = describeMethod(site, node, carried);
  else describeMember(site, node, carried);
  const type = site.ctx.checker.getNonNullableType(
    site.ctx.checker.getTypeAtLocation(node),
  );
  return finish(
    site,
    node,
    carried,
    effect,
    checkedResult(site, node, site.ctx.tyOf(type, node)),
  );
}

/** `console.log(...)` and the like, as a statement. */
export function carryStatement(site: Site, node: ts.CallExpression): void {
  const carried = newCarried();
  describe(site, node, carried);
  perform(site, node, carried, "effect");
}

/** `throw new Error(...)` */
export function carryThrow(site: Site, node: ts.ThrowStatement): void {
  const carried = newCarried();
  text(carried, "throw ");
  addPart(site, node.expression, carried);
  perform(site, node, carried, "throw");
  site.env.dead = true;
}

/** `throw new Error(...)` that JavaScript itself would do. */
export function throwError(site: Site, node: ts.Node, error: string): void {
  const carried = newCarried();
  text(carried, `throw new ${error}`);
  perform(site, node, carried, "throw");
  site.env.dead = true;
}

const newCarried = (): Carried => ({ parts: [""], args: [], needs: new Map() });

function text(carried: Carried, added: string): void {
  carried.parts[carried.parts.length - 1] += added;
}

function finish(
  site: Site,
  node: ts.Node,
  carried: Carried,
  effect: Effect,
  ty: Ty,
): Value {
  return emit(site, node, "opaque", carried.args, ty, {
    parts: carried.parts,
    needs: [...carried.needs.values()],
    effect,
  });
}

function perform(
  site: Site,
  node: ts.Node,
  carried: Carried,
  effect: Effect,
): void {
  const b = at(site, node);
  b.emit({
    kind: "opaque",
    parts: carried.parts,
    needs: [...carried.needs.values()],
    effect,
    ...b.plain(carried.args, []),
  });
}

function resultTy(site: Site, node: ts.Expression, want: Ty | undefined): Ty {
  const own = tyOfNode(site, node);
  const ty = want?.kind === "opaque" && own.kind === "opaque" ? want : own;
  return checkedResult(site, node, ty);
}

function checkedResult(site: Site, node: ts.Expression, ty: Ty): Ty {
  if (!isRef(ty) || !holdsFloat(ty)) return ty;
  return site.ctx.refuse(
    node,
    "DC2111",
    "this code is only carried, and gives an array or object that holds numbers",
    "write it with arrays and objects that diffc can follow",
  );
}

/** Adds the text of an expression that is carried itself. */
function describe(site: Site, given: ts.Expression, carried: Carried): Effect {
  const node = bareExpression(given);
  if (ts.isTemplateExpression(node)) {
    describeTemplate(site, node, carried);
  } else if (ts.isBinaryExpression(node)) {
    addPart(site, node.left, carried);
    text(carried, ` ${node.operatorToken.getText()} `);
    if (!addTable(site, node.right, carried))
      addPart(site, node.right, carried);
  } else if (ts.isPrefixUnaryExpression(node)) {
    text(carried, ts.tokenToString(node.operator) ?? "");
    addPart(site, node.operand, carried);
  } else if (ts.isTypeOfExpression(node)) {
    text(carried, "typeof ");
    addPart(site, node.expression, carried);
  } else if (ts.isRegularExpressionLiteral(node)) {
    text(carried, node.text);
  } else if (
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node)
  ) {
    addPart(site, node.expression, carried);
    describeMember(site, node, carried);
  } else if (ts.isCallExpression(node)) {
    return describeCall(site, node, carried);
  } else if (ts.isNewExpression(node)) {
    refuseLibrary(site, node);
    text(carried, "new ");
    addPart(site, node.expression, carried);
    describeArguments(
      site,
      node.arguments ?? ts.factory.createNodeArray(),
      carried,
    );
    return "effect";
  } else refuseCarried(site, node);
  return "none";
}

function describeTemplate(
  site: Site,
  node: ts.TemplateExpression,
  carried: Carried,
): void {
  text(carried, node.head.getText());
  for (const span of node.templateSpans) {
    addPart(site, span.expression, carried);
    text(carried, span.literal.getText());
  }
}

function describeMember(
  site: Site,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  carried: Carried,
): void {
  const optional = node.questionDotToken === undefined ? "" : "?.";
  if (ts.isPropertyAccessExpression(node)) {
    text(carried, `${optional === "" ? "." : optional}${node.name.text}`);
    return;
  }
  text(carried, `${optional}[`);
  addPart(site, node.argumentExpression, carried);
  text(carried, "]");
}

/** Methods of strings, numbers, maps, sets and carried arrays that change nothing. */
const pureMethods: ReadonlySet<string> = new Set(
  (
    "at charAt charCodeAt codePointAt concat endsWith entries get has includes indexOf join keys lastIndexOf " +
    "localeCompare match normalize padEnd padStart repeat replace replaceAll search slice split startsWith " +
    "substring toExponential toFixed toLowerCase toPrecision toString toUpperCase trim trimEnd trimStart " +
    "valueOf values hasOwnProperty test getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds " +
    "getMilliseconds getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds " +
    "getUTCMilliseconds toISOString"
  ).split(" "),
);

/** Functions of the library that change nothing and give the same each time. */
const pureFunctions: ReadonlySet<string> = new Set([
  "String",
  "Number",
  "Boolean",
  "parseFloat",
  "parseInt",
  "isNaN",
  "isFinite",
  "Number.parseFloat",
  "Number.parseInt",
  "Number.isNaN",
  "Number.isFinite",
  "Number.isInteger",
  "Number.isSafeInteger",
  "String.fromCharCode",
  "JSON.stringify",
  "Object.keys",
  "Object.hasOwn",
  "Array.isArray",
]);

function describeCall(
  site: Site,
  node: ts.CallExpression,
  carried: Carried,
): Effect {
  const callee = bareExpression(node.expression);
  if (isFunctionName(site, callee)) {
    const name = callee.getText();
    addName(site, callee, carried);
    const isPure = pureFunctions.has(name);
    describeArguments(site, node.arguments, carried, isPure);
    return isPure ? "none" : "effect";
  }
  if (!ts.isPropertyAccessExpression(callee)) return refuseCarried(site, node);
  if (
    callee.name.text !== "hasOwnProperty" ||
    !addTable(site, callee.expression, carried)
  )
    addPart(site, callee.expression, carried);
  return describeMethod(site, node, carried);
}

/** `.f(...)`, after the text of what it is called on. */
function describeMethod(
  site: Site,
  node: ts.CallExpression,
  carried: Carried,
): Effect {
  const callee = bareExpression(node.expression);
  if (
    !ts.isPropertyAccessExpression(callee) ||
    !pureMethods.has(callee.name.text)
  ) {
    if (ts.isPropertyAccessExpression(callee)) openClassOf(site, callee);
    return site.ctx.refuse(
      node,
      "DC2103",
      `diffc cannot see what ${shownCallee(callee)} does, and what it changes`,
      "write it with functions and classes of this project, or call it before and pass its result in",
    );
  }
  describeMember(site, callee, carried);
  describeArguments(site, node.arguments, carried);
  return "none";
}

/** A method of a package's class, of which only declarations are seen: its code is had by the class's import. */
function openClassOf(site: Site, access: ts.PropertyAccessExpression): void {
  const { checker } = site.ctx;
  const type = checker.getNonNullableType(
    checker.getTypeAtLocation(access.expression),
  );
  const owner = type.symbol as ts.Symbol | undefined;
  if (owner === undefined || !(owner.flags & ts.SymbolFlags.Class)) return;
  for (const statement of access.getSourceFile().statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const names = statement.importClause?.namedBindings;
    if (names === undefined || !ts.isNamedImports(names)) continue;
    for (const { name } of names.elements)
      if (definedSymbol(checker, name) === owner) site.ctx.openPackage(name);
  }
}

function shownCallee(callee: ts.Expression): string {
  const text = callee.getText();
  if (text.length <= 40 && !text.includes("\n")) return text;
  return ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : "this function";
}

function describeArguments(
  site: Site,
  args: ts.NodeArray<ts.Expression>,
  carried: Carried,
  isPure = false,
): void {
  text(carried, "(");
  args.forEach((arg, k) => {
    if (k > 0) text(carried, ", ");
    if (!isPure || !addTable(site, arg, carried)) addPart(site, arg, carried);
  });
  text(carried, ")");
}

/** `name` or `Library.name` of something that is no value of the IR. */
function isFunctionName(
  site: Site,
  node: ts.Expression,
): node is ts.Identifier | ts.PropertyAccessExpression {
  if (ts.isPropertyAccessExpression(node))
    return (
      ts.isIdentifier(node.expression) && isLibraryObject(site, node.expression)
    );
  return ts.isIdentifier(node) && localVariable(site, node) === undefined;
}

/** Math, JSON, Object, console: a name of the library that is not created by `new`. */
function isLibraryObject(site: Site, node: ts.Identifier): boolean {
  const symbol = definedSymbol(site.ctx.checker, node);
  return (
    symbol !== undefined &&
    (isAmbient(symbol) || (symbol.flags & ts.SymbolFlags.ValueModule) !== 0) &&
    localVariable(site, node) === undefined
  );
}

/** A name of the library stays as it is, one of the module is brought into scope. */
function addName(
  site: Site,
  node: ts.Identifier | ts.PropertyAccessExpression,
  carried: Carried,
): void {
  const name = ts.isPropertyAccessExpression(node) ? node.expression : node;
  const root = bareExpression(name);
  if (ts.isIdentifier(root)) refuseHost(site, root);
  const symbol = definedSymbol(site.ctx.checker, root);
  const isLibrary =
    symbol !== undefined &&
    isAmbient(symbol) &&
    importOf(site, root) === undefined &&
    symbol.declarations?.some((one) => isGlobalDeclaration(one)) === true;
  if (symbol !== undefined && !isLibrary) {
    // a package is imported by its name, which only the import here says
    const named = isAmbient(symbol) ? importOf(site, root) : undefined;
    const binding = site.ctx.bindingOf(named ?? symbol, root);
    carried.needs.set(binding.name, binding);
    text(carried, binding.name);
  } else text(carried, root.getText());
  if (ts.isPropertyAccessExpression(node)) text(carried, `.${node.name.text}`);
}

/** The import through which a name got here, also of a module that is declared as a global one. */
function importOf(site: Site, root: ts.Expression): ts.Symbol | undefined {
  const symbol = symbolOf(site.ctx.checker, root);
  const isImport = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isImport ? symbol : undefined;
}

/** Is it declared for all files (`declare var`, lib), so that no import is needed? */
function isGlobalDeclaration(node: ts.Declaration): boolean {
  const file = node.getSourceFile();
  return !ts.isExternalModule(file);
}

/** An expression inside of carried text: as text where it is a literal or a library's name, else as a hole. */
function addPart(site: Site, given: ts.Expression, carried: Carried): void {
  const node = bareExpression(given);
  if (ts.isSpreadElement(node)) {
    text(carried, "...");
    addPart(site, node.expression, carried);
  } else if (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node)
  ) {
    text(carried, node.getText());
  } else if (ts.isNewExpression(node)) {
    describe(site, node, carried);
  } else if (isPlainList(node)) {
    // new Map([["a", 2]]): nobody else has this array
    text(carried, "[");
    node.elements.forEach((one, k) => {
      if (k > 0) text(carried, ", ");
      addPart(site, one, carried);
    });
    text(carried, "]");
  } else if (ts.isIdentifier(node) && isClassOrLibrary(site, node)) {
    addName(site, node, carried);
  } else {
    addHole(site, given, carried, lowerExpression(site, given));
  }
}

/** An array literal of scalars, or of such literals, that is handed to `new`. */
function isPlainList(node: ts.Expression): node is ts.ArrayLiteralExpression {
  if (!ts.isArrayLiteralExpression(node)) return false;
  let up = node.parent;
  while (ts.isArrayLiteralExpression(up) || ts.isAsExpression(up))
    up = up.parent;
  return (
    ts.isNewExpression(up) &&
    /^(Map|Set)$/.test(up.expression.getText()) &&
    node.elements.every((one) => !ts.isSpreadElement(one))
  );
}

/** A table of the module goes by its name into code that only looks at it: `key in table`, `Object.keys(table)`. */
function addTable(site: Site, given: ts.Expression, carried: Carried): boolean {
  const node = bareExpression(given);
  if (!ts.isIdentifier(node) || localVariable(site, node) !== undefined)
    return false;
  const symbol = definedSymbol(site.ctx.checker, node);
  const declaration = symbol?.valueDeclaration;
  const isModuleConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 &&
    ts.isSourceFile(declaration.parent.parent.parent);
  if (!isModuleConst || !holdsFloat(tyOfNode(site, node))) return false;
  addName(site, node, carried);
  return true;
}

function isClassOrLibrary(site: Site, node: ts.Identifier): boolean {
  if (localVariable(site, node) !== undefined) return false;
  const symbol = definedSymbol(site.ctx.checker, node);
  if (symbol === undefined) return false;
  return isAmbient(symbol) || (symbol.flags & ts.SymbolFlags.Class) !== 0;
}

function addHole(
  site: Site,
  node: ts.Expression,
  carried: Carried,
  value: Value,
): void {
  refuseFunction(site, node, value);
  if (isRef(value.ty) && holdsFloat(value.ty)) refuseMemory(site, node);
  carried.args.push(value);
  carried.parts.push("");
}

/** An array or object with numbers in it goes into code that nobody looks into. */
function refuseMemory({ ctx }: Site, node: ts.Expression): never {
  const call = node.parent;
  const known = ts.isCallExpression(call) ? wholeObject(call) : undefined;
  if (known !== undefined)
    return ctx.refuse(known.node, known.code, known.message, known.help);
  return ctx.refuse(
    node,
    "DC2111",
    "an array or object that holds numbers passes into code that is only carried",
    "pass the numbers one by one, or leave this out of the differentiated function",
  );
}

function refuseCarried(site: Site, node: ts.Expression): never {
  return site.ctx.refuse(
    node,
    "DC2102",
    `${kindInWords(node)} is not carried`,
    "write it with arithmetic, calls, arrays and objects with named fields",
  );
}
