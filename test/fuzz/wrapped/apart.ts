import { ts } from "ts-morph";
import type { Fixture } from "../../harness/fixture.js";

/** A program in two modules. */
export interface Parts {
  readonly name: string;
  readonly text: string;
  readonly more: Readonly<Record<string, string>>;
}

/**
 * Puts a program into a module of its own, TypeScript or JavaScript without types, and leaves annotated functions that
 * call those of that module. Nothing where what it exports would be another thing then.
 */
export function apartFrom(
  fixture: Fixture,
  source: string,
  language: "ts" | "js",
): Parts | undefined {
  const file = ts.createSourceFile(
    "fixture.ts",
    source,
    ts.ScriptTarget.ES2023,
    true,
  );
  const fns = fixture.functions.map(({ name }) => declared(file, name));
  if (fns.length === 0 || !fns.every((one) => one !== undefined))
    return undefined;
  if (Object.keys(fixture.instances).length > 0) return undefined;
  const types = file.statements.filter(
    (one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one),
  );
  const stem = fixture.name.replace(/^.*\//, "");
  const inner = `${stem}Inner.lib`;
  const needed = fns.some((one) =>
    file.statements.some(
      (other) =>
        (ts.isClassDeclaration(other) || ts.isEnumDeclaration(other)) &&
        new RegExp(`\\b${other.name?.text}\\b`).test(headOf(one!)),
    ),
  );
  if (needed) return undefined;
  const imports = fns
    .map((one) => `${one!.name!.text} as ${one!.name!.text}Inner`)
    .join(", ");
  const pragmas = source.match(/^\/\/ @.*\n/gm)?.join("") ?? "";
  const own = source.replaceAll("@differentiable", "the function");
  const library = language === "ts" ? own : withoutTypes(own);
  const importedTypes = file.statements
    .filter(ts.isImportDeclaration)
    .filter(
      (one) => one.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    )
    .map((one) => one.getText());
  return {
    name: `modules: ${language === "ts" ? "two" : "JavaScript"}`,
    text: [
      pragmas,
      `import { ${imports} } from "./${inner}.js";`,
      ...importedTypes,
      ...types.map((one) => one.getText()),
      ...fns.map((one) => facade(one!)),
    ].join("\n"),
    more: {
      [fixture.name.replace(/[^/]*$/, `${inner}.${language}`)]: library,
    },
  };
}

const withoutTypes = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
    },
  }).outputText;

function declared(
  file: ts.SourceFile,
  name: string,
): ts.FunctionDeclaration | undefined {
  const found = file.statements.filter(ts.isFunctionDeclaration);
  const own = found.filter((one) => one.name?.text === name);
  const [only] = own;
  return own.length === 1 &&
    only !== undefined &&
    only.type !== undefined &&
    /^export/.test(only.getText()) &&
    only.parameters.every(
      ({ name: parameter, type, initializer }) =>
        ts.isIdentifier(parameter) &&
        type !== undefined &&
        initializer === undefined,
    )
    ? only
    : undefined;
}

const headOf = (fn: ts.FunctionDeclaration): string =>
  fn.getText().slice(0, fn.body!.getStart() - fn.getStart());

function facade(fn: ts.FunctionDeclaration): string {
  const tag = fn
    .getFullText()
    .slice(0, fn.getStart() - fn.getFullStart())
    .match(/\/\*\*[^]*\*\/\s*$/)?.[0];
  const args = fn.parameters.map(({ name, dotDotDotToken }) =>
    dotDotDotToken === undefined ? name.getText() : `...${name.getText()}`,
  );
  return `${tag}${headOf(fn)}{ return ${fn.name!.text}Inner(${args.join(", ")}); }`;
}
