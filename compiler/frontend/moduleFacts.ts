import { ts } from "ts-morph";

/** What is asked about module-level names; facts of one program, each found once. */
export interface ModuleFacts {
  /** The symbol behind imports and re-exports. */
  originOf(symbol: ts.Symbol): ts.Symbol;
  /** The name under which its own module exports a symbol. */
  exportNameOf(symbol: ts.Symbol): string | undefined;
  /** Is a variable assigned anywhere after its declaration? */
  isReassigned(symbol: ts.Symbol): boolean;
  /**
   * May functions change what a variable at module level holds? "memory": the array or object that it names,
   * "variable": the variable itself, "read": nobody changes anything, "none": it is no variable of a module.
   */
  stateKind(symbol: ts.Symbol): "none" | "read" | "memory" | "variable";
  /**
   * The statements at the top of its module that fill a table, where nothing else changes it; undefined where
   * something may, or where they do more than that.
   */
  buildersOf(symbol: ts.Symbol): readonly ts.Statement[] | undefined;
  /** Does somebody make the array behind a variable longer or shorter, by its name? */
  isResized(symbol: ts.Symbol): boolean;
  /** Is a part of a static field assigned somewhere, by its name? */
  isWrittenByName(symbol: ts.Symbol): boolean;
  /** Does somebody put something into an element of an array, by its name? */
  hasElementsWritten(symbol: ts.Symbol): boolean;
  /** Is it sure that nobody changes the array or object behind a variable through it, or lets it out? */
  isOnlyRead(symbol: ts.Symbol): boolean;
}

