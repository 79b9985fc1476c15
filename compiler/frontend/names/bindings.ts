import { ts } from "ts-morph";
import type { Code } from "../../diagnostics/codes.js";
import type { Binding, TypeText } from "../../ir/ir.js";
import { copyableError } from "./copyError.js";
import {
  copyable,
  type Edit,
  isInType,
  isLabelOrKey,
  isOutside,
  withEdits,
} from "./copySource.js";
import { newImports } from "./imports.js";
import { givenTo } from "./constants.js";
import { layoutConst } from "./copyLayout.js";
import { libraryName } from "../syntax/libraryNames.js";
import { impurityOf } from "./copying.js";
import { valueSymbol } from "./moduleReferences.js";
import type { ModuleFacts } from "./moduleFacts.js";
import type { Names } from "./names.js";
import type { OpenProject } from "../project/project.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { typedCopy, typeOfTable } from "./typedCopies.js";
import { newTypeTexts } from "./typeTexts.js";

/** How the generated module of one source gets hold of what stands at module level. */
export interface Bindings {
  bindingOf(symbol: ts.Symbol, at: ts.Node): Binding;
  typeTextOf(type: ts.Type | ts.TypeNode, at: ts.Node): TypeText;
  /** Of the language or the host, and in scope everywhere: Math, Array, console. */
  isGlobal(symbol: ts.Symbol): boolean;
  /** Copies of JavaScript, and who asked for them. */
  readonly copiesOfJavaScript: readonly CopyOfJavaScript[];
}

export interface CopyOfJavaScript {
  readonly binding: Binding;
  readonly at: ts.Node;
}

export interface BindingsInput {
  readonly project: OpenProject;
  readonly facts: ModuleFacts;
  readonly names: Names;
  refuse(node: ts.Node, code: Code, message: string, help: string): never;
  touch(file: ts.SourceFile): void;
  /** Calls in code that is copied say what the functions of JavaScript get. */
  noteCalls(node: ts.Node): void;
}

/**
 * Exported things are imported, everything else is copied with what it needs. A copy must mean the same as the
 * original: nothing may change it, and computing it twice must give the same.
 */
