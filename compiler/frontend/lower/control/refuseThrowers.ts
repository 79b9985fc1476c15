import { ts } from "ts-morph";
import { holdsFloat } from "../../../ir/types.js";
import { membersNamed, symbolOfClass } from "../../classes.js";
import { libraryName } from "../../syntax/libraryNames.js";
import { calleeOf } from "../../syntax/callee.js";
import { isErrorType, isLibraryError } from "../../syntax/errorClasses.js";
import { conductOf } from "../facts/lowerPurity.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isFunctionNode,
} from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** Refuses what may throw in the block, other than by a throw statement of its own or of what is written out there. */
export function refuseThrowers(
  site: Site,
  { tryBlock, catchClause }: ts.TryStatement,
  acts?: ts.Node,
): void {
  const blocks =
    acts && catchClause ? [tryBlock, catchClause.block] : [tryBlock];
  for (const block of blocks) refuseThrowersIn(site, block, acts);
}

export function refuseThrowersIn(
  site: Site,
  block: ts.Node,
  acts?: ts.Node,
): void {
  const { checker } = site.ctx;
  eachNode(
    block,
    (one) => {
      if (ts.isCallExpression(one) || ts.isNewExpression(one)) {
        if (isError(checker, one)) return;
        if (ts.isCallExpression(one) && isNothing(checker, one))
          refuseThrower(site, one);
        if (acts === undefined && isCarriedThrower(site, one)) return;
        if (mayThrow(site, one, acts !== undefined)) refuseThrower(site, one);
      } else if (accessorThrows(site, one)) refuseThrower(site, one);
      else if (acts === undefined && mayBeMissing(checker, one))
        refuseThrower(site, one);
    },
    (one) => !isFunctionNode(one),
  );
}

/** A call that may throw, of code that can be written out where it is called. */
export function isCarriedThrower(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
): boolean {
  if (!ts.isCallExpression(node) || isError(site.ctx.checker, node))
    return false;
  const decls = calledBy(site, node);
  if (decls.length > 0) return decls.some((one) => throwsInside(site, one));
  return isOfValue(site, node) || takesThrower(site, node);
}

/** A function that is a parameter or a field: it is written out wherever it is called. */
function isOfValue(site: Site, node: ts.CallExpression): boolean {
  const { kind } = calleeOf(site.ctx.checker, node);
  const access = bareExpression(node.expression);
  return kind === "closure" || (kind === "other" && ts.isIdentifier(access));
}

/** `xs.map((x) => check(x))` */
function takesThrower(site: Site, node: ts.CallExpression): boolean {
  const access = bareExpression(node.expression);
  const isMethod =
    ts.isPropertyAccessExpression(access) &&
    /^(map|forEach|reduce)$/.test(access.name.text);
  if (!isMethod) return false;
  return node.arguments.some((one) => {
    const [signature] = site.ctx.checker
      .getTypeAtLocation(one)
      .getCallSignatures();
    const decl = signature?.declaration;
    return decl !== undefined && hasBody(decl) && throwsInside(site, decl);
  });
}

const hasBody = (node: ts.Node): boolean =>
  "body" in node && node.body !== undefined;

/** The functions and methods of the project that a call may run, as far as their code is seen. */
function calledBy(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
): readonly ts.Node[] {
  const { checker } = site.ctx;
  if (ts.isCallExpression(node)) {
    const callee = calleeOf(checker, node);
    if (callee.kind === "function") return [callee.decl];
    if (callee.kind === "ambient" || callee.kind === "math") return [];
  }
  const decl = checker.getResolvedSignature(node)?.declaration;
  if (decl === undefined || !hasBody(decl)) return [];
  // a method may be that of a class below
  return [decl, ...overriding(site, decl)];
}

