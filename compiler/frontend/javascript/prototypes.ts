import { ts } from "ts-morph";
import { baseCalls, type Base } from "./constructorCalls.js";
import { fieldsBelow, fieldsSetIn, withFields } from "./fieldsSet.js";
import { parenOf } from "../syntax/functionHeads.js";
import { membersGiven, type Written } from "./prototypeMembers.js";
import { newStatements, type Statements } from "../syntax/mentions.js";
import type { Edit, Parsed, Part } from "./textEdits.js";
import { classWrappers } from "./wrappedClasses.js";
import { documented, type Member } from "./prototypeLiterals.js";
import { ofPrototype } from "./prototypeFields.js";

/**
 * A constructor function with its prototype, written as the class that it is:
 *
 *     function Vec(x, y) { this.x = x; this.y = y; }
 *     Vec.prototype.dot = function (o) { ... };
 *     Vec.prototype = { length: function () { ... } };
 *     Object.defineProperty(Vec.prototype, "norm", { get: function () { ... } });
 *     Vec.unit = function () { ... };
 *
 * Methods move to the constructor, from wherever they stand in the same list of statements; those of a class, too,
 * which compilers write behind it: `Vec.unit = 1`. What compilers make of classes is written so as well: `__extends`,
 * `_createClass`, a function around it all. A prototype that is also handed on, or gets members by names that are not
 * seen, stays what it is.
 */
export function asClasses({ text, parsed }: Parsed): Edit[] {
  if (!/\.prototype\b|\bclass\b|\bnew\b/.test(text)) return [];
  const edits: Edit[] = [];
  const seen = new Set<ts.Statement>();
  const file = parsed();
  const made = namesMade(file);
  const visit = (statements: Statements): void => {
    for (const { decl, body, base, ...wrapper } of classWrappers(statements)) {
      seen.add(decl);
      const fn = constructorIn(decl);
      const own = fn && classFrom(fn, body, base, made);
      if (own !== undefined && own.length > 0)
        edits.push(...own, ...wrapper.edits);
    }
    for (const one of statements.all) {
      if (seen.has(one)) continue;
      const fn = constructorIn(one);
      if (fn !== undefined)
        edits.push(...classFrom(fn, statements, undefined, made));
      if (ts.isClassDeclaration(one)) edits.push(...completed(one, statements));
    }
  };
  const look = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      edits.push(...withFields(node));
      if (node.name) edits.push(...ofOwnClass([node], node.name.text));
    }
    if (ts.isBlock(node) || ts.isSourceFile(node))
      visit(newStatements(node.statements));
    ts.forEachChild(node, look);
  };
  look(file);
  return edits;
}

/** The names behind `new`. */
function namesMade(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) names.add(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** A function that may be a constructor, with the statement that declares it. */
export interface Constructor {
  readonly name: string;
  readonly statement: ts.Statement;
  readonly fn: ts.FunctionDeclaration | ts.FunctionExpression;
  /** From where on the text is the class's; `export` and the like stand before. */
  readonly start: number;
}

/** `function F() {}`, `var F = function () {}` */
export function constructorIn(one: ts.Statement): Constructor | undefined {
  if (ts.isFunctionDeclaration(one))
    return one.name && one.body && isPlain(one)
      ? {
          name: one.name.text,
          statement: one,
          fn: one,
          start: keywordOf(one),
        }
      : undefined;
  if (!ts.isVariableStatement(one)) return undefined;
  const [decl, ...others] = one.declarationList.declarations;
  if (decl === undefined || others.length > 0 || !ts.isIdentifier(decl.name))
    return undefined;
  const { initializer } = decl;
  return initializer &&
    ts.isFunctionExpression(initializer) &&
    isPlain(initializer)
    ? {
        name: decl.name.text,
        statement: one,
        fn: initializer,
        start: one.declarationList.getStart(),
      }
    : undefined;
}

const isPlain = (
  node: ts.FunctionDeclaration | ts.FunctionExpression,
): boolean =>
  node.asteriskToken === undefined &&
  !node.modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword);

const keywordOf = (node: ts.FunctionDeclaration): number =>
  node
    .getChildren()
    .find((one) => one.kind === ts.SyntaxKind.FunctionKeyword)
    ?.getStart() ?? node.getStart();

function classFrom(
  made: Constructor,
  statements: Statements,
  wrapperBase: Base | undefined,
  madeHere: ReadonlySet<string>,
): Edit[] {
  const { name, statement, fn } = made;
  const { body } = fn;
  if (body === undefined) return [];
  const given = membersGiven(made, statements);
  if (given === undefined) return [];
  const isMade =
    given.members.some((one) => !one.isStatic) ||
    given.base !== undefined ||
    wrapperBase !== undefined ||
    // made elsewhere
    (/^[_$]*[A-Z]/.test(name) && fieldsSetIn(body) !== "") ||
    madeHere.has(name);
  if (!isMade) return [];
  const base =
    wrapperBase && given.extends.includes(wrapperBase.name)
      ? wrapperBase
      : given.base;
  const calls = baseCalls(made, base);
  if (calls === undefined) return [];
  // what a prototype holds is there before any constructor runs
  const holds = given.members.some(
    (one) => one.kind === "field" && !one.isStatic,
  );
  if (base !== undefined && holds) return [];
  const head = base === undefined ? "" : ` extends ${base.text}`;
  const open = parenOf(fn);
  const members = given.members.map((one) => one.name);
  const fields =
    base === undefined
      ? fieldsSetIn(body, [], methodsOf(given))
      : fieldsBelow(body, members, calls.self);
  const own = new Set(fieldsSetIn(body).split(/[; ]+/));
  const tail: Part[] = given.members
    // what the prototype says of a field that every instance sets is never seen
    .filter((one) => one.kind !== "field" || one.isStatic || !own.has(one.name))
    .flatMap((one) => partsOf(one));
  const removed = removalOf(given);
  if (calls.isImplicit)
    return [
      {
        start: made.start,
        end: statement.end,
        text: [`class ${name}${head} {`, ...tail, " }"],
      },
      ...removed,
    ];
  return [
    {
      start: made.start,
      end: open,
      text: `class ${name}${head} { ${fields} constructor`,
    },
    ...calls.edits,
    ...superCalls([body, ...given.functions], base, calls.self),
    ...ofOwnClass([fn, ...given.functions], name),
    ...(calls.isCallable ? withNew(statements, name) : []),
    ...removed,
    { start: fn.end, end: statement.end, text: [" ", ...tail, " }"] },
  ];
}

