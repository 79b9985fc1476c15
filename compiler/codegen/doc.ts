/**
 * A document printer: what may go on one line, and where it breaks if it does not fit. The builders and the meaning of
 * groups follow prettier's, so that the emitted layout is the one that prettier would choose.
 */
export type Doc =
  | string
  | readonly Doc[]
  | Group
  | Indent
  | Line
  | IfBreak
  | IndentIfBreak
  | Fill;

interface Group {
  readonly kind: "group";
  readonly contents: Doc;
  readonly broken: boolean;
  /** Tried in order; the last one is taken broken where none fits. */
  readonly states?: readonly Doc[];
  readonly id?: GroupId;
}
interface Indent {
  readonly kind: "indent";
  readonly by: number;
  readonly contents: Doc;
}
interface Line {
  readonly kind: "line";
  readonly mode: "line" | "soft" | "hard";
}
interface IfBreak {
  readonly kind: "ifBreak";
  readonly broken: Doc;
  readonly flat: Doc;
}
interface IndentIfBreak {
  readonly kind: "indentIfBreak";
  readonly contents: Doc;
  readonly id: GroupId;
}
/** Contents and separators in turn; a separator breaks only where the next content does not fit. */
interface Fill {
  readonly kind: "fill";
  readonly parts: readonly Doc[];
  /** The parts before this one are printed: a long list is not copied for each of its entries. */
  readonly from: number;
}
export type GroupId = { readonly brand: "GroupId" };

export const line: Doc = { kind: "line", mode: "line" };
export const softline: Doc = { kind: "line", mode: "soft" };
export const hardline: Doc = { kind: "line", mode: "hard" };
export const newGroupId = (): GroupId => ({ brand: "GroupId" });
export const indent = (contents: Doc): Doc => ({
  kind: "indent",
  by: 2,
  contents,
});
export const fill = (parts: readonly Doc[]): Doc => ({
  kind: "fill",
  parts,
  from: 0,
});
export const ifBreak = (broken: Doc, flat: Doc): Doc => ({
  kind: "ifBreak",
  broken,
  flat,
});
export const indentIfBreak = (contents: Doc, id: GroupId): Doc => ({
  kind: "indentIfBreak",
  contents,
  id,
});

export function group(
  contents: Doc,
  options: { broken?: boolean; id?: GroupId } = {},
): Doc {
  const broken = options.broken === true || willBreak(contents);
  return {
    kind: "group",
    contents,
    broken,
    ...(options.id === undefined ? {} : { id: options.id }),
  };
}

/** Takes the first state that fits as it is, else the last one. */
export function conditionalGroup(states: readonly [Doc, ...Doc[]]): Doc {
  return { kind: "group", contents: states[0], broken: false, states };
}

export function join(separator: Doc, docs: readonly Doc[]): Doc[] {
  return docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc]));
}

/** Must the document break, because of a hard line or a group that is broken already? */
export function willBreak(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (isConcat(doc)) return doc.some(willBreak);
  switch (doc.kind) {
    case "group":
      return doc.broken;
    case "indent":
    case "indentIfBreak":
      return willBreak(doc.contents);
    case "line":
      return doc.mode === "hard";
    case "ifBreak":
      return false;
    case "fill":
      return doc.parts.some(willBreak);
  }
}

const isConcat = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

type Mode = "flat" | "break";
interface Command {
  readonly indent: number;
  readonly mode: Mode;
  readonly doc: Doc;
}
type GroupModes = Map<GroupId, Mode>;

/** The text on one line, or undefined where it must break. */
export function flatText(doc: Doc): string | undefined {
  const text = printDoc(doc, Number.POSITIVE_INFINITY);
  return text.includes("\n") ? undefined : text;
}

export const usualWidth = 80;

export function printDoc(doc: Doc, width = usualWidth): string {
  const printer = new Printer(width);
  printer.print({ indent: 0, mode: "break", doc });
  return printer.text();
}

class Printer {
  /** The lines that are done, and the one that is being written. */
  private readonly lines: string[] = [];
  private current = "";
  private readonly width: number;
  private column = 0;
  private readonly stack: Command[] = [];
  private readonly modes: GroupModes = new Map();

  constructor(width: number) {
    this.width = width;
  }

  text(): string {
    return [...this.lines, this.current].join("\n");
  }

  print(start: Command): void {
    this.stack.push(start);
    for (
      let command = this.stack.pop();
      command !== undefined;
      command = this.stack.pop()
    )
      this.step(command);
  }