/** May running the code throw? What the library does is taken not to. */
export function throwsInside(
  site: Site,
  decl: ts.Node,
  seen: Set<ts.Node> = new Set(),
  /** Elements that are not there are taken to be there. */
  isLenient = false,
): boolean {
  if (seen.has(decl)) return false;
  seen.add(decl);
  const { checker } = site.ctx;
  if (throws(checker, decl)) return true;
  let found = false;
  eachNode(decl, (one) => {
    if (found) return;
    if (ts.isCallExpression(one) && !isLenient && isNothing(checker, one))
      found = true;
    else if (ts.isCallExpression(one) || ts.isNewExpression(one))
      found = calledBy(site, one).some((each) =>
        throwsInside(site, each, seen, isLenient),
      );
    else
      found =
        accessorThrows(site, one) || (!isLenient && mayBeMissing(checker, one));
  });
  return found;
}

/** `new RangeError("x")`, `console.log("x")`, the library's own. */
function isError(
  checker: ts.TypeChecker,
  node: ts.CallExpression | ts.NewExpression,
): boolean {
  const name = libraryName(checker, node.expression);
  return name !== undefined && /^(\w*Error|console\.\w+)$/.test(name);
}

/** `object.v`, where an accessor of that name throws. */
function accessorThrows(site: Site, node: ts.Node): boolean {
  const { checker } = site.ctx;
  if (!ts.isPropertyAccessExpression(node)) return false;
  const symbol = checker.getSymbolAtLocation(node.name);
  return (symbol?.declarations ?? [])
    .flatMap((one) => [one, ...overriding(site, one)])
    .some((one) => ts.isAccessor(one) && throws(checker, one));
}

/** The members of that name of the classes below. */
function overriding(
  { ctx: { checker, classes } }: Site,
  decl: ts.Node,
): readonly ts.Node[] {
  const owner = decl.parent;
  const { name } = decl as { name?: ts.Node };
  if (!ts.isClassLike(owner) || name === undefined) return [];
  const base = symbolOfClass(checker, owner);
  return membersNamed(checker, name.getText()).filter((one) => {
    const own = ts.isClassLike(one.parent)
      ? symbolOfClass(checker, one.parent)
      : undefined;
    return one !== decl && own && base && classes.isWithin(own, base);
  });
}

const throws = (checker: ts.TypeChecker, node: ts.Node): boolean =>
  conductOf(checker, node, () => undefined).throws;

/** Does making an instance of the class run something that throws: constructors, values of fields? */
function makingThrows(site: Site, node: ts.Node): boolean {
  if (!ts.isClassLike(node)) return true;
  const { checker } = site.ctx;
  const own = node.members.some(
    (one) =>
      (ts.isConstructorDeclaration(one) || ts.isPropertyDeclaration(one)) &&
      throwsInside(site, one),
  );
  const above = (node.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types)
    .flatMap(({ expression }) => definedSymbol(checker, expression) ?? [])
    .filter((one) => !isLibraryError(one))
    .flatMap(({ declarations }) => declarations ?? []);
  return own || above.some((one) => makingThrows(site, one));
}

const harmless: ReadonlySet<string> = new Set(
  (
    "push pop map filter forEach reduce some every find findIndex indexOf includes slice concat join fill at " +
    "get has set add isNaN isFinite isInteger charAt trim toLowerCase toUpperCase startsWith endsWith split"
  ).split(" "),
);

