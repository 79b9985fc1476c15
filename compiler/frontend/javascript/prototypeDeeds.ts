import { ts } from "ts-morph";
import {
  type Deed,
  inner,
  isPlainFunction,
  documentOf,
  type Member,
  codeOf,
  isLiteral,
  literalMembers,
  arrayMembers,
  describedMembers,
  targetOf,
} from "./prototypeLiterals.js";
import { givenPrototype, prototypeBelow } from "./prototypeHelpers.js";

/** What a statement does for the class; undefined where nothing, or not only that. */
export function deedsOf(
  statement: ts.Statement,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  if (ts.isReturnStatement(statement)) {
    // return _createClass(F, [...])
    const call = statement.expression && inner(statement.expression);
    return call && ts.isCallExpression(call) && isCreate(call)
      ? fromCall(call, name, protos)
      : undefined;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const expression = inner(statement.expression);
  if (ts.isCallExpression(expression))
    return fromCall(expression, name, protos);
  if (!isPlainAssignment(expression)) return undefined;
  return fromAssignment(statement, expression, name, protos);
}

const isPlainAssignment = (
  node: ts.Expression,
): node is ts.BinaryExpression & { readonly left: ts.Expression } =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** `V.prototype.a = V.prototype["b"] = function () {}` */
function fromAssignment(
  statement: ts.Statement,
  assigned: ts.BinaryExpression,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  const targets: ts.Expression[] = [assigned.left];
  let value = inner(assigned.right);
  while (isPlainAssignment(value)) {
    targets.push(value.left);
    value = inner(value.right);
  }
  const [only, ...others] = targets.map((one) => targetOf(one, name, protos));
  if (only === undefined || others.includes(undefined)) return undefined;
  const places = [only, ...others].flatMap((one) => one ?? []);
  const whole = places.find((one) => one.kind === "prototype");
  if (whole !== undefined)
    return places.length === 1 ? prototypeIs(value, name) : undefined;
  const isStatic = places.some((one) => one.kind === "static");
  if (isStatic && places.length > 1) return undefined;
  const own = places.at(-1)?.name ?? "";
  if (!isStatic && own === "constructor") return [{ kind: "nothing" }];
  if (ts.isFunctionExpression(value) && isPlainFunction(value)) {
    const { doc } = documentOf(statement);
    const member: Member = {
      kind: "method",
      name: own,
      isStatic,
      value: codeOf(value),
      ...(doc && { doc }),
    };
    const names = [...new Set(places.map((one) => one.name))].filter(
      (one) => one !== own,
    );
    return [
      { kind: "member", member, fn: value },
      ...names.map((one): Deed => ({ kind: "alias", name: one, of: own })),
    ];
  }
  // `F.prototype.isVector = true`
  if (!isStatic && places.length === 1 && isLiteral(value)) {
    const range = { start: value.getStart(), end: value.end };
    const member: Member = { kind: "field", name: own, isStatic, value: range };
    return [{ kind: "member", member, fn: value }];
  }
  const other = isStatic ? undefined : targetOf(value, name, protos);
  return other?.kind === "prototypeMember" && places.length === 1
    ? [{ kind: "alias", name: own, of: other.name }]
    : undefined;
}

/** `Vec.unit = value` */
export function staticValue(
  statement: ts.Statement,
  name: string,
): readonly Deed[] | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (!isPlainAssignment(expression)) return undefined;
  const target = targetOf(expression.left, name, new Set());
  if (target?.kind !== "static" || target.name === "prototype")
    return undefined;
  const fn = expression.right;
  const value = { start: fn.getStart(), end: fn.end };
  const own = target.name;
  const member: Member = { kind: "field", name: own, isStatic: true, value };
  return [{ kind: "member", member, fn }];
}

/** `F.prototype = { ... }`, `= Object.create(Base.prototype)`, `= new Base()` */
function prototypeIs(
  value: ts.Expression,
  name: string,
): readonly Deed[] | undefined {
  if (ts.isObjectLiteralExpression(value)) {
    const members = literalMembers(value, name, false);
    return members && [{ kind: "prototype" }, ...members];
  }
  if (ts.isNewExpression(value) && (value.arguments ?? []).length === 0)
    return baseIs(value.expression.getText());
  if (!ts.isCallExpression(value)) return undefined;
  const below = prototypeBelow(value);
  if (below !== undefined) {
    const members = literalMembers(below.members, name, false);
    return (
      members && [{ kind: "prototype" }, ...baseIs(below.base), ...members]
    );
  }
  const [above] = value.arguments;
  const base = above && /^([\w$.]+)\.prototype$/.exec(above.getText())?.[1];
  return value.expression.getText() === "Object.create" && base
    ? [{ kind: "prototype" }, ...baseIs(base)]
    : undefined;
}

const baseIs = (text: string): readonly Deed[] => [
  { kind: "base", name: text, text },
];

/** `Object.assign(F.prototype, { ... })`, `_createClass(F, [...])`, `__extends(F, Base)` and their like. */
function fromCall(
  call: ts.CallExpression,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  const callee = call.expression.getText().replace(/[\s()]|0,/g, "");
  const given = givenPrototype(call);
  if (given?.made.getText() === name) return prototypeIs(given.value, name);
  const [first, second, third] = call.arguments;
  if (first === undefined || second === undefined) return undefined;
  const target = first.getText().replace(/\s/g, "");
  const isOwn = target === name;
  const isProto = protos.has(target);
  if (!isOwn && !isProto) return undefined;
  if (isOwn && isCreate(call)) {
    const own = arrayMembers(second, false);
    const statics = third === undefined ? [] : arrayMembers(third, true);
    return own && statics && [...own, ...statics, { kind: "nothing" }];
  }
  if (callee === "Object.assign" || /^_?(extend|assign)s?$/.test(callee))
    return ts.isObjectLiteralExpression(second) && third === undefined
      ? literalMembers(second, name, isOwn)
      : undefined;
  if (callee === "Object.defineProperty" && third !== undefined)
    return ts.isStringLiteral(second)
      ? describedMembers(second.text, third, isOwn)
      : undefined;
  if (callee === "Object.defineProperties") {
    if (!ts.isObjectLiteralExpression(second)) return undefined;
    const parts = second.properties.map((one) =>
      ts.isPropertyAssignment(one) && ts.isIdentifier(one.name)
        ? describedMembers(one.name.text, one.initializer, isOwn)
        : undefined,
    );
    return parts.includes(undefined)
      ? undefined
      : parts.flatMap((one) => one ?? []);
  }
  const extended = isOwn
    ? second.getText()
    : /^([\w$.]+)\.prototype$/.exec(second.getText())?.[1];
  const isHeir = isOwn
    ? /(^|\.|_)(extends|inherits|inheritsLoose)\d*(\.default|\["default"\])?$/.test(
        callee,
      ) || callee === "Object.setPrototypeOf"
    : callee === "Object.setPrototypeOf";
  return isHeir && extended ? baseIs(extended) : undefined;
}

const isCreate = (call: ts.CallExpression): boolean =>
  /(^|\.|_)createClass\d*(\.default|\["default"\])?$/.test(
    call.expression.getText().replace(/[\s()]|0,/g, ""),
  );