export function newModuleFacts(
  checker: ts.TypeChecker,
  /** The files with code in them. */
  files: () => readonly ts.SourceFile[],
): ModuleFacts {
  const exportNames = new Map<ts.SourceFile, Map<ts.Symbol, string>>();
  const references = new Map<ts.SourceFile, Map<ts.Symbol, ts.Identifier[]>>();
  const readOnly = new Map<ts.Symbol, boolean>();
  return {
    originOf,
    exportNameOf,
    isReassigned,
    isOnlyRead,
    stateKind,
    buildersOf,
    isResized,
    isWrittenByName,
    hasElementsWritten,
  };

  function stateKind(
    symbol: ts.Symbol,
  ): "none" | "read" | "memory" | "variable" {
    const decl = symbol.valueDeclaration;
    if (decl !== undefined && ts.isPropertyDeclaration(decl))
      return isOnlyReadStatic(symbol, decl) ? "read" : "memory";
    if (
      decl === undefined ||
      !ts.isVariableDeclaration(decl) ||
      !ts.isIdentifier(decl.name) ||
      decl.getSourceFile().isDeclarationFile ||
      !ts.isVariableStatement(decl.parent.parent) ||
      !ts.isSourceFile(decl.parent.parent.parent)
    )
      return "none";
    const written = referencesTo(symbol).filter((id) => isWritten(id));
    if (written.some(isInFunction)) return "variable";
    if (written.length > 0 || decl.initializer === undefined) return "none";
    if (!isOnlyReadElsewhere(symbol)) return "memory";
    if (isOnlyRead(symbol)) return "read";
    return buildersOf(symbol) === undefined ? "memory" : "none";
  }

  function buildersOf(symbol: ts.Symbol): readonly ts.Statement[] | undefined {
    const found = new Set<ts.Statement>();
    for (const id of referencesTo(symbol)) {
      if (isDeclaring(id) || readsOnly(id)) continue;
      const builder = builderAround(id);
      if (builder === undefined) return undefined;
      found.add(builder);
    }
    const all = [...found].sort((a, b) => a.pos - b.pos);
    return all.every((one) => fillsOnly(one, symbol)) ? all : undefined;
  }

  /** Is everything else of the module that a statement mentions only looked at there, and finished before? */
  function fillsOnly(builder: ts.Statement, symbol: ts.Symbol): boolean {
    let isGood = true;
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const other = valueSymbol(node, checker);
        const decl = other?.valueDeclaration;
        const isOther =
          other !== undefined &&
          decl !== undefined &&
          other !== symbol &&
          ts.isVariableDeclaration(decl) &&
          ts.isVariableStatement(decl.parent.parent) &&
          ts.isSourceFile(decl.parent.parent.parent);
        if (isOther && !isSettled(other, builder)) isGood = false;
      }
      ts.forEachChild(node, visit);
    };
    visit(builder);
    return isGood;
  }

  function isSettled(symbol: ts.Symbol, before: ts.Statement): boolean {
    const decl = symbol.valueDeclaration;
    const value = decl && ts.isVariableDeclaration(decl) && decl.initializer;
    if (value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)))
      return true;
    return referencesTo(symbol).every((id) => {
      if (isDeclaring(id) || readsOnly(id)) return true;
      const builder = builderAround(id);
      return builder !== undefined && builder.end <= before.pos;
    });
  }

  /** `static table = [1, 2]`, wherever it is named. */
  function isOnlyReadStatic(
    symbol: ts.Symbol,
    decl: ts.PropertyDeclaration,
  ): boolean {
    return staticUses(symbol, decl).every((one) => readsOnly(one));
  }

  function isWrittenByName(symbol: ts.Symbol): boolean {
    const decl = symbol.valueDeclaration;
    if (decl === undefined || !ts.isPropertyDeclaration(decl)) return false;
    return staticUses(symbol, decl).some((use) => {
      let path: ts.Expression = use;
      for (let up = path.parent; ; up = path.parent) {
        const isStep =
          (ts.isPropertyAccessExpression(up) ||
            ts.isElementAccessExpression(up)) &&
          up.expression === path;
        if (!isStep && !isTransparent(up)) return isWritten(path);
        path = up as ts.Expression;
      }
    });
  }

  function staticUses(
    symbol: ts.Symbol,
    decl: ts.PropertyDeclaration,
  ): ts.Expression[] {
    const name = decl.name.getText();
    return files()
      .filter((file) => file.text.includes(name))
      .flatMap((file) => referencesIn(file).get(symbol) ?? [])
      .filter((id) => id.parent !== decl)
      .map((id) =>
        ts.isPropertyAccessExpression(id.parent) && id.parent.name === id
          ? id.parent
          : id,
      );
  }

  /** In the modules that import it. */
  function isOnlyReadElsewhere(symbol: ts.Symbol): boolean {
    const exported = exportNameOf(symbol);
    if (exported === undefined) return true;
    const own = symbol.declarations?.[0]?.getSourceFile();
    return files()
      .filter((file) => file !== own && file.text.includes(exported))
      .flatMap((file) => referencesIn(file).get(symbol) ?? [])
      .every((id) => isDeclaring(id) || readsOnly(id));
  }

  function isResized(symbol: ts.Symbol): boolean {
    return referencesTo(symbol).some((id) => {
      const { parent } = id;
      if (!ts.isPropertyAccessExpression(parent) || parent.expression !== id)
        return false;
      return (
        /^(push|pop|shift|unshift|splice)$/.test(parent.name.text) ||
        (parent.name.text === "length" && isWritten(parent))
      );
    });
  }

  function hasElementsWritten(symbol: ts.Symbol): boolean {
    return referencesTo(symbol).some(
      ({ parent }) => ts.isElementAccessExpression(parent) && isWritten(parent),
    );
  }

  function originOf(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  }

  function exportNameOf(symbol: ts.Symbol): string | undefined {
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined) return undefined;
    let names = exportNames.get(file);
    if (names === undefined) {
      names = new Map();
      const module = checker.getSymbolAtLocation(file);
      const exported = module ? checker.getExportsOfModule(module) : [];
      for (const one of exported) {
        const origin = originOf(one);
        // a real name is better than `default`
        if (!names.has(origin) || names.get(origin) === "default")
          names.set(origin, one.name);
      }
      exportNames.set(file, names);
    }
    return names.get(symbol);
  }

  function isReassigned(symbol: ts.Symbol): boolean {
    return referencesTo(symbol).some((id) => isWritten(id));
  }

  function isOnlyRead(symbol: ts.Symbol): boolean {
    const before = readOnly.get(symbol);
    if (before !== undefined) return before;
    // a recursive function that hands its parameter to itself: taken as read until something else says no
    readOnly.set(symbol, true);
    const result = referencesTo(symbol).every(
      (id) => isDeclaring(id) || readsOnly(id),
    );
    readOnly.set(symbol, result);
    return result;
  }

  /** Is an expression that gives (a part of) the memory used without a change to it? */
  function readsOnly(node: ts.Expression): boolean {
    const type = checker.getTypeAtLocation(node);
    if (isPrimitive(type) && !isWritten(node)) return true;
    const { parent } = node;
    if (isTransparent(parent)) return readsOnly(parent);
    if (
      (ts.isElementAccessExpression(parent) ||
        ts.isPropertyAccessExpression(parent)) &&
      parent.expression === node
    )
      return !isWritten(parent) && readsMember(parent);
    if (ts.isElementAccessExpression(parent)) return true;
    if (ts.isForOfStatement(parent) && parent.expression === node)
      return declaresReadOnly(parent.initializer);
    const isNamed =
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent);
    if (isNamed && parent.initializer === node)
      return nameReadOnly(parent.name);
    if (ts.isSpreadElement(parent)) return holdsPrimitives(type);
    if (ts.isSpreadAssignment(parent)) return hasPrimitiveFields(type);
    if (ts.isConditionalExpression(parent))
      return parent.condition === node || readsOnly(parent);
    if (ts.isNewExpression(parent))
      return typedArrayName.test(parent.expression.getText());
    if (ts.isCallExpression(parent)) return argumentReadOnly(parent, node);
    if (ts.isBinaryExpression(parent))
      return (
        isComparedToNil(parent) ||
        isAskedForKey(parent, node) ||
        (isChoice(parent) && readsOnly(parent))
      );
    return (
      ts.isTypeQueryNode(parent) ||
      ts.isTypeOfExpression(parent) ||
      ts.isExpressionStatement(parent)
    );
  }

  function readsMember(
    access: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  ): boolean {
    const call = access.parent;
    if (!ts.isCallExpression(call) || call.expression !== access)
      return readsOnly(access);
    if (!ts.isPropertyAccessExpression(access)) return false;
    const method = access.name.text;
    if (!readingMethods.has(method)) return false;
    if (call.arguments.some((one) => getsTheWhole(one, method))) return false;
    if (holdsPrimitives(checker.getTypeAtLocation(access.expression)))
      return true;
    return readsElements(call, method);
  }

  /** Elements that are memory of their own are seen by the callback, and some methods hand them on. */
  function readsElements(call: ts.CallExpression, method: string): boolean {
    const givesElements =
      /^(at|find|findLast|slice|filter|entries|values|get|has)$/;
    const asks = /^(every|find|findIndex|findLast|filter|forEach|map|some)$/;
    if (!givesElements.test(method) && !asks.test(method)) return false;
    const [callback] = call.arguments;
    if (asks.test(method)) {
      if (callback === undefined) return false;
      if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback))
        return false;
      const [element] = callback.parameters;
      if (element !== undefined && !nameReadOnly(element.name)) return false;
    }
    return !givesElements.test(method) || readsOnly(call);
  }

  /** `xs.map((x, i, all) => ...)` hands out the array itself. */
  function getsTheWhole(callback: ts.Expression, method: string): boolean {
    const place = method.startsWith("reduce") ? 3 : 2;
    return checker
      .getTypeAtLocation(callback)
      .getCallSignatures()
      .some((one) => one.parameters.length > place);
  }

  function argumentReadOnly(
    call: ts.CallExpression,
    node: ts.Expression,
  ): boolean {
    const index = call.arguments.indexOf(node);
    const declaration = checker.getResolvedSignature(call)?.declaration;
    if (index < 0 || declaration === undefined) return false;
    if (declaration.getSourceFile().isDeclarationFile)
      return (
        isMathCall(call) ||
        readingStatics.test(call.expression.getText()) ||
        (copyingStatics.test(call.expression.getText()) &&
          holdsPrimitives(checker.getTypeAtLocation(node)))
      );
    if (ts.isJSDocSignature(declaration)) return false;
    const parameter = declaration.parameters[index];
    return parameter !== undefined && nameReadOnly(parameter.name);
  }

  function declaresReadOnly(list: ts.ForInitializer): boolean {
    return (
      ts.isVariableDeclarationList(list) &&
      list.declarations.every((one) => nameReadOnly(one.name))
    );
  }

  function nameReadOnly(name: ts.BindingName): boolean {
    if (ts.isIdentifier(name)) {
      const symbol = checker.getSymbolAtLocation(name);
      return symbol !== undefined && isOnlyRead(symbol);
    }
    return name.elements.every(
      (one) => ts.isOmittedExpression(one) || nameReadOnly(one.name),
    );
  }

  /** An array, Map or Set whose elements are no memory of their own, so that a copy of it shares nothing. */
  function holdsPrimitives(type: ts.Type): boolean {
    const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (elem !== undefined) return isPrimitive(elem);
    const symbol = type.symbol as ts.Symbol | undefined;
    return (
      symbol !== undefined &&
      /^(Readonly)?(Map|Set)$/.test(symbol.name) &&
      checker.getTypeArguments(type as ts.TypeReference).every(isPrimitive)
    );
  }

  function hasPrimitiveFields(type: ts.Type): boolean {
    return checker
      .getPropertiesOfType(type)
      .every((one) => isPrimitive(checker.getTypeOfSymbol(one)));
  }

  function referencesTo(symbol: ts.Symbol): readonly ts.Identifier[] {
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined) return [];
    return referencesIn(file).get(symbol) ?? [];
  }

  function referencesIn(
    file: ts.SourceFile,
  ): ReadonlyMap<ts.Symbol, readonly ts.Identifier[]> {
    const known = references.get(file);
    if (known !== undefined) return known;
    const all = allReferences(file);
    references.set(file, all);
    return all;
  }

  function allReferences(file: ts.SourceFile): Map<ts.Symbol, ts.Identifier[]> {
    const all = new Map<ts.Symbol, ts.Identifier[]>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const symbol = valueSymbol(node, checker);
        if (symbol !== undefined) {
          const origin = originOf(symbol);
          const list = all.get(origin);
          if (list === undefined) all.set(origin, [node]);
          else list.push(node);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return all;
  }
}