/** What instances are asked to do, by name. */
const methodsOf = ({
  members,
  functions,
}: Written): ReadonlyMap<string, ts.Node> =>
  new Map(
    members.flatMap(({ kind, isStatic, name, value }): [string, ts.Node][] => {
      const fn = functions.find((one) => one.end === value.end);
      return kind === "method" && !isStatic && fn ? [[name, bodyOf(fn)]] : [];
    }),
  );

const bodyOf = (fn: ts.Node): ts.Node =>
  ts.isFunctionLike(fn) && "body" in fn ? ((fn.body as ts.Node) ?? fn) : fn;

/** `class Vec { ... }`, and then `Vec.unit = 1;`, `Vec.prototype.dot = function ...`: its members. */
function completed(decl: ts.ClassDeclaration, statements: Statements): Edit[] {
  const { name } = decl;
  if (name === undefined) return [];
  const given = membersGiven({ name: name.text, statement: decl }, statements);
  if (given === undefined || given.members.length === 0) return [];
  const own = decl.members.map(
    (one) => `${isStatic(one)} ${one.name?.getText()}`,
  );
  // which of the two there is in the end, the place of the statement says
  const isTwice = given.members.some((one) =>
    own.includes(`${one.isStatic} ${one.name}`),
  );
  const isPlain = given.members.every(
    (one) => one.isStatic || one.kind !== "field",
  );
  if (isTwice || !isPlain || given.extends.length > 0 || given.isWhole)
    return [];
  const tail = given.members.flatMap(partsOf);
  return [
    { start: decl.end - 1, end: decl.end, text: [...tail, " }"] },
    ...removalOf(given),
  ];
}

const isStatic = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (node.modifiers?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword) ??
    false);

const removalOf = ({ statements }: Written): Edit[] =>
  statements.map((one): Edit => ({ ...documented(one), text: "" }));

/** `new this.constructor(x)`: of the same class, as far as types go. */
function ofOwnClass(nodes: readonly ts.Node[], name: string): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isNewExpression(node) &&
      node.expression.getText().replace(/[\s()]/g, "") === "this.constructor"
    ) {
      const { expression } = node;
      const before = `(/** @type {typeof ${name}} */ (`;
      const at = expression.getStart();
      edits.push(
        { start: at, end: at, text: before },
        { start: expression.end, end: expression.end, text: "))" },
      );
    }
    ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return edits;
}

/** `Vec(x, y)` of a constructor that makes an instance then, too. */
function withNew(statements: Statements, name: string): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const at = node.getStart();
      if (node.expression.text === name)
        edits.push({ start: at, end: at, text: "new " });
    }
    ts.forEachChild(node, visit);
  };
  statements.saying(new Set([name])).forEach(visit);
  return edits;
}

/** `Base.prototype.m.call(this, x)` in a method: `super.m(x)`. */
function superCalls(
  nodes: readonly ts.Node[],
  base: Base | undefined,
  name = "this",
): Edit[] {
  const edits: Edit[] = [];
  if (base === undefined) return edits;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText().replace(/\s/g, "");
      const own = [base.name, base.text].find(
        (one) =>
          callee.startsWith(`${one}.prototype.`) && callee.endsWith(".call"),
      );
      const method = own && callee.slice(own.length + 11, -5);
      const [self, ...args] = node.arguments;
      const isOwn = ["this", name].includes(self?.getText() ?? "");
      if (method && /^\w+$/.test(method) && isOwn)
        edits.push({
          start: node.getStart(),
          end: node.end,
          text: [
            `super.${method}(`,
            ...args.flatMap((one, k): Part[] => [
              ...(k === 0 ? [] : [", "]),
              { start: one.getStart(), end: one.end },
            ]),
            ")",
          ],
        });
    }
    ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return edits;
}

function partsOf(member: Member): Part[] {
  const lead = member.isStatic ? "static " : "";
  // on a line of its own, for else it belongs to what stands before it
  const doc: Part[] = member.doc ? ["\n", member.doc, " "] : [];
  const word = member.kind === "method" ? "" : `${member.kind} `;
  if (member.kind === "field") {
    const mark = member.isStatic ? "" : `${ofPrototype} `;
    return ["; ", `${mark}${lead}${member.name} = `, member.value, ";"];
  }
  return [" ", ...doc, `${lead}${word}${member.name}`, member.value];
}
