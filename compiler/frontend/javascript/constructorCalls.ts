import { ts } from "ts-morph";
import type { Constructor } from "./prototypes.js";
import type { Edit, Part } from "./textEdits.js";

/** The class above: by the name that the code inside of a wrapper has for it, and as it is called outside. */
export interface Base {
  readonly name: string;
  readonly text: string;
}

interface Calls {
  readonly edits: readonly Edit[];
  /** It only does what a class without a constructor does. */
  readonly isImplicit: boolean;
  /** It gives an instance where it is called without `new`. */
  readonly isCallable: boolean;
  /** The name that it has for `this`. */
  readonly self?: string;
}

/**
 * What is another thing in the constructor of a class: the test for a call without `new` goes, `Base.call(this, x)` is
 * `super(x)`, and `_this` is `this`. Undefined where the class above is not seen to be made.
 */
export function baseCalls(
  { fn, name }: Constructor,
  base: Base | undefined,
): Calls | undefined {
  const body = fn.body;
  if (body === undefined) return undefined;
  const edits = body.statements.flatMap((one) => withoutGuard(one, name));
  // and with the very same arguments
  const made = `returnnew${name}(${fn.parameters.map((one) => one.name.getText()).join(",")})`;
  const isCallable = body.statements.some(
    (one) =>
      doneEitherWay(one, name) !== undefined ||
      (ts.isIfStatement(one) &&
        isGuard(one, name) &&
        one.thenStatement.getText().replace(/[\s{};]/g, "") === made),
  );
  if (base === undefined)
    return {
      edits: [...edits, ...withoutResult(body)],
      isImplicit: false,
      isCallable,
    };
  const only = body.statements.filter((one) => !isGuard(one, name));
  if (only.length === 1 && only[0] && handsAllOn(only[0], base))
    return { edits: [], isImplicit: true, isCallable };
  let calls = 0;
  let self: string | undefined;
  for (const one of body.statements) {
    const found = superCall(one, base, name);
    if (found === undefined) continue;
    calls++;
    self ??= found.self;
    edits.push(found.edit);
  }
  const isEmpty =
    calls === 0 && body.statements.length > 0 && doesNothing(body, base);
  if (isEmpty) edits.push({ ...startOf(body), text: " super();" });
  else if (calls !== 1) return undefined;
  const own = self;
  if (own !== undefined) edits.push(...asThis(body, own));
  return {
    edits: [...edits, ...withoutResult(body)],
    isImplicit: false,
    isCallable,
    ...(own !== undefined && { self: own }),
  };
}

/** `function Base() {}`, of which it is the same whether it is called. */
function doesNothing(body: ts.Block, base: Base): boolean {
  const above = body
    .getSourceFile()
    .statements.filter(
      (one) => ts.isFunctionDeclaration(one) && one.name?.text === base.text,
    );
  const [fn] = above;
  return (
    above.length === 1 &&
    fn !== undefined &&
    ts.isFunctionDeclaration(fn) &&
    fn.body?.statements.length === 0 &&
    fn.parameters.length === 0
  );
}

const startOf = (body: ts.Block): { start: number; end: number } => ({
  start: body.getStart() + 1,
  end: body.getStart() + 1,
});

/** `if (!(this instanceof Vec)) return new Vec(x, y);`: a class is made with `new` alone; other calls are refused. */
function withoutGuard(one: ts.Statement, name: string): Edit[] {
  const done = doneEitherWay(one, name);
  if (done !== undefined)
    return [
      { start: one.getStart(), end: done.getStart(), text: "" },
      { start: done.end, end: one.end, text: "" },
    ];
  return isGuard(one, name)
    ? [{ start: one.getStart(), end: one.end, text: "" }]
    : [];
}

/**
 * `if (this instanceof Vec) fill(this, x); else { var v = Object.create(Vec.prototype); fill(v, x); return v; }`: the first
 * arm, where the second one does the same to an object of its own.
 */
function doneEitherWay(
  one: ts.Statement,
  name: string,
): ts.Statement | undefined {
  if (!ts.isIfStatement(one) || one.elseStatement === undefined)
    return undefined;
  if (plain(one.expression) !== `thisinstanceof${name}`) return undefined;
  const other = /^\{(?:var|let|const)(.+)\}$/.exec(plain(one.elseStatement));
  const [, own, rest] = /^([\w$]+)=(.*)$/.exec(other?.[1] ?? "") ?? [];
  const start = `Object.create(${name}.prototype);`;
  const end = `return${own};`;
  if (own === undefined || !rest?.startsWith(start) || !rest.endsWith(end))
    return undefined;
  const same = rest.slice(start.length, -end.length);
  const first = plain(one.thenStatement).replace(/^\{|\}$/g, "");
  const isIt = first.replace(/\bthis\b/g, own) === same;
  return isIt ? one.thenStatement : undefined;
}

/** The text without spaces and comments, all statements with their semicolons. */
const plain = (node: ts.Node): string =>
  node
    .getText()
    .replace(/\/\*[^]*?\*\/|\/\/.*/g, "")
    .replace(/\b(var|let|const|return)\s+/g, "$1")
    .replace(/\s/g, "");