/** The variable that an identifier stands for; in `{ x }` that is the variable, not the new property. */
export function valueSymbol(
  id: ts.Identifier,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(id.parent))
    return checker.getShorthandAssignmentValueSymbol(id.parent);
  return checker.getSymbolAtLocation(id);
}

/** The loop or call at the top of a module in which a name stands, if that is run once, and at once. */
function builderAround(node: ts.Node): ts.Statement | undefined {
  let up = node;
  for (; !ts.isSourceFile(up.parent); up = up.parent) {
    if (ts.isClassLike(up)) return undefined;
    if (!ts.isFunctionLike(up)) continue;
    const call = up.parent;
    const isRun =
      ts.isCallExpression(call) &&
      ts.isPropertyAccessExpression(call.expression) &&
      /^(forEach|map|from|reduce)$/.test(call.expression.name.text);
    if (!isRun) return undefined;
  }
  return ts.isForStatement(up) ||
    ts.isForOfStatement(up) ||
    ts.isWhileStatement(up) ||
    ts.isDoStatement(up) ||
    ts.isIfStatement(up) ||
    ts.isBlock(up) ||
    ts.isExpressionStatement(up)
    ? up
    : undefined;
}

function isInFunction(node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent)
    if (ts.isFunctionLike(up) || ts.isClassLike(up)) return true;
  return false;
}

