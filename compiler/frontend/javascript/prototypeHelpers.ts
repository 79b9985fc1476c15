import { ts } from "ts-morph";

/**
 * Functions of a file that only fill prototypes, as libraries without classes have them:
 *
 *     function define(constructor, factory, prototype) {
 *       constructor.prototype = factory.prototype = prototype;
 *       prototype.constructor = constructor;
 *     }
 *     function extend(parent, definition) {
 *       var prototype = Object.create(parent.prototype);
 *       for (var key in definition) prototype[key] = definition[key];
 *       return prototype;
 *     }
 *
 * A call says as much as the assignments.
 */

/** `define(Vec, vec, { ... })`: the constructor, and its prototype. */
export function givenPrototype(
  call: ts.CallExpression,
): { readonly made: ts.Expression; readonly value: ts.Expression } | undefined {
  const fn = functionNamed(call.expression);
  const body = fn && statementsOf(fn);
  if (fn === undefined || body === undefined) return undefined;
  const names = parameterNames(fn);
  const prototype = names.find((one) =>
    body.some((text) => text.endsWith(`.prototype=${one}`)),
  );
  const made = names.find((one) =>
    body.includes(`${prototype}.constructor=${one}`),
  );
  if (prototype === undefined || made === undefined) return undefined;
  const others = names.filter((one) => one !== prototype);
  const isGiven = new RegExp(
    `^((${others.map(escaped).join("|")})\\.prototype=)+${escaped(prototype)}$`,
  );
  const isPlain = body.every(
    (text) => text === `${prototype}.constructor=${made}` || isGiven.test(text),
  );
  const isIts = body.some((text) => text.includes(`${made}.prototype=`));
  const at = (name: string): ts.Expression | undefined =>
    call.arguments[names.indexOf(name)];
  const [own, value] = [at(made), at(prototype)];
  if (!isPlain || !isIts || !own || !value) return undefined;
  // a factory that has the prototype, too, may be asked for
  const isAsked = others.some((one) => {
    const given = at(one)?.getText();
    return (
      one !== made &&
      given !== undefined &&
      new RegExp(
        `\\binstanceof\\s+${escaped(given)}\\b|\\bnew\\s+${escaped(given)}\\b`,
      ).test(call.getSourceFile().text)
    );
  });
  return isAsked ? undefined : { made: own, value };
}

/** `extend(Base, { ... })`: a prototype below another one. */
export function prototypeBelow(
  call: ts.CallExpression,
):
  | { readonly base: string; readonly members: ts.ObjectLiteralExpression }
  | undefined {
  const fn = functionNamed(call.expression);
  const [above, literal] = call.arguments;
  if (!fn || !above || !literal || !isExtension(fn)) return undefined;
  if (!ts.isIdentifier(above) || !ts.isObjectLiteralExpression(literal))
    return undefined;
  // what a getter gives would be copied once, for all
  const isPlain = !literal.properties.some(
    (one) => ts.isAccessor(one) || ts.isSpreadAssignment(one),
  );
  return isPlain ? { base: above.text, members: literal } : undefined;
}

function isExtension(fn: ts.FunctionDeclaration): boolean {
  const [parent, members, ...more] = parameterNames(fn);
  const [made, loop, end, ...others] = fn.body?.statements ?? [];
  if (!made || !loop || !end || more.length + others.length > 0) return false;
  if (!ts.isVariableStatement(made) || !ts.isForInStatement(loop)) return false;
  const own = onlyDeclared(made.declarationList);
  const key =
    ts.isVariableDeclarationList(loop.initializer) &&
    onlyDeclared(loop.initializer);
  if (own?.initializer === undefined || !key) return false;
  const [it, name] = [own.name.getText(), key.name.getText()];
  const body = ts.isBlock(loop.statement)
    ? loop.statement.statements
    : [loop.statement];
  return (
    bare(own.initializer) === `Object.create(${parent}.prototype)` &&
    loop.expression.getText() === members &&
    body.length === 1 &&
    body.every(
      (one) =>
        bare(one).replace(/;$/, "") === `${it}[${name}]=${members}[${name}]`,
    ) &&
    ts.isReturnStatement(end) &&
    end.expression?.getText() === it
  );
}

const onlyDeclared = ({
  declarations: [first, ...others],
}: ts.VariableDeclarationList): ts.VariableDeclaration | undefined =>
  others.length === 0 ? first : undefined;

/** Hands the statement a constructor to a function of the file that looks at prototypes? */
export function fillsUnseen(statement: ts.Statement, name: string): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const call = statement.expression;
  if (!ts.isCallExpression(call)) return false;
  if (!call.arguments.some((one) => one.getText() === name)) return false;
  const fn = functionNamed(call.expression);
  return (
    fn !== undefined &&
    /\bprototype\b|__proto__|[sg]etPrototypeOf/.test(fn.getText())
  );
}

/** The function of the file, declared once and never assigned, that a name stands for. */
export function functionNamed(
  node: ts.Expression,
): ts.FunctionDeclaration | undefined {
  if (!ts.isIdentifier(node)) return undefined;
  const file = node.getSourceFile();
  const found = file.statements.filter(
    (one): one is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(one) && one.name?.text === node.text,
  );
  const isAssigned = new RegExp(
    `(^|[^.\\w$])${escaped(node.text)}\\s*=[^=]`,
  ).test(file.text);
  return found.length === 1 && !isAssigned ? found[0] : undefined;
}

/** Its statements, where all of them are expressions. */
function statementsOf(
  fn: ts.FunctionDeclaration,
): readonly string[] | undefined {
  const all = [...(fn.body?.statements ?? [])];
  return all.every(ts.isExpressionStatement)
    ? all.map((one) => bare(one.expression))
    : undefined;
}

const parameterNames = (fn: ts.FunctionDeclaration): readonly string[] =>
  fn.parameters.map((one) => one.getText());

const bare = (node: ts.Node): string => node.getText().replace(/\s/g, "");

const escaped = (name: string): string => name.replaceAll("$", "\\$");
