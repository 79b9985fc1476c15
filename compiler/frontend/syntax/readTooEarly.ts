import { ts } from "ts-morph";

const { SyntaxKind } = ts;

/**
 * May a `var` of that name be read in a function before it has been given a value? By the text alone, going through it as it
 * runs: what is given in an arm, a loop or behind `&&` may not be given. An inner function counts where it is written, one that
 * is declared at the start: it may be called from there on.
 */
export function readTooEarly(body: ts.Node, name: string): boolean {
  let found = false;
  /** What is known where `break` and `continue` lead. */
  const doors: { given: boolean; isLabel: boolean }[] = [];
  through(body, false);
  return found;

  /** Goes through a node; says whether there is a value behind it. Behind what never ends there is one. */
  function through(node: ts.Node | undefined, given: boolean): boolean {
    if (node === undefined || found) return given;
    if (ts.isIdentifier(node)) {
      if (node.text === name && isRead(node) && !given) found = true;
      return given;
    }
    if (ts.isFunctionLike(node) && node !== body.parent && node !== body) {
      if (!isShadowed(node))
        eachChild(node, given && !ts.isFunctionDeclaration(node));
      return given;
    }
    if (node !== body && hasOwn(node, name)) return given;
    return statement(node, given) ?? expression(node, given);
  }

  function eachChild(node: ts.Node, given: boolean): boolean {
    let state = given;
    ts.forEachChild(node, (one) => {
      state = through(one, state);
    });
    return state;
  }

  function statement(node: ts.Node, given: boolean): boolean | undefined {
    if (ts.isIfStatement(node)) {
      const asked = through(node.expression, given);
      const then = through(node.thenStatement, asked);
      return through(node.elseStatement, asked) && then;
    }
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) {
      through(node.expression, given);
      return true;
    }
    if (ts.isBreakOrContinueStatement(node)) {
      for (const door of doorsOf(node)) door.given &&= given;
      return true;
    }
    if (ts.isSwitchStatement(node)) return ofSwitch(node, given);
    if (ts.isTryStatement(node)) {
      const tried = through(node.tryBlock, given);
      const caught = node.catchClause ? through(node.catchClause, given) : true;
      return through(node.finallyBlock, given) || (tried && caught);
    }
    if (ts.isLabeledStatement(node)) {
      let end = given;
      const run = (): unknown => (end = through(node.statement, given));
      return inside(run, true) && end;
    }
    return ofLoop(node, given);
  }

  /** Where it may lead; one too many does no harm. */
  function doorsOf(node: ts.BreakOrContinueStatement): typeof doors {
    if (node.label || ts.isContinueStatement(node)) return doors;
    return doors.filter((one) => !one.isLabel).slice(-1);
  }

  function ofLoop(node: ts.Node, given: boolean): boolean | undefined {
    if (ts.isForStatement(node)) {
      const asked = through(node.condition, through(node.initializer, given));
      const door = inside(() => {
        through(node.incrementor, through(node.statement, asked));
      });
      return door && (node.condition ? asked : true);
    }
    if (ts.isWhileStatement(node)) {
      const asked = through(node.expression, given);
      return inside(() => through(node.statement, asked)) && asked;
    }
    if (ts.isDoStatement(node)) {
      let end = given;
      const door = inside(() => (end = through(node.statement, given)));
      return through(node.expression, door && end);
    }
    if (!ts.isForOfStatement(node) && !ts.isForInStatement(node))
      return undefined;
    const start = through(node.expression, given);
    const declared = ts.isVariableDeclarationList(node.initializer)
      ? node.initializer.declarations[0]?.name
      : node.initializer;
    const own = declared?.getText() === name;
    inside(() => through(node.statement, start || own));
    return start;
  }

  /** Is there a value at all doors of what runs meanwhile? */
  function inside(run: () => unknown, isLabel = false): boolean {
    const door = { given: true, isLabel };
    doors.push(door);
    run();
    doors.pop();
    return door.given;
  }

  function ofSwitch(node: ts.SwitchStatement, given: boolean): boolean {
    const asked = through(node.expression, given);
    let end = asked;
    const door = inside(() => {
      for (const clause of node.caseBlock.clauses) {
        if (ts.isCaseClause(clause)) through(clause.expression, asked);
        end = asked;
        for (const one of clause.statements) end = through(one, end);
      }
    });
    const isWhole = node.caseBlock.clauses.some(ts.isDefaultClause);
    return isWhole ? door && end : asked;
  }

  function expression(node: ts.Node, given: boolean): boolean {
    if (ts.isVariableDeclaration(node)) {
      const state = through(node.initializer, given);
      if (!ts.isIdentifier(node.name)) return through(node.name, state);
      return (
        state || (node.name.text === name && node.initializer !== undefined)
      );
    }
    if (ts.isConditionalExpression(node)) {
      const asked = through(node.condition, given);
      const then = through(node.whenTrue, asked);
      return through(node.whenFalse, asked) && then;
    }
    if (!ts.isBinaryExpression(node)) return eachChild(node, given);
    const { left, operatorToken, right } = node;
    if (isShort(operatorToken.kind)) {
      const state = through(left, given);
      through(right, state);
      return state;
    }
    const isIt = ts.isIdentifier(left) && left.text === name;
    if (isIt && operatorToken.kind === SyntaxKind.EqualsToken) {
      through(right, given);
      return true;
    }
    return through(right, through(left, given));
  }

  function isShadowed(node: ts.SignatureDeclaration): boolean {
    return node.parameters.some((one) => one.name.getText() === name);
  }
}

/** Does a block, a loop or a `catch` have a variable of that name for itself? */
function hasOwn(node: ts.Node, name: string): boolean {
  const isIt = (list: ts.Node | undefined): boolean =>
    list !== undefined &&
    ts.isVariableDeclarationList(list) &&
    (list.flags & ts.NodeFlags.BlockScoped) !== 0 &&
    list.declarations.some((one) => declares(one.name, name));
  if (ts.isForStatement(node) || ts.isForOfStatement(node))
    return isIt(node.initializer);
  if (ts.isForInStatement(node)) return isIt(node.initializer);
  if (ts.isCatchClause(node))
    return (
      node.variableDeclaration !== undefined &&
      declares(node.variableDeclaration.name, name)
    );
  const statements =
    ts.isBlock(node) || ts.isCaseOrDefaultClause(node) ? node.statements : [];
  return statements.some((one) =>
    ts.isVariableStatement(one)
      ? isIt(one.declarationList)
      : ts.isClassDeclaration(one) && one.name?.text === name,
  );
}

function declares(pattern: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(pattern)) return pattern.text === name;
  return pattern.elements.some(
    (one) => !ts.isOmittedExpression(one) && declares(one.name, name),
  );
}

const isShort = (kind: ts.SyntaxKind): boolean =>
  kind === SyntaxKind.AmpersandAmpersandToken ||
  kind === SyntaxKind.BarBarToken ||
  kind === SyntaxKind.QuestionQuestionToken;

/** Is it a variable's name that is asked for, no name of a field, a label or a declaration? */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent))
    return false;
  return !(
    (ts.isVariableDeclaration(parent) ||
      ts.isFunctionLike(parent) ||
      ts.isClassLike(parent) ||
      ts.isParameter(parent)) &&
    parent.name === node
  );
}