const readingMethods = new Set(
  "at concat every find findIndex findLast forEach includes indexOf join keys lastIndexOf map reduce slice some entries values toString has get toSorted toReversed flat flatMap findLastIndex with filter reduceRight toFixed".split(
    " ",
  ),
);

const isMathCall = (call: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(call.expression) &&
  call.expression.expression.getText() === "Math";

/** Library functions that give nothing of their argument away. */
const readingStatics =
  /^(Array\.isArray|JSON\.stringify|Object\.keys|structuredClone|console\.\w+|\w+Array\.from)$/;
/** Those whose result holds the elements of their argument. */
const copyingStatics = /^(Array\.from|Object\.values|Object\.entries)$/;
const typedArrayName = /^(Float|Int|Uint)\d+(Clamped)?Array$/;

function isPrimitive(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitive);
  return (
    (type.flags &
      (ts.TypeFlags.NumberLike |
        ts.TypeFlags.StringLike |
        ts.TypeFlags.BooleanLike |
        ts.TypeFlags.BigIntLike |
        ts.TypeFlags.Undefined |
        ts.TypeFlags.Null)) !==
    0
  );
}

function isComparedToNil({
  operatorToken,
  left,
  right,
}: ts.BinaryExpression): boolean {
  const isEquality =
    operatorToken.kind >= ts.SyntaxKind.EqualsEqualsToken &&
    operatorToken.kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return (
    isEquality &&
    [left, right].some((one) => /^(undefined|null)$/.test(one.getText()))
  );
}

