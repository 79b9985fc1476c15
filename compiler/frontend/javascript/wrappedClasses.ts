import { ts } from "ts-morph";
import type { Base } from "./constructorCalls.js";
import { newStatements, type Statements } from "../syntax/mentions.js";
import type { Edit } from "./textEdits.js";

interface Wrapped {
  readonly edits: readonly Edit[];
  /** The constructor. */
  readonly decl: ts.FunctionDeclaration;
  /** What may say more of the class: inside of the function, and behind it. */
  readonly body: Statements;
  readonly base: Base | undefined;
  /** What the class is called inside, and outside. */
  readonly name: string;
  readonly own: string;
}

/**
 * A class as compilers write it, inside of a function that is called at once:
 *
 *     var Circle = (function (_super) { __extends(Circle, _super); function Circle() { ... } return Circle; })(Shape);
 *
 * The function goes, where nothing but the class is in it.
 */
export function classWrappers(given: Statements): Wrapped[] {
  const statements = given.all;
  const found = statements.flatMap((one) => wrapperIn(one, given) ?? []);
  const taken = statements.flatMap(namesOf);
  // a name that was the wrapper's own must be nobody else's outside
  return found.filter(
    ({ name, own }) =>
      name === own ||
      (!taken.includes(name) &&
        found.filter((other) => other.name === name).length === 1),
  );
}

function namesOf(one: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one))
    return [one.name?.text ?? ""];
  return ts.isVariableStatement(one)
    ? one.declarationList.declarations.map((decl) => decl.name.getText())
    : [];
}

function wrapperIn(one: ts.Statement, list: Statements): Wrapped | undefined {
  if (!ts.isVariableStatement(one)) return undefined;
  const [decl, ...others] = one.declarationList.declarations;
  if (decl?.initializer === undefined || others.length > 0) return undefined;
  const call = inner(decl.initializer);
  if (!ts.isCallExpression(call)) return undefined;
  const fn = inner(call.expression);
  if (!ts.isFunctionExpression(fn)) return undefined;
  const { body, parameters } = fn;
  const [parameter, ...more] = parameters;
  const [argument] = call.arguments;
  if (more.length > 0 || parameters.length !== call.arguments.length)
    return undefined;
  const last = body.statements.at(-1);
  if (last === undefined || !ts.isReturnStatement(last)) return undefined;
  const result = last.expression && inner(last.expression);
  const isCreated = result !== undefined && ts.isCallExpression(result);
  const name = (isCreated ? result.arguments[0] : result)?.getText();
  const made = body.statements.find(
    (part): part is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(part) && part.name?.text === name,
  );
  if (name === undefined || made === undefined) return undefined;
  if (!body.statements.every((part) => isOfClass(part, name))) return undefined;
  const base: Base | undefined =
    parameter && argument
      ? { name: parameter.name.getText(), text: argument.getText() }
      : undefined;
  const own = decl.name.getText();
  const later = list.saying(new Set([own])).filter((part) => part !== one);
  const asks = new RegExp(`\\b${own.replaceAll("$", "\\$")}\\.prototype\\b`);
  if (name !== own && later.some((part) => asks.test(part.getText())))
    return undefined;
  const exported = (one.modifiers ?? [])
    .map((part) => `${part.getText()} `)
    .join("");
  const word = isLet(one) ? "let" : "var";
  const supers = body.statements.filter((part) => isSuperVariable(part));
  return {
    decl: made,
    body: newStatements(
      name === own ? [...body.statements, ...later] : [...body.statements],
    ),
    base,
    name,
    own,
    edits: [
      {
        start: one.getStart(),
        end: body.getStart() + 1,
        text: name === own ? exported : "",
      },
      {
        start: body.end - 1,
        end: one.end,
        // bundlers give the name inside another one
        text: name === own ? "" : ` ${exported}${word} ${own} = ${name};`,
      },
      ...supers.map((part): Edit => removal(part)),
      ...(isCreated ? [] : [removal(last)]),
    ],
  };
}

const isLet = (one: ts.VariableStatement): boolean =>
  (one.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0;

const removal = (node: ts.Node): Edit => ({
  start: node.getStart(),
  end: node.end,
  text: "",
});

const inner = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? inner(node.expression) : node;

/** The constructor, and what is done to it: nothing that would have a name outside. */
function isOfClass(part: ts.Statement, name: string): boolean {
  if (ts.isFunctionDeclaration(part)) return part.name?.text === name;
  if (ts.isReturnStatement(part)) return true;
  if (isSuperVariable(part)) return true;
  return ts.isExpressionStatement(part);
}

/** `var _super = _createSuper(F);` */
const isSuperVariable = (part: ts.Statement): boolean =>
  ts.isVariableStatement(part) &&
  /^var\s+_super\d*\s*=\s*_createSuper\d*\(/.test(part.getText());
