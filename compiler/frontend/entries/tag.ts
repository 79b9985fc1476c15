/** A word of the tag with its place in the file, `end` exclusive. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What `@differentiable wrt=w,b modes=grad,jvp` says. */
export interface TagWords {
  readonly wrt: readonly Word[] | undefined;
  readonly modes: readonly Word[] | undefined;
  /** Words that are neither. */
  readonly unknown: readonly Word[];
  /** A `wrt=` or `modes=` after the first one, or without anything after it. */
  readonly repeated: readonly Word[];
  readonly empty: readonly Word[];
}

/**
 * Reads the words between two offsets of a comment, from after the tag's name. The tag ends at a blank line, or at a
 * dash, after which a description may follow: `@differentiable modes=jvp - the loss of one batch`.
 */
export function parseTag(text: string, start: number, end: number): TagWords {
  let wrt: Word[] | undefined;
  let modes: Word[] | undefined;
  const unknown: Word[] = [];
  const repeated: Word[] = [];
  const empty: Word[] = [];
  for (const word of wordsBetween(text, start, end)) {
    const key = /^(wrt|modes)\s*=/.exec(word.text);
    if (key === null) {
      unknown.push(word);
      continue;
    }
    const list = listIn(word);
    const isSecond = (key[1] === "wrt" ? wrt : modes) !== undefined;
    if (isSecond) repeated.push(word);
    else if (list.length === 0) empty.push(word);
    else if (key[1] === "wrt") wrt = list;
    else modes = list;
  }
  return { wrt, modes, unknown, repeated, empty };
}

function wordsBetween(text: string, start: number, end: number): Word[] {
  // leading stars are no part of the text; blanked out, offsets stay as they are
  const body = text
    .slice(start, end)
    .replace(/\n[ \t]*\*(?!\/)/g, (star) => star.replace("*", " "))
    .replace(/\*\/$/, "  ");
  const tag = body.split(/\n[ \t\r]*\n|(?:^|\s)[-–—]+(?=\s|$)/)[0] ?? "";
  const words: Word[] = [];
  // a list may have blanks around its commas and its equals sign
  for (const match of tag.matchAll(/[^\s,=]+(?:\s*[,=]\s*[^\s,=]+|[,=])*/g))
    words.push(wordAt(match[0], start + match.index));
  return words;
}

function listIn(word: Word): Word[] {
  const from = word.text.indexOf("=") + 1;
  const items: Word[] = [];
  for (const match of word.text.slice(from).matchAll(/[^\s,]+/g))
    items.push(wordAt(match[0], word.start + from + match.index));
  return items;
}

const wordAt = (text: string, start: number): Word => ({
  text,
  start,
  end: start + text.length,
});
