import { edited, type Edit } from "./textEdits.js";
import { unwrapped } from "./unwrap.js";

/**
 * JavaScript as diffc shows it to the type checker: the text on disk with the types of parameters written into it, in
 * JSDoc, so that the checker finds the types of everything else. They come from the arguments of the calls, so they
 * grow while the program is read, and each time they grow it is read anew.
 */
export interface SourceViews {
  /** Code that imports lead to and that only declarations stand for in the program. */
  readonly roots: ReadonlySet<string>;
  /** Types of parameters, by file and by the parameter's place in the text on disk. */
  readonly types: ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<string>>>;
}

export const noViews: SourceViews = { roots: new Set(), types: new Map() };

/** What came to light while the program was read. */
export interface Wanted {
  readonly root?: string;
  readonly type?: { readonly file: string; readonly at: number; readonly text: string };
}

/** The views with more in them; undefined where there is nothing new. */
export function grown(
  views: SourceViews,
  wanted: readonly Wanted[],
): SourceViews | undefined {
  const roots = new Set(views.roots);
  const types = new Map(
    [...views.types].map(([file, byPlace]) => [
      file,
      new Map([...byPlace].map(([at, texts]) => [at, new Set(texts)])),
    ]),
  );
  let isNew = false;
  for (const { root, type } of wanted) {
    if (root !== undefined && !roots.has(root)) {
      roots.add(root);
      isNew = true;
    }
    if (type === undefined) continue;
    const byPlace = types.get(type.file) ?? new Map<number, Set<string>>();
    types.set(type.file, byPlace);
    const texts = byPlace.get(type.at) ?? new Set<string>();
    byPlace.set(type.at, texts);
    if (texts.has(type.text)) continue;
    texts.add(type.text);
    isNew = true;
  }
  return isNew ? { roots, types } : undefined;
}

export interface View {
  readonly text: string;
  /** From a place in `text` to the one in the text on disk. */
  originalOf(place: number): number;
}

export function viewOf(path: string, text: string, views: SourceViews): View {
  const edits: Edit[] = [...unwrapped(path, text)];
  for (const [at, texts] of views.types.get(path) ?? [])
    edits.push({
      start: at,
      end: at,
      text: `/** @type {${[...texts].sort().join(" | ")}} */ `,
    });
  return edited(text, edits);
}
