/**
 * What other files of the project do to a table of functions or to a static field, as far as their text says so: diffc
 * reads the source and what it imports, and such a file may import both and be read by nobody.
 *
 * @param name `kernels`, or `Config.limit`
 * @param ofParts is a change of something in it meant, `kernels.gauss = ...`, and not of itself?
 */
export function changePattern(name: string, ofParts: boolean): RegExp {
  const whole = `\\b${name.split(".").map(escaped).join("\\s*\\.\\s*")}`;
  const part = "(?:\\s*!?\\.\\s*\\w+|\\s*\\[[^\\]\\n]*\\])";
  const target = `${whole}${part}${ofParts ? "+" : "*"}`;
  const assigned = "(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])";
  const mutating =
    "\\.(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|delete|clear)\\s*\\(";
  return new RegExp(
    [
      `${target}\\s*(?:${assigned}|\\+\\+|--)`,
      `(?:\\+\\+|--|\\bdelete)\\s*(?:\\w+\\s*\\.\\s*)?${target}`,
      `${whole}${part}*\\s*${mutating}`,
      `\\bObject\\s*\\.\\s*(?:assign|definePropert(?:y|ies))\\s*\\(\\s*(?:\\w+\\s*\\.\\s*)?${whole}\\b`,
    ].join("|"),
  );
}

const escaped = (name: string): string => name.replace(/\$/g, "\\$");
