import { ts } from "ts-morph";
import type { Code } from "../diagnostics/codes.js";
import type { Binding, TypeText } from "../ir/ir.js";
import { layoutConst } from "./copyLayout.js";
import { impurityOf } from "./copying.js";
import { valueSymbol, type ModuleFacts } from "./moduleFacts.js";
import type { Names } from "./names.js";
import type { OpenProject } from "./project.js";
import { printDeclaration, printType, type NameOf } from "./typePrinter.js";

/** How the generated module of one source gets hold of what stands at module level. */
export interface Bindings {
  bindingOf(symbol: ts.Symbol, at: ts.Node): Binding;
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;
  /** Of the language or the host, and in scope everywhere: Math, Array, console. */
  isGlobal(symbol: ts.Symbol): boolean;
}

export interface BindingsInput {
  readonly project: OpenProject;
  readonly facts: ModuleFacts;
  readonly names: Names;
  refuse(node: ts.Node, code: Code, message: string, help: string): never;
  touch(file: ts.SourceFile): void;
}

/**
 * Exported things are imported, everything else is copied with what it needs. A copy must mean the same as the
 * original: nothing may change it, and computing it twice must give the same.
 */
export function newBindings(input: BindingsInput): Bindings {
  const { project, facts, names, refuse, touch } = input;
  const { checker } = project;
  const imported = new Map<ts.Symbol, Binding>();
  const copied = new Map<ts.Symbol, Binding>();
  const types = new Map<ts.Symbol, Binding>();
  return {
    bindingOf: (symbol, at) => valueBinding(symbol, at, false),
    typeTextOf,
    isGlobal,
  };

  function isGlobal(symbol: ts.Symbol): boolean {
    const declarations = facts.originOf(symbol).declarations ?? [];
    // `undefined` and `globalThis` have no declaration
    return declarations.every((one) => {
      const file = one.getSourceFile();
      return (
        project.isDefaultLibrary(file) ||
        (file.isDeclarationFile && !isInModule(one))
      );
    });
  }

  /** `copyOnly`: for what runs when the generated module is loaded, where nothing imported may be read. */
  function valueBinding(
    symbol: ts.Symbol,
    at: ts.Node,
    copyOnly: boolean,
  ): Binding {
    const origin = facts.originOf(symbol);
    const known = (copyOnly ? copied : imported).get(origin);
    if (known !== undefined) return known;
    const declaration = origin.declarations?.[0];
    if (declaration === undefined || isGlobal(origin))
      return refuse(
        at,
        "DC2006",
        `${symbol.name} cannot be found`,
        "define it in this project, as an exported const or function",
      );
    const file = declaration.getSourceFile();
    touch(file);
    refuseMutable(origin, declaration, at);
    const exported = facts.exportNameOf(origin);
    if (!copyOnly) {
      const binding = importedValue(symbol, origin, file, exported);
      if (binding !== undefined) {
        imported.set(origin, binding);
        return binding;
      }
    }
    return copyOf(origin, at, copyOnly);
  }

  function importedValue(
    symbol: ts.Symbol,
    origin: ts.Symbol,
    file: ts.SourceFile,
    exported: string | undefined,
  ): Binding | undefined {
    const name = names.of(origin, nameFor(symbol, origin));
    // import * as table from "./table.js"
    if (isWholeModule(origin) && project.isUserFile(file))
      return importFrom(name, file, "*", false);
    if (!project.isUserFile(file)) return fromPackage(symbol, name, false);
    return exported === undefined
      ? undefined
      : importFrom(name, file, exported, false);
  }

  function importFrom(
    name: string,
    file: ts.SourceFile,
    exported: string,
    typeOnly: boolean,
  ): Binding {
    const from = {
      kind: "import",
      file: project.keyOf(file.fileName),
      exported,
    } as const;
    return { name, typeOnly, from };
  }

  /** By the import declaration through which the user's code gets it. */
  function fromPackage(
    symbol: ts.Symbol,
    name: string,
    typeOnly: boolean,
  ): Binding | undefined {
    const place = importedBy(symbol);
    if (place === undefined) return undefined;
    const { specifier, exported } = place;
    if (!specifier.startsWith("."))
      return { name, typeOnly, from: { kind: "package", specifier, exported } };
    const module = checker.getSymbolAtLocation(place.node);
    const file = module?.valueDeclaration;
    if (file === undefined || !ts.isSourceFile(file)) return undefined;
    return importFrom(name, file, exported, typeOnly);
  }

  function refuseMutable(
    origin: ts.Symbol,
    declaration: ts.Declaration,
    at: ts.Node,
  ): void {
    const list = declarationListOf(declaration);
    if (list === undefined || list.flags & ts.NodeFlags.Const) return;
    if (!facts.isReassigned(origin)) return;
    refuse(
      at,
      "DC2005",
      `${origin.name} is state of its module: it is assigned elsewhere`,
      "pass it as a parameter, or make it a const",
    );
  }

  function copyOf(origin: ts.Symbol, at: ts.Node, copyOnly: boolean): Binding {
    const declaration = origin.valueDeclaration ?? origin.declarations?.[0];
    const name = names.of(origin, origin.name);
    const needs: Binding[] = [];
    const source = declaration && copyable(declaration);
    if (source === undefined)
      return refuse(
        at,
        "DC2006",
        `${origin.name} is not exported, and cannot be copied into the generated module`,
        `export ${origin.name} from its module`,
      );
    const isFunction = ts.isFunctionLike(source.node);
    if (!isFunction) refuseUnlikeCopy(origin, source.node, at);
    const from = { kind: "copy" as const, text: "", needs };
    const binding: Binding = { name, typeOnly: false, from };
    // before what it needs: functions may call each other
    (copyOnly ? copied : imported).set(origin, binding);
    const text = rewritten(source.node, needs, at, copyOnly || !isFunction);
    const whole = source.print(name, text);
    from.text = isFunction ? whole : layoutConst(whole);
    return binding;
  }

  function refuseUnlikeCopy(
    origin: ts.Symbol,
    initializer: ts.Node,
    at: ts.Node,
  ): void {
    const impurity = impurityOf(initializer, project);
    const why =
      impurity !== undefined
        ? `its value comes from ${impurity}`
        : facts.isOnlyRead(origin)
          ? undefined
          : "it may be changed or passed on elsewhere in its module";
    if (why === undefined) return;
    refuse(
      at,
      "DC2006",
      `${origin.name} is not exported, and a copy of it would not be the same: ${why}`,
      `export ${origin.name}, so that the generated module can import it`,
    );
  }

  /** The source text of a node with every module-level name in it bound, and renamed where it has another name. */
  function rewritten(
    node: ts.Node,
    needs: Binding[],
    at: ts.Node,
    copyOnly: boolean,
  ): string {
    const edits: { start: number; end: number; text: string }[] = [];
    const bind = (id: ts.Identifier, binding: Binding): void => {
      if (!needs.includes(binding)) needs.push(binding);
      if (binding.name === id.text) return;
      const isShort = ts.isShorthandPropertyAssignment(id.parent);
      const text = isShort ? `${id.text}: ${binding.name}` : binding.name;
      edits.push({ start: id.getStart(), end: id.end, text });
    };
    const visit = (one: ts.Node): void => {
      if (ts.isIdentifier(one) && !isLabelOrKey(one)) {
        const symbol = valueSymbol(one, checker);
        const origin = symbol && facts.originOf(symbol);
        if (symbol && origin && isOutside(origin, node) && !isGlobal(symbol)) {
          if (isInType(one)) bind(one, typeBinding(symbol, at));
          else bind(one, valueBinding(symbol, at, copyOnly));
        }
      }
      ts.forEachChild(one, visit);
    };
    visit(node);
    return withEdits(node, edits);
  }

  // ---- types ----

  function typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText {
    const node = "kind" in type ? type : nodeOfType(type);
    if (node === undefined)
      return refuse(
        at,
        "DC2003",
        "the type here cannot be written out",
        "declare it with an annotation",
      );
    const needs: Binding[] = [];
    const text = printType(node, nameIn(node, needs, at));
    return { text, needs };
  }

  function nodeOfType(type: ts.Type): ts.TypeNode | undefined {
    const { NoTruncation, UseAliasDefinedOutsideCurrentScope } =
      ts.NodeBuilderFlags;
    return checker.typeToTypeNode(
      type,
      undefined,
      NoTruncation | UseAliasDefinedOutsideCurrentScope,
    );
  }

  /** Binds the names in a type. Names that it declares itself (`K in`, `infer T`) stay. */
  function nameIn(root: ts.Node, needs: Binding[], at: ts.Node): NameOf {
    return function nameOf(name, isValue): string {
      if (ts.isIdentifier(name)) return simpleName(name, isValue);
      const right = symbolOfName(name.right);
      const left = symbolOfName(leftOf(name));
      // shapes.Point, of `import type * as shapes`
      if (right && left && isWholeModule(facts.originOf(left)))
        return boundName(right, name.right.text, isValue);
      const member = right?.valueDeclaration;
      if (member && ts.isEnumMember(member)) {
        const holder = checker.getSymbolAtLocation(member.parent.name);
        if (holder && enumText(holder) !== undefined)
          return JSON.stringify(checker.getConstantValue(member));
      }
      return `${nameOf(name.left, isValue)}.${name.right.text}`;
    };

    function simpleName(name: ts.Identifier, isValue: boolean): string {
      const symbol = symbolOfName(name);
      return symbol === undefined
        ? name.text
        : boundName(symbol, name.text, isValue);
    }

    function boundName(
      symbol: ts.Symbol,
      text: string,
      isValue: boolean,
    ): string {
      const origin = facts.originOf(symbol);
      if (isGlobal(symbol) || !isOutside(origin, root)) return text;
      if (origin.flags & ts.SymbolFlags.TypeParameter)
        return refuse(
          at,
          "DC2008",
          `the type here depends on the type parameter ${text}`,
          "write the function with plain types",
        );
      const plain = isValue ? undefined : enumText(origin);
      if (plain !== undefined) return plain;
      const binding = isValue
        ? { ...valueBinding(symbol, at, false), typeOnly: true }
        : typeBinding(symbol, at);
      if (!needs.some((one) => one.name === binding.name)) needs.push(binding);
      return binding.name;
    }
  }

  /** An enum that cannot be imported is written as what its members are. */
  function enumText(origin: ts.Symbol): string | undefined {
    const declaration = origin.valueDeclaration;
    if (declaration === undefined || !ts.isEnumDeclaration(declaration))
      return undefined;
    if (facts.exportNameOf(origin) !== undefined) return undefined;
    touch(declaration.getSourceFile());
    const kinds = declaration.members.map((member) =>
      typeof checker.getConstantValue(member) === "string"
        ? "string"
        : "number",
    );
    return [...new Set(kinds)].join(" | ") || "never";
  }

  function symbolOfName(name: ts.Identifier): ts.Symbol | undefined {
    // names in types that the checker wrote carry their symbol, but stand in no file
    const made = (name as { symbol?: ts.Symbol }).symbol;
    return made ?? checker.getSymbolAtLocation(name);
  }

  function typeBinding(symbol: ts.Symbol, at: ts.Node): Binding {
    const origin = facts.originOf(symbol);
    const known = types.get(origin);
    if (known !== undefined) return known;
    const declaration = origin.declarations?.[0];
    const file = declaration?.getSourceFile();
    if (declaration === undefined || file === undefined)
      return refuse(
        at,
        "DC2003",
        `the type ${symbol.name} cannot be found`,
        "declare it in this project",
      );
    touch(file);
    const name = names.of(origin, nameFor(symbol, origin));
    const exported = facts.exportNameOf(origin);
    const binding = !project.isUserFile(file)
      ? fromPackage(symbol, name, true)
      : exported === undefined
        ? undefined
        : importFrom(name, file, exported, true);
    if (binding === undefined) return copiedType(origin, declaration, name, at);
    types.set(origin, binding);
    return binding;
  }

  function copiedType(
    origin: ts.Symbol,
    declaration: ts.Declaration,
    name: string,
    at: ts.Node,
  ): Binding {
    const isPlain =
      origin.declarations?.length === 1 &&
      (ts.isInterfaceDeclaration(declaration) ||
        ts.isTypeAliasDeclaration(declaration));
    if (!isPlain)
      return refuse(
        at,
        "DC2006",
        `the type ${origin.name} is not exported, and cannot be written out`,
        `export ${origin.name} from its module`,
      );
    const needs: Binding[] = [];
    const from = { kind: "copy" as const, text: "", needs };
    const binding: Binding = { name, typeOnly: true, from };
    types.set(origin, binding);
    from.text = printDeclaration(
      declaration,
      name,
      nameIn(declaration, needs, at),
    );
    return binding;
  }
}

