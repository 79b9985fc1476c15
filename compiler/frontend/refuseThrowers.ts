import { ts } from "ts-morph";
import { membersNamed, symbolOfClass } from "./classes.js";
import { libraryName } from "./libraryNames.js";
import { calleeOf } from "./lowerCallee.js";
import { conductOf } from "./lowerPurity.js";
import { bareExpression, eachNode, isFunctionNode } from "./lowerScan.js";
import type { Site } from "./lowerSite.js";

/** Refuses what may throw in the block, other than by a throw statement of its own. */
export function refuseThrowers(
  site: Site,
  { tryBlock, catchClause }: ts.TryStatement,
  acts?: ts.Node,
): void {
  const { checker } = site.ctx;
  const blocks =
    acts && catchClause ? [tryBlock, catchClause.block] : [tryBlock];
  for (const block of blocks)
    eachNode(
      block,
      (one) => {
        if (ts.isCallExpression(one) || ts.isNewExpression(one)) {
          if (isError(checker, one)) return;
          if (mayThrow(site, one, acts !== undefined)) refuseThrower(site, one);
        } else if (accessorThrows(site, one)) refuseThrower(site, one);
        else if (acts === undefined && mayBeMissing(checker, one))
          refuseThrower(site, one);
      },
      (one) => !isFunctionNode(one),
    );
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
    .some((one) => ts.isAccessor(one) && throwsInside(checker, one));
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

const throwsInside = (checker: ts.TypeChecker, node: ts.Node): boolean =>
  conductOf(checker, node, () => undefined).throws;

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
  if (conductOf(checker, node, () => undefined).throws) return true;
  if (ts.isNewExpression(node)) {
    const decl = checker.getTypeAtLocation(node).symbol as
      ts.Symbol | undefined;
    const isUser = decl?.declarations?.some(
      (one) => !one.getSourceFile().isDeclarationFile,
    );
    if (!isUser) return !isLenient;
    return (
      decl?.declarations?.some(
        (one) => conductOf(checker, one, () => undefined).throws,
      ) ?? true
    );
  }
  const callee = calleeOf(checker, node);
  if (callee.kind === "math") return false;
  if (callee.kind === "function") return false;
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
    throwsInside(checker, one),
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
  const owner = bareExpression(node.expression);
  if (ts.isNonNullExpression(node.expression)) return true;
  return (
    ts.isElementAccessExpression(owner) &&
    !checker.isTupleType(checker.getTypeAtLocation(owner.expression))
  );
}

export function refuseThrower(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2112",
    "this may throw inside of a try statement, and from where control goes on then is not seen",
    "check for the failing case before, instead of catching it",
  );
}