export function newBindings(input: BindingsInput): Bindings {
  const { project, facts, names, refuse, touch, noteCalls } = input;
  const { checker, code } = project;
  const bound = new Map<ts.Symbol, Binding>();
  const copied = new Map<ts.Symbol, Binding>();
  const copiesOfJavaScript: CopyOfJavaScript[] = [];
  const imports = newImports(input);
  const { isGlobal } = imports;
  const { typeTextOf, typeBinding } = newTypeTexts(
    input,
    imports,
    (symbol, at) => valueBinding(symbol, at, false),
  );
  return {
    bindingOf: (symbol, at) => valueBinding(symbol, at, false),
    typeTextOf,
    isGlobal,
    copiesOfJavaScript,
  };

  /** `copyOnly`: for what runs when the generated module is loaded, where nothing imported may be read. */
  function valueBinding(
    symbol: ts.Symbol,
    at: ts.Node,
    copyOnly: boolean,
  ): Binding {
    const origin = facts.originOf(symbol);
    const known = storeFor(origin, copyOnly).get(origin);
    if (known !== undefined) return known;
    const declaration = origin.declarations?.[0];
    if (declaration === undefined)
      return refuse(
        at,
        "DC2006",
        `${symbol.name} cannot be found`,
        "define it in this project, as an exported const or function",
      );
    if (isGlobal(origin))
      return refuse(
        at,
        "DC2104",
        `${symbol.name} of the library is used as a value`,
        "call its functions where they are needed",
      );
    const file = declaration.getSourceFile();
    touch(file);
    const binding = copyOnly
      ? undefined
      : imports.importedValue(symbol, origin, file, at);
    if (binding === undefined) {
      const before = copied.get(origin);
      if (before !== undefined) return before;
      refuseMutable(origin, declaration, at);
      return copyOf(origin, at, copyOnly);
    }
    bound.set(origin, binding);
    return binding;
  }

  /** A private constant has one copy, whoever asks; what is imported for some is copied apart for others. */
  function storeFor(
    origin: ts.Symbol,
    copyOnly: boolean,
  ): Map<ts.Symbol, Binding> {
    if (!copyOnly) return bound;
    const { valueDeclaration } = origin;
    const isImported = facts.exportNameOf(origin) !== undefined;
    const isFunction =
      valueDeclaration !== undefined &&
      copyable(valueDeclaration)?.isFunction === true;
    return isImported || isFunction ? copied : bound;
  }

  function refuseMutable(
    origin: ts.Symbol,
    declaration: ts.Declaration,
    at: ts.Node,
  ): void {
    const list = declarationListOf(declaration);
    if (list === undefined || list.flags & ts.NodeFlags.Const) return;
    if (facts.isReassigned(origin)) refuseAssigned(origin, at);
  }

  function refuseAssigned(origin: ts.Symbol, at: ts.Node): never {
    return refuse(
      at,
      "DC2005",
      `${origin.name} is state of its module: it is assigned elsewhere`,
      "pass it as a parameter, or make it a const",
    );
  }

  function copyOf(origin: ts.Symbol, at: ts.Node, copyOnly: boolean): Binding {
    const declaration = origin.valueDeclaration ?? origin.declarations?.[0];
    const needs: Binding[] = [];
    const source =
      declaration &&
      (copyableError(checker, origin, facts) ??
        copyable(declaration, (one) =>
          isJavaScript(one) ? typeOfTable(one, checker) : undefined,
        ));
    if (declaration !== undefined && isPromised(declaration))
      return refuse(
        at,
        "DC2119",
        `${origin.name} is only declared here: what it is, is nowhere to be read`,
        "import it from where it is defined, or pass it as a parameter",
      );
    if (source === undefined && origin.name === "export=")
      return refuse(
        at,
        "DC2006",
        `${at.getText()} is what a module exports as a whole, and diffc does not see how that is made`,
        "import a function of the package by its name, or write its few lines in your project",
      );
    // exports.k = 2; exports.k = 3;
    if (source === undefined && givenTo(origin, checker).length > 1)
      return refuseAssigned(origin, at);
    if (source === undefined) return refuseHidden(origin, at);
    const { isFunction } = source;
    const builders = isFunction ? [] : (facts.buildersOf(origin) ?? []);
    if (!isFunction) refuseUnlikeCopy(origin, [source.node, ...builders], at);
    const store = storeFor(origin, copyOnly);
    const name =
      store === copied
        ? names.fresh(origin.name)
        : names.of(origin, origin.name);
    if (source.edits !== undefined && name !== origin.name)
      refuseHidden(origin, at);
    const from = { kind: "copy" as const, text: "", needs };
    const binding: Binding = { name, typeOnly: false, from };
    // before what it needs: functions may call each other
    store.set(origin, binding);
    // what cannot be imported has this one copy: the statements that fill a table mean it, too
    if (!copyOnly) copied.set(origin, binding);
    const written = (
      one: ts.Node,
      only: boolean,
      more: readonly Edit[] = [],
    ): string => {
      try {
        return rewritten(one, needs, at, only, more);
      } catch (error) {
        // whoever asks again must not find half of it
        store.delete(origin);
        copied.delete(origin);
        throw error;
      }
    };
    const whole = source.print(
      name,
      written(source.node, copyOnly || !isFunction, source.edits),
    );
    const filling = builders.map((one) => written(one, true));
    from.text = isFunction
      ? whole
      : [layoutConst(whole), ...filling].join("\n");
    if (isJavaScript(source.node)) copiesOfJavaScript.push({ binding, at });
    // a table that is filled mentions itself
    needs.splice(0, needs.length, ...needs.filter((one) => one !== binding));
    return binding;
  }

  function refuseHidden(origin: ts.Symbol, at: ts.Node): never {
    return refuse(
      at,
      "DC2006",
      `${ownerOf(origin)} is not exported, and cannot be copied into the generated module`,
      `export ${ownerOf(origin)} from its module`,
    );
  }

  function refuseUnlikeCopy(
    origin: ts.Symbol,
    parts: readonly ts.Node[],
    at: ts.Node,
  ): void {
    if (facts.isThrownOnly(origin)) return;
    const impurity = parts
      .map((one) => impurityOf(one, project))
      .find((one) => one !== undefined);
    const why =
      impurity !== undefined
        ? `its value comes from ${impurity}`
        : facts.buildersOf(origin) !== undefined || facts.isOnlyRead(origin)
          ? undefined
          : "it may be changed or passed on elsewhere in its module";
    if (why === undefined) return;
    const kind = impurity === undefined ? facts.stateKind(origin) : "none";
    if (kind === "memory" || kind === "variable")
      return refuse(
        at,
        "DC2005",
        `${origin.name} lives on from call to call: ${why}`,
        "make it inside of the function, or pass it as a parameter and return the new value",
      );
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
    more: readonly Edit[],
  ): string {
    const edits: Edit[] = [...more];
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
          const named = nameInMath(checker, one);
          if (named !== undefined) {
            const isShort = ts.isShorthandPropertyAssignment(one.parent);
            const text = isShort ? `${one.text}: ${named}` : named;
            edits.push({ start: one.getStart(), end: one.end, text });
          } else if (isInType(one)) bind(one, typeBinding(symbol, at));
          else bind(one, valueBinding(symbol, at, copyOnly));
        }
      }
      ts.forEachChild(one, visit);
    };
    visit(node);
    return withEdits(node, [...edits, ...typesIn(node)]);
  }

  function typesIn(node: ts.Node): ReturnType<typeof typedCopy>["edits"] {
    if (!isJavaScript(node)) return [];
    noteCalls(node);
    const { uncheckedIndexed } = project.config;
    const { edits, open } = typedCopy(node, checker, code, uncheckedIndexed);
    return open === undefined
      ? edits
      : refuse(
          open,
          "DC2006",
          `no call says what ${open.getText()} is, and this function of JavaScript is copied into the generated module`,
          "write it in TypeScript in your project, or call it with plain numbers, arrays and objects",
        );
  }
}

/** `PI` of `const { PI } = Math`, `sin` of `const sin = Math.sin`. */
function nameInMath(
  checker: ts.TypeChecker,
  node: ts.Identifier,
): string | undefined {
  const name = libraryName(checker, node);
  return name?.startsWith("Math.") ? name : undefined;
}

/** `declare const gain: number;` */
const isPromised = (node: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Ambient) !== 0;

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

/** What has to be exported, so that a name can be read: of a static field its class. */
function ownerOf({ name, valueDeclaration }: ts.Symbol): string {
  const owner = valueDeclaration?.parent;
  return owner && ts.isClassLike(owner) ? (owner.name?.text ?? name) : name;
}