function mayThrow(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
  isLenient: boolean,
): boolean {
  const { checker } = site.ctx;
  // what a method is called on, and what it is given, is looked at by itself
  const own = ts.isCallExpression(node) ? node.arguments : [node];
  const isRun = (one: ts.Node): boolean =>
    one === node ||
    checker.getTypeAtLocation(one).getCallSignatures().length > 0;
  if (own.some((one) => isRun(one) && throws(checker, one))) return true;
  if (ts.isNewExpression(node)) {
    const decl = checker.getTypeAtLocation(node).symbol as
      ts.Symbol | undefined;
    const isUser = decl?.declarations?.some(
      (one) => !one.getSourceFile().isDeclarationFile,
    );
    if (!isUser) return !isLenient;
    return (decl?.declarations ?? []).some((one) => makingThrows(site, one));
  }
  const callee = calleeOf(checker, node);
  if (callee.kind === "math") return false;
  if (callee.kind === "function")
    return throwsInside(site, callee.decl, undefined, isLenient);
  const access = bareExpression(node.expression);
  if (callee.kind === "ambient") {
    const name = ts.isPropertyAccessExpression(access)
      ? access.name.text
      : access.getText();
    return (
      !isLenient &&
      !harmless.has(name) &&
      !/^(Number|String|Boolean|isNaN|isFinite)$/.test(name)
    );
  }
  const decl = checker.getResolvedSignature(node)?.declaration;
  if (decl === undefined || !("body" in decl)) return true;
  // a method may be that of a class below
  return [decl, ...overriding(site, decl)].some((one) =>
    throwsInside(site, one),
  );
}

/** `a[i].x`: where there is no such element, JavaScript throws. */
function mayBeMissing(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node)
  )
    return false;
  if (node.questionDotToken !== undefined) return false;
  if (isNothing(checker, node)) return true;
  const owner = bareExpression(node.expression);
  return isUnsure(checker, node.expression) || isUnsureName(checker, owner);
}

/** What is looked into, or called, is nothing: only the compiler of a project without strict lets that stand. */
function isNothing(
  checker: ts.TypeChecker,
  node:
    | ts.PropertyAccessExpression
    | ts.ElementAccessExpression
    | ts.CallExpression,
): boolean {
  if (node.flags & ts.NodeFlags.OptionalChain) return false;
  const type = checker.getTypeAtLocation(node.expression);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(
    ({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0,
  );
}

/** An element, or what somebody has said is there. */
function isUnsure(checker: ts.TypeChecker, given: ts.Expression): boolean {
  if (ts.isNonNullExpression(given)) return true;
  const node = bareExpression(given);
  return (
    ts.isElementAccessExpression(node) &&
    !checker.isTupleType(checker.getTypeAtLocation(node.expression))
  );
}

/** `const r = rows[i]`, where the type does not say that there may be none. */
function isUnsureName(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false;
  const decl = definedSymbol(checker, node)?.valueDeclaration;
  const from =
    decl && ts.isVariableDeclaration(decl) ? decl.initializer : undefined;
  if (from === undefined || !isUnsure(checker, from)) return false;
  const type = checker.getTypeAtLocation(from);
  return checker.getNonNullableType(type) === type;
}

export function refuseThrower(site: Site, node: ts.Node): never {
  if (ts.isThrowStatement(node.parent)) refuseThrown(site, node);
  return site.ctx.refuse(
    node,
    "DC2112",
    "this may throw inside of a try statement, and from where control goes on then is not seen",
    "check for the failing case before, instead of catching it",
  );
}

/** `throw new Found(x * x)`, where it is caught. */
export function refuseThrown({ ctx }: Site, node: ts.Node): void {
  const holdsNumbers = (one: ts.Type): boolean => {
    const ty = ctx.tryTyOf(one);
    return ty.kind !== "problem" && holdsFloat(ty);
  };
  const type = ctx.checker.getTypeAtLocation(node);
  // of its own class, or of the library: carried, and what varies in it is refused where it is made
  if (isErrorType(ctx.checker, type)) return;
  // an Error itself is of the library, and carried
  const hasNumbers = ctx.checker
    .getPropertiesOfType(type)
    .filter(({ flags }) => flags & ts.SymbolFlags.Property)
    .some((one) => holdsNumbers(ctx.checker.getTypeOfSymbol(one)));
  const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
  if (!holdsNumbers(type) && !(isObject && hasNumbers)) return;
  ctx.refuse(
    node,
    "DC2112",
    "numbers are thrown here, to where they are caught",
    "keep them in a variable, and throw an Error where something is wrong",
  );
}
