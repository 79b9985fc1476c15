import { ts } from "ts-morph";

/** What of a declaration is copied, and how the copy is written around it. */
export interface Copyable {
  readonly node: ts.Node;
  readonly isFunction: boolean;
  /** What of its text changes in any case. */
  readonly edits?: readonly Edit[];
  print(name: string, text: string): string;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function copyable(
  node: ts.Declaration,
  /** What a variable of JavaScript holds, where that has to be said. */
  typeOf: (node: ts.VariableDeclaration) => string | undefined = () =>
    undefined,
): Copyable | undefined {
  if (ts.isFunctionDeclaration(node) && node.body !== undefined)
    return {
      node,
      isFunction: true,
      print: (name, text) => renamedFunction(node, name, text),
    };
  if (!ts.isVariableDeclaration(node)) return undefined;
  if (node.initializer === undefined || !ts.isIdentifier(node.name))
    return undefined;
  const { initializer, type } = node;
  const isFunction =
    ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer);
  if (type === undefined)
    return {
      node: initializer,
      isFunction,
      print(name, text) {
        const told = isFunction ? undefined : typeOf(node);
        return `const ${name}${told === undefined ? "" : `: ${told}`} = ${text};`;
      },
    };
  return {
    node,
    isFunction,
    // the declaration from its type on: `: number[] = [1, 2]`
    print: (name, text) => {
      const from = node.name.end - node.getStart();
      return `const ${name}${text.slice(from)};`;
    },
  };
}

function renamedFunction(
  node: ts.FunctionDeclaration,
  name: string,
  text: string,
): string {
  const bare = text.replace(/^(export\s+)?(default\s+)?/, "");
  const old = node.name?.text;
  return old === undefined || old === name
    ? bare
    : bare.replace(`function ${old}`, `function ${name}`);
}

export function isOutside(symbol: ts.Symbol, root: ts.Node): boolean {
  return (symbol.declarations ?? []).every(
    (one) =>
      one.getSourceFile() !== root.getSourceFile() ||
      one.pos < root.pos ||
      one.end > root.end,
  );
}

/** Names that stand for a property, a label or a declaration, and not for a variable. */
export function isLabelOrKey(id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === id;
  if (ts.isQualifiedName(parent)) return parent.right === id;
  return (
    ((ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
      parent.name === id) ||
    (ts.isBindingElement(parent) && parent.propertyName === id) ||
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent)
  );
}

export function isInType(id: ts.Identifier): boolean {
  let node: ts.Node = id;
  while (ts.isQualifiedName(node.parent)) node = node.parent;
  return ts.isTypeReferenceNode(node.parent) || ts.isTypeQueryNode(node.parent);
}

export function withEdits(node: ts.Node, edits: readonly Edit[]): string {
  const base = node.getStart();
  let text = node.getText();
  for (const edit of [...edits].sort((a, b) => b.start - a.start))
    text =
      text.slice(0, edit.start - base) +
      edit.text +
      text.slice(edit.end - base);
  return text.replaceAll("\r\n", "\n");
}