function isGuard(one: ts.Statement, name: string): boolean {
  if (ts.isExpressionStatement(one)) {
    // _classCallCheck(this, F)
    const text = one.expression.getText().replace(/[\s()]|0,/g, "");
    return /^\w*([._])?classCallCheck\d*(\.default|\["default"\])?this,/.test(
      text,
    );
  }
  if (!ts.isIfStatement(one) || one.elseStatement !== undefined) return false;
  const test = one.expression.getText().replace(/\s/g, "");
  const does = one.thenStatement.getText().replace(/[\s{}]/g, "");
  const isTest =
    test === `!(thisinstanceof${name})` ||
    test === `thisinstanceof${name}===false` ||
    test === `false===(thisinstanceof${name})` ||
    test === "!new.target";
  return (
    isTest && (does.startsWith(`returnnew${name}`) || /^thrownew/.test(does))
  );
}

/** `return this` as the last thing. */
function withoutResult(body: ts.Block): Edit[] {
  const last = body.statements.at(-1);
  return last &&
    ts.isReturnStatement(last) &&
    /^(_?this\d*|_assertThisInitialized\(_?this\d*\))$/.test(
      last.expression?.getText() ?? "",
    )
    ? [{ start: last.getStart(), end: last.end, text: "" }]
    : [];
}

/** `return _super !== null && _super.apply(this, arguments) || this;` */
function handsAllOn(one: ts.Statement, base: Base): boolean {
  const text = one.getText().replace(/[\s;]/g, "");
  return (
    [
      `return${base.name}!==null&&${base.name}.apply(this,arguments)||this`,
      `return${base.name}.apply(this,arguments)||this`,
      `${base.name}.apply(this,arguments)`,
      `return_super.apply(this,arguments)`,
    ].includes(text) || /^return_callSuper\(this,\w+,arguments\)$/.test(text)
  );
}

/** `Base.call(this, x);`, `var _this = _super.call(this, x) || this;` */
function superCall(
  one: ts.Statement,
  base: Base,
  name: string,
): { edit: Edit; self: string | undefined } | undefined {
  let self: string | undefined;
  let value: ts.Expression | undefined;
  if (ts.isVariableStatement(one)) {
    const [decl] = one.declarationList.declarations;
    if (one.declarationList.declarations.length !== 1) return undefined;
    self = decl?.name.getText();
    value = decl?.initializer;
  } else if (ts.isExpressionStatement(one)) {
    const { expression } = one;
    const isGiven =
      ts.isBinaryExpression(expression) &&
      expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    self = isGiven ? expression.left.getText() : undefined;
    value = isGiven ? expression.right : expression;
  } else if (ts.isReturnStatement(one)) value = one.expression;
  const args = value && argumentsAbove(value, base, name);
  if (args === undefined) return undefined;
  const parts = args.flatMap((arg, k): Part[] => [
    ...(k === 0 ? [] : [", "]),
    { start: arg.getStart(), end: arg.end },
  ]);
  return {
    edit: {
      start: one.getStart(),
      end: one.end,
      text: ["super(", ...parts, ");"],
    },
    self,
  };
}

function argumentsAbove(
  given: ts.Expression,
  base: Base,
  name: string,
): readonly ts.Expression[] | undefined {
  let node = given;
  for (;;) {
    if (ts.isParenthesizedExpression(node)) node = node.expression;
    else if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken &&
      node.right.getText() === "this"
    )
      node = node.left;
    else break;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression.getText().replace(/\s/g, "");
  const [first, ...rest] = node.arguments;
  if (first?.getText() !== "this") return undefined;
  if (/possibleConstructorReturn/.test(callee))
    return rest[0] && argumentsAbove(rest[0], base, name);
  if (/^_callSuper\d*$/.test(callee)) {
    const list = rest[1];
    if (list === undefined) return [];
    return ts.isArrayLiteralExpression(list) ? [...list.elements] : undefined;
  }
  const isAbove =
    [`${base.name}.call`, `${base.text}.call`, "_super.call"].includes(
      callee,
    ) || callee === `(${name}.__proto__||Object.getPrototypeOf(${name})).call`;
  return isAbove ? rest : undefined;
}

/**
 * The name that compiled code has for `this`, as `this`. The functions inside that say it were arrows, and are so
 * again where nothing of theirs stands in the way.
 */
function asThis(body: ts.Block, name: string): Edit[] {
  const edits: Edit[] = [];
  const arrows = new Set<ts.FunctionExpression>();
  const visit = (node: ts.Node, inside: readonly ts.Node[]): void => {
    if (ts.isVariableStatement(node)) {
      const text = node.declarationList.getText().replace(/\s/g, "");
      if (text === `var${name}`) {
        edits.push({ start: node.getStart(), end: node.end, text: "" });
        return;
      }
    }
    if (ts.isIdentifier(node) && node.text === name && isUse(node)) {
      edits.push({ start: node.getStart(), end: node.end, text: "this" });
      for (const one of inside)
        if (ts.isFunctionExpression(one)) arrows.add(one);
    }
    const within =
      ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node)
        ? [...inside, node]
        : inside;
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(body, []);
  for (const one of arrows) edits.push(...asArrow(one));
  return edits;
}

const isUse = ({ parent, ...node }: ts.Identifier): boolean =>
  !(ts.isPropertyAccessExpression(parent) && parent.name.pos === node.pos) &&
  !ts.isPropertyAssignment(parent);

function asArrow(fn: ts.FunctionExpression): Edit[] {
  const { parameters, body } = fn;
  const open = fn
    .getChildren()
    .find((one) => one.kind === ts.SyntaxKind.OpenParenToken);
  if (open === undefined) return [];
  const at = body.getStart();
  void parameters;
  return [
    { start: fn.getStart(), end: open.getStart(), text: "" },
    { start: at, end: at, text: "=> " },
  ];
}
