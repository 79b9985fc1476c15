import type { Binding } from "../ir/ir.js";
import { type Doc, group, ifBreak, indent, join, line } from "./doc.js";
import { parseSource } from "./parseSource.js";
import { rawText, stmtDoc } from "./printStatement.js";
import { aliasDoc } from "./typeText.js";

/** The imports of a module's bindings, types before values, and the declarations that are written out again. */
export function bindingDocs(
  bindings: readonly Binding[],
  importPath: (file: string) => string,
): { imports: Doc[]; copies: Doc[] } {
  const byModule = new Map<
    string,
    { types: string[]; values: string[]; attributes?: string }
  >();
  const wholes: { specifier: string; name: string }[] = [];
  for (const { name, typeOnly, from } of bindings) {
    if (from.kind === "copy") continue;
    const specifier =
      from.kind === "package" ? from.specifier : importPath(from.file);
    if (from.exported === "*") {
      wholes.push({ specifier, name });
      continue;
    }
    const lists = byModule.get(specifier) ?? { types: [], values: [] };
    byModule.set(specifier, lists);
    if (from.kind === "import" && from.attributes !== undefined)
      lists.attributes = from.attributes;
    (typeOnly ? lists.types : lists.values).push(
      specifierText(from.exported, name),
    );
  }
  const modules = [...byModule].sort(([a], [b]) => (a < b ? -1 : 1));
  const imports = [
    ...modules
      .filter(([, lists]) => lists.types.length > 0)
      .map(([specifier, lists]) =>
        importDoc("import type", lists.types.sort(), specifier),
      ),
    ...modules
      .filter(([, lists]) => lists.values.length > 0)
      .map(([specifier, lists]) =>
        importDoc("import", lists.values.sort(), specifier, lists.attributes),
      ),
    ...wholes
      .sort((a, b) => (a.specifier < b.specifier ? -1 : 1))
      .map(
        ({ specifier, name }) =>
          `import * as ${name} from ${JSON.stringify(specifier)};`,
      ),
  ];
  return { imports, copies: copiesInOrder(bindings) };
}

const specifierText = (exported: string, name: string): string =>
  exported === name ? name : `${exported} as ${name}`;

export function importDoc(
  keyword: string,
  names: readonly string[],
  specifier: string,
  attributes?: string,
): Doc {
  const [only] = names;
  const list =
    names.length === 1 && only !== undefined
      ? soleImport(only)
      : group([
          "{",
          indent([line, join([",", line], names)]),
          ifBreak(",", ""),
          line,
          "}",
        ]);
  const ending = attributes === undefined ? "" : ` with ${attributes}`;
  return [keyword, " ", list, ` from ${JSON.stringify(specifier)}${ending};`];
}

/** `import table from`, `import { table } from` */
const soleImport = (name: string): string =>
  name.startsWith("default as ")
    ? name.slice("default as ".length)
    : `{ ${name} }`;

/** What a declaration needs stands before it. */
function copiesInOrder(bindings: readonly Binding[]): Doc[] {
  const done = new Set<string>();
  const docs: Doc[] = [];
  const visit = (binding: Binding): void => {
    if (done.has(binding.name) || binding.from.kind !== "copy") return;
    done.add(binding.name);
    binding.from.needs.forEach(visit);
    docs.push(declarationDoc(binding.from.text.trim()));
  };
  bindings.forEach(visit);
  return docs;
}

/** A declaration of the source, written out again; of simple ones the layout is ours. */
function declarationDoc(text: string): Doc {
  const constant =
    /^const\s+([\w$]+)\s*(?::\s*([^=]+?))?\s*=\s*([^]+?);?$/.exec(text);
  if (constant !== null) {
    const [, name, type, source] = constant;
    const init = parseSource([source as string], []);
    if (init !== undefined)
      return stmtDoc(
        {
          kind: "declare",
          how: "const",
          name: name as string,
          init,
          ...(type === undefined ? {} : { ty: { kind: "opaque", text: type } }),
        },
        { uncheckedIndexed: false },
      );
  }
  const alias = /^type\s+([\w$]+)\s*=\s*([^]+?);?$/.exec(text);
  if (alias !== null) return aliasDoc(alias[1] as string, alias[2] as string);
  return rawText(text);
}
