import { ts } from "ts-morph";
import { readTooEarly } from "../syntax/readTooEarly.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `if (far) { var step = 2; } return step === undefined ? 1 : step;`: a variable that is declared in an arm or a loop and
 * asked for where it may have no value is declared at the start of its function, so that its type says so.
 */
export function withHoistedVars({ text, parsed }: Parsed): Edit[] {
  if (!/\bvar\b/.test(text)) return [];
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) && ts.isFunctionLike(node.parent))
      edits.push(...editsIn(node));
    ts.forEachChild(node, visit);
  };
  visit(parsed());
  return edits;
}

/** `var a = 1;`, or what stands so at the start of a `for`. */
type Declaring = ts.VariableStatement | ts.ForStatement;

const isDeclaring = (node: ts.Node): node is Declaring =>
  ts.isVariableStatement(node) || ts.isForStatement(node);

function editsIn(body: ts.Block): Edit[] {
  const inner = new Map<string, Declaring[]>();
  const others = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclaration(node) && isOfFunction(node)) {
      const statement = node.parent.parent;
      const isInner =
        isDeclaring(statement) &&
        (ts.isForStatement(statement) || statement.parent !== body);
      const name = node.name.getText();
      if (!isInner || !declaredBy(statement).every(isPlain)) others.add(name);
      else inner.set(name, [...(inner.get(name) ?? []), statement]);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  const parameters = ts.isFunctionLike(body.parent)
    ? body.parent.parameters.map((one) => one.name.getText())
    : [];
  const late = [...inner.keys()].filter(
    (name) =>
      !others.has(name) &&
      !parameters.includes(name) &&
      readTooEarly(body, name),
  );
  const moved = new Set(late.flatMap((name) => inner.get(name) ?? []));
  // what is declared beside them moves along
  const names = new Set(late);
  for (const one of moved)
    for (const { name } of declaredBy(one)) {
      if (others.has(name.getText())) return [];
      names.add(name.getText());
      for (const again of inner.get(name.getText()) ?? []) moved.add(again);
    }
  if (names.size === 0) return [];
  const start = body.getStart() + 1;
  return [
    { start, end: start, text: ` var ${[...names].join(", ")};` },
    ...[...moved].flatMap(asAssignments),
  ];
}

/** A `var`: what blocks and `catch` declare is theirs. */
const isOfFunction = ({ parent }: ts.VariableDeclaration): boolean =>
  ts.isVariableDeclarationList(parent) &&
  !(parent.flags & ts.NodeFlags.BlockScoped);

const isPlain = ({ name }: ts.VariableDeclaration): boolean =>
  ts.isIdentifier(name);

function declaredBy(node: Declaring): readonly ts.VariableDeclaration[] {
  const list = ts.isForStatement(node)
    ? node.initializer
    : node.declarationList;
  return list && ts.isVariableDeclarationList(list) ? list.declarations : [];
}

/** `var a = 1, b, c = 2;` as `{ a = 1; c = 2; }`, at the start of a `for` as `a = 1, c = 2`. */
function asAssignments(node: Declaring): Edit[] {
  const edits: Edit[] = [];
  const list = ts.isForStatement(node) ? node.initializer : node;
  if (list === undefined) return [];
  const [open, between, close, nothing] = ts.isForStatement(node)
    ? ["", ", ", "", ""]
    : ["{ ", "; ", "; }", "{ }"];
  let place = list.getStart();
  let before = open;
  for (const one of declaredBy(node)) {
    if (one.initializer === undefined) continue;
    edits.push({ start: place, end: one.getStart(), text: before });
    place = one.end;
    before = between;
  }
  const isEmpty = edits.length === 0;
  edits.push({
    start: place,
    end: list.end,
    text: isEmpty ? nothing : close,
  });
  return edits;
}
