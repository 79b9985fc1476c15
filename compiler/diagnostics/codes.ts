/**
 * The one table of codes. A code is stable: it is never given another meaning. `docs/diagnostics.md` shows the same
 * table, and a test holds the two together.
 *
 * DC1xxx what the user can mend, DC2xxx what diffc does not carry (yet), DC3xxx what activity found out, DC9xxx our own
 * faults.
 */
export type Code = `DC${number}`;

export type Category = "user" | "unsupported" | "internal" | "warning";

export interface CodeEntry {
  readonly category: Category;
  readonly title: string;
  /** What to do about it, in general; a finding says it for its own place. */
  readonly help: string;
}

const user = (title: string, help: string): CodeEntry => ({
  category: "user",
  title,
  help,
});
const unsupported = (title: string, help: string): CodeEntry => ({
  category: "unsupported",
  title,
  help,
});
const warning = (title: string, help: string): CodeEntry => ({
  category: "warning",
  title,
  help,
});

export const codes = {
  // ---- the input ----
  DC1001: user("file not found", "check the path and the working directory"),
  DC1002: user("syntax error", "mend the syntax"),
  DC1003: user(
    "type error",
    "mend the type error: derivatives are only as sound as the types",
  ),
  DC1004: user("faulty tsconfig", "mend the tsconfig, or name another"),
  DC1005: user(
    "nothing to differentiate",
    "put `/** @differentiable */` above a function",
  ),
  DC1006: user(
    "not a source file",
    "give a .ts, .mts, .cts, .tsx, .js, .mjs or .cjs file",
  ),

  // ---- the annotation ----
  DC1101: user(
    "unknown word in @differentiable",
    "the tag takes `wrt=a,b` and `modes=grad,vjp,jvp`",
  ),
  DC1102: user(
    "unknown parameter in wrt",
    "name parameters, or dotted paths into one",
  ),
  DC1103: user("unknown mode", "the modes are grad, vjp and jvp"),
  DC1104: user(
    "mode ruled out by the return type",
    "`grad` needs a function that returns a number; use `vjp`",
  ),
  DC1105: user(
    "nothing differentiable is returned",
    "return the numbers that depend on the parameters",
  ),
  DC1106: user(
    "wrt names something without numbers",
    "name a parameter whose type holds numbers",
  ),
  DC1107: user(
    "no parameter holds a number",
    "give the function a parameter of type number, or an array or object of numbers",
  ),
  DC1108: user("two exports of one name", "rename one of the functions"),
  DC1109: user("no function of that name", "check the name given with --fn"),
  DC1110: user(
    "tag without a function",
    "put the tag above a function declaration or a const with a function",
  ),
  DC1111: user("word given twice", "give it once"),

  // ---- what the annotation cannot ask for yet ----
  DC2001: unsupported(
    "annotated method",
    "write a function that takes the object as a parameter",
  ),
  DC2002: unsupported("mode that comes later", "use grad, vjp or jvp"),
  DC2003: unsupported(
    "type that cannot be carried",
    "give it a type that says where the numbers are",
  ),
  DC2004: unsupported(
    "recursive type with numbers",
    "give it named fields: an interface or a class may hold others of its kind",
  ),
  DC2005: unsupported(
    "mutable state of a module",
    "pass it as a parameter and return the new value",
  ),
  DC2006: unsupported(
    "module-level binding that cannot be copied",
    "export it, so that the generated module can import it",
  ),
  DC2007: unsupported(
    "async or generator function",
    "differentiate a plain function that these call",
  ),
  DC2008: unsupported(
    "generic function",
    "write the types out, or wrap it in a function with plain types",
  ),
  DC2009: unsupported(
    "annotated function inside another",
    "move it to the top level of its module",
  ),

  // ---- language ----
  DC2101: unsupported("statement not carried", "write it with if, for, while"),
  DC2102: unsupported("expression not carried", "write it in plainer terms"),
  DC2103: unsupported(
    "call of code that cannot be read",
    "write the function in TypeScript in this project",
  ),
  DC2104: unsupported(
    "function that cannot be told",
    "call functions by their names, or ones that are made in the differentiated function",
  ),
  DC2105: unsupported("class or this", "use plain objects and functions"),
  DC2106: unsupported("array operation not carried", "write it as a loop"),
  DC2107: unsupported("object operation not carried", "name the fields"),
  DC2108: unsupported(
    "destructuring pattern not carried",
    "read the parts one by one",
  ),
  DC2109: unsupported("assignment not carried", "assign to a local first"),
  DC2110: unsupported(
    "parameter not carried",
    "use plain, optional or defaulted parameters",
  ),
  DC2111: unsupported(
    "carried code touches memory with active numbers",
    "keep passive code apart from the arrays and objects that hold parameters",
  ),
  DC2112: unsupported(
    "exception that is caught",
    "test for the failing case before, instead of catching it",
  ),
  DC2113: unsupported(
    "Math member without a rule",
    "write it with members that have one",
  ),
  DC2114: unsupported(
    "use of a variable before its value is known",
    "give it a value where it is declared",
  ),
  DC2115: unsupported(
    "accessor that does more than compute",
    "compute the value in a method, or store it in the constructor",
  ),
  DC2116: unsupported(
    "instance that generated code cannot see or make",
    "take and return plain numbers, arrays and objects",
  ),
  DC2117: unsupported(
    "code that is made or fetched while the program runs",
    "import it at the top of the module, or write it out",
  ),
  DC2118: unsupported(
    "import that cannot be resolved",
    "install the package, or mend the path",
  ),
  DC2119: unsupported(
    "declaration without a body",
    "import the function from where its code is",
  ),
  DC2120: unsupported(
    "code that is replaced while the program runs",
    "call the code that replaces it by a name of its own",
  ),
  DC2121: unsupported(
    "result that is no function of the arguments",
    "pass the time, the random numbers or the answer as an argument",
  ),
  DC2122: unsupported("reflection", "use objects with named fields"),
  DC2123: unsupported("bigint", "compute with numbers"),
  DC2124: unsupported(
    "numbers that are looked at as bytes",
    "keep the numbers in a number[] or a Float64Array",
  ),

  // ---- activity ----
  DC3001: unsupported(
    "active value in code that is only carried",
    "compute it with plain arithmetic, or leave the parameter out of wrt",
  ),
  DC3002: unsupported(
    "active value in an integer operation",
    "use arithmetic, Math.floor for an index, or leave the parameter out of wrt",
  ),
  DC3003: warning(
    "gradient is always zero",
    "leave it out of wrt, or let the result depend on it",
  ),
  DC3004: warning(
    "active value lost in rounding",
    "leave the rounding out, or say in a comment with the code that it is meant",
  ),
  DC3005: unsupported(
    "integer store of an active value",
    "store it in a number[] or a Float64Array",
  ),
  DC3006: unsupported(
    "active value as a key",
    "keep the number beside the key, or leave the parameter out of wrt",
  ),
  DC3007: warning(
    "numbers that get no gradient",
    "give the object a type with named fields, or name the other parameters in wrt",
  ),

  // ---- our own ----
  DC9001: {
    category: "internal",
    title: "fault in diffc",
    help: "this is a fault of diffc, not of your code: please report it with this message, the version (diffc --version) and the function that shows it",
  },
} as const satisfies Record<Code, CodeEntry>;

/** The entry of a code; a code that is not in the table is a fault of ours that must not hide the finding. */
export function entryOf(code: Code): CodeEntry {
  const table: Readonly<Record<string, CodeEntry>> = codes;
  return table[code] ?? codes.DC9001;
}
