import { Project, ts } from "ts-morph";
import type { Random } from "../random.js";

/** A module that is to be rewritten, as TypeScript sees it. */
export interface Unit {
  /** Its path from the fixture folder, without `.ts`. */
  readonly name: string;
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/** A part of a module's text, and what stands there instead. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A way to write a program differently that changes nothing: the same values bit for bit, and so the same slopes.
 * Gives the edits for one of the places where it applies, chosen at random; nothing where there is none.
 */
export interface Rewrite {
  readonly name: string;
  readonly edits: (unit: Unit, random: Random) => readonly Edit[] | undefined;
}

/** Reads modules with their types. */
export function readUnits(
  sources: Readonly<Record<string, string>>,
): (name: string) => Unit {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2023.d.ts"],
      strict: true,
    },
  });
  for (const [path, text] of Object.entries(sources))
    project.createSourceFile(`/${path}`, text);
  const program = project.getProgram().compilerObject;
  const checker = program.getTypeChecker();
  return (name) => {
    const file = program.getSourceFile(`/${name}.ts`);
    if (file === undefined) throw new Error(`no module ${name}`);
    return { name, file, checker };
  };
}

/** The edit that puts a text in the place of a node. */
export const inPlaceOf = (node: ts.Node, text: string): Edit => ({
  start: node.getStart(),
  end: node.end,
  text,
});

export const atEnd = (unit: Unit, text: string): Edit => ({
  start: unit.file.end,
  end: unit.file.end,
  text,
});

export const after = (node: ts.Node, text: string): Edit => ({
  start: node.end,
  end: node.end,
  text,
});

/** The text with all edits done; nothing where two of them are about the same part. */
export function edited(
  text: string,
  edits: readonly Edit[],
): string | undefined {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  for (const { start, end, text: put } of sorted) {
    if (start < at) return undefined;
    result += text.slice(at, start) + put;
    at = end;
  }
  return result + text.slice(at);
}

/** The text of a node after some edits, of which those outside it do not count. */
export function textWith(
  unit: Unit,
  node: ts.Node,
  edits: readonly Edit[],
): string {
  const start = node.getStart();
  const inside = edits
    .filter((one) => one.start >= start && one.end <= node.end)
    .map((one) => ({
      ...one,
      start: one.start - start,
      end: one.end - start,
    }));
  return edited(node.getText(unit.file), inside) ?? node.getText(unit.file);
}

/** A name that the module does not hold: `box9`, or with more nines. */
export function fresh(unit: Unit, stem: string): string {
  let name = `${stem}9`;
  while (unit.file.text.includes(name)) name += "9";
  return name;
}