const leftOf = (name: ts.QualifiedName): ts.Identifier =>
  ts.isIdentifier(name.left) ? name.left : name.left.right;

const isWholeModule = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some(ts.isSourceFile) === true;

const nameFor = (symbol: ts.Symbol, origin: ts.Symbol): string => {
  const name = /^[A-Za-z_$][\w$]*$/.test(symbol.name)
    ? symbol.name
    : origin.name;
  return name === "default" || !/^[A-Za-z_$][\w$]*$/.test(name)
    ? "imported"
    : name;
};

/** The import declaration that brings a name into the user's file. */
function importedBy(
  symbol: ts.Symbol,
): { specifier: string; exported: string; node: ts.Expression } | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  let exported: string;
  if (ts.isImportSpecifier(declaration))
    exported = (declaration.propertyName ?? declaration.name).text;
  else if (ts.isNamespaceImport(declaration)) exported = "*";
  else if (ts.isImportClause(declaration)) exported = "default";
  else return undefined;
  let node: ts.Node = declaration;
  while (!ts.isImportDeclaration(node)) node = node.parent;
  const { moduleSpecifier } = node;
  if (!ts.isStringLiteral(moduleSpecifier)) return undefined;
  return { specifier: moduleSpecifier.text, exported, node: moduleSpecifier };
}