/** `key in table` */
const isAskedForKey = (
  { operatorToken, right }: ts.BinaryExpression,
  node: ts.Expression,
): boolean => operatorToken.kind === ts.SyntaxKind.InKeyword && right === node;

/** `table ?? other`, `table || other`: the whole may be the table. */
const isChoice = ({ operatorToken }: ts.BinaryExpression): boolean =>
  operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
  operatorToken.kind === ts.SyntaxKind.BarBarToken;

const isTransparent = (
  node: ts.Node,
): node is
  ts.ParenthesizedExpression | ts.NonNullExpression | ts.AsExpression =>
  ts.isParenthesizedExpression(node) ||
  ts.isNonNullExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isSatisfiesExpression(node);

function isDeclaring(id: ts.Identifier): boolean {
  const { parent } = id;
  return (
    ((ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent)) &&
      parent.name === id) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportSpecifier(parent)
  );
}

/** Is the expression the target of an assignment, also inside a pattern? */
function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (isTransparent(parent)) return isWritten(parent);
  if (ts.isBinaryExpression(parent))
    return (
      parent.left === node &&
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    );
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken ||
      parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  if (ts.isDeleteExpression(parent)) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent))
    return parent.initializer === node;
  return isInPattern(node);
}

/** `[a, b] = ...`, `({ x: a, b } = ...)` */
function isInPattern(node: ts.Node): boolean {
  const { parent } = node;
  const holder =
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isObjectLiteralExpression(parent);
  if (!holder) return false;
  if (ts.isPropertyAssignment(parent) && parent.initializer !== node)
    return false;
  if (
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent)
  ) {
    const above = parent.parent;
    if (
      ts.isBinaryExpression(above) &&
      above.left === parent &&
      above.operatorToken.kind === ts.SyntaxKind.EqualsToken
    )
      return true;
    if (ts.isForOfStatement(above) && above.initializer === parent) return true;
  }
  return isInPattern(parent);
}