  private step(command: Command): void {
    const { doc, indent: column, mode } = command;
    if (typeof doc === "string") this.write(doc);
    else if (isConcat(doc)) this.pushAll(doc, command);
    else {
      switch (doc.kind) {
        case "indent":
          this.stack.push({
            ...command,
            indent: column + doc.by,
            doc: doc.contents,
          });
          break;
        case "group":
          this.printGroup(doc, command);
          break;
        case "line":
          this.printLine(doc, command);
          break;
        case "ifBreak":
          this.stack.push({
            ...command,
            doc: mode === "break" ? doc.broken : doc.flat,
          });
          break;
        case "indentIfBreak":
          this.stack.push({
            ...command,
            indent: this.modes.get(doc.id) === "break" ? column + 2 : column,
            doc: doc.contents,
          });
          break;
        case "fill":
          this.printFill(doc, command);
      }
    }
  }

  private pushAll(docs: readonly Doc[], command: Command): void {
    // no spread: a long function has hundreds of thousands of these
    const { indent: column, mode } = command;
    for (let i = docs.length - 1; i >= 0; i--)
      this.stack.push({ indent: column, mode, doc: docs[i] as Doc });
  }

  private write(text: string): void {
    this.current += text;
    this.column += text.length;
  }

  private printLine(doc: Line, command: Command): void {
    if (command.mode === "flat" && doc.mode !== "hard") {
      if (doc.mode === "line") this.write(" ");
      return;
    }
    this.lines.push(this.current.replace(/ +$/, ""));
    this.current = " ".repeat(command.indent);
    this.column = command.indent;
  }

  private printGroup(doc: Group, command: Command): void {
    this.stack.push(this.chosen(doc, command));
    if (doc.id !== undefined)
      this.modes.set(doc.id, (this.stack.at(-1) as Command).mode);
  }

  private chosen(doc: Group, command: Command): Command {
    const flat: Command = { ...command, mode: "flat", doc: doc.contents };
    if (command.mode === "flat" && !doc.broken) return flat;
    if (!doc.broken && this.fits(flat, false)) return flat;
    if (doc.states === undefined)
      return { ...command, mode: "break", doc: doc.contents };
    return this.chosenState(doc.states, doc.broken, command);
  }

  private chosenState(
    states: readonly Doc[],
    broken: boolean,
    command: Command,
  ): Command {
    const last: Command = {
      ...command,
      mode: "break",
      doc: states.at(-1) as Doc,
    };
    if (broken) return last;
    for (const state of states.slice(1)) {
      // what is not marked as broken in a state stays on the line
      const candidate: Command = { ...command, mode: "flat", doc: state };
      if (this.fits(candidate, false)) return candidate;
    }
    return last;
  }

  private printFill(doc: Fill, command: Command): void {
    const { parts, from } = doc;
    const first = parts[from];
    const separator = parts[from + 1];
    if (first === undefined) return;
    const flat: Command = { ...command, mode: "flat", doc: first };
    const broken: Command = { ...command, mode: "break", doc: first };
    const firstFits = this.fits(flat, true, []);
    if (separator === undefined) {
      this.stack.push(firstFits ? flat : broken);
      return;
    }
    const remaining: Command = { ...command, doc: { ...doc, from: from + 2 } };
    const second = parts[from + 2];
    const pairFits =
      second === undefined ||
      this.fits(
        { ...command, mode: "flat", doc: [first, separator, second] },
        true,
        [],
      );
    const separatorMode: Mode = firstFits && pairFits ? "flat" : "break";
    this.stack.push(
      remaining,
      { ...command, mode: separatorMode, doc: separator },
      firstFits ? flat : broken,
    );
  }

  /** Does the command fit on the line, with what follows it up to the first place where that may break? */
  private fits(
    next: Command,
    mustBeFlat: boolean,
    rest: readonly Command[] = this.stack,
  ): boolean {
    let room = this.width - this.column;
    let restIndex = rest.length;
    const work: { mode: Mode; doc: Doc }[] = [next];
    while (room >= 0) {
      const item = work.pop() ?? rest[--restIndex];
      if (item === undefined) return true;
      const { mode, doc } = item;
      if (typeof doc === "string") room -= doc.length;
      else if (isConcat(doc))
        for (let i = doc.length - 1; i >= 0; i--)
          work.push({ mode, doc: doc[i] as Doc });
      else {
        switch (doc.kind) {
          case "indent":
          case "indentIfBreak":
            work.push({ mode, doc: doc.contents });
            break;
          case "group": {
            if (mustBeFlat && doc.broken) return false;
            const groupMode: Mode = doc.broken ? "break" : mode;
            const state =
              groupMode === "break" ? doc.states?.at(-1) : undefined;
            work.push({ mode: groupMode, doc: state ?? doc.contents });
            break;
          }
          case "line":
            if (mode === "break" || doc.mode === "hard") return true;
            if (doc.mode === "line") room -= 1;
            break;
          case "ifBreak":
            work.push({ mode, doc: mode === "break" ? doc.broken : doc.flat });
            break;
          case "fill":
            // part by part: most of a long list is never looked at
            if (doc.from >= doc.parts.length) break;
            work.push(
              { mode, doc: { ...doc, from: doc.from + 1 } },
              { mode, doc: doc.parts[doc.from] as Doc },
            );
        }
      }
    }
    return false;
  }
}