function declarationListOf(
  node: ts.Node,
): ts.VariableDeclarationList | undefined {
  let at: ts.Node | undefined = node;
  while (
    at !== undefined &&
    (ts.isVariableDeclaration(at) ||
      ts.isBindingElement(at) ||
      ts.isArrayBindingPattern(at) ||
      ts.isObjectBindingPattern(at))
  )
    at = at.parent;
  return at !== undefined && ts.isVariableDeclarationList(at) ? at : undefined;
}

/** What of a declaration is copied, and how the copy is written around it. */
function copyable(
  node: ts.Declaration,
):
  { node: ts.Node; print: (name: string, text: string) => string } | undefined {
  if (ts.isFunctionDeclaration(node) && node.body !== undefined)
    return {
      node,
      print: (name, text) => renamedFunction(node, name, text),
    };
  if (!ts.isVariableDeclaration(node)) return undefined;
  if (node.initializer === undefined || !ts.isIdentifier(node.name))
    return undefined;
  const { initializer, type } = node;
  if (type === undefined)
    return {
      node: initializer,
      print: (name, text) => `const ${name} = ${text};`,
    };
  return {
    node,
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

function isOutside(symbol: ts.Symbol, root: ts.Node): boolean {
  return (symbol.declarations ?? []).every(
    (one) =>
      one.getSourceFile() !== root.getSourceFile() ||
      one.pos < root.pos ||
      one.end > root.end,
  );
}

/** Names that stand for a property, a label or a declaration, and not for a variable. */
function isLabelOrKey(id: ts.Identifier): boolean {
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

function isInType(id: ts.Identifier): boolean {
  let node: ts.Node = id;
  while (ts.isQualifiedName(node.parent)) node = node.parent;
  return ts.isTypeReferenceNode(node.parent) || ts.isTypeQueryNode(node.parent);
}

const isInModule = (node: ts.Node): boolean =>
  ts.isExternalModule(node.getSourceFile()) ||
  ts.isModuleBlock(node.parent?.parent ?? node);

function withEdits(
  node: ts.Node,
  edits: readonly { start: number; end: number; text: string }[],
): string {
  const base = node.getStart();
  let text = node.getText();
  for (const edit of [...edits].sort((a, b) => b.start - a.start))
    text =
      text.slice(0, edit.start - base) +
      edit.text +
      text.slice(edit.end - base);
  return text;
}
