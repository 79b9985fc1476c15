import { nameValues, type NameOf } from "./printNames.js";
import {
  isPoison,
  type Binding,
  type ConstInstr,
  type Func,
  type Instr,
  type Param,
  type Region,
  type Value,
} from "./ir.js";
import type { RecordTy, Ty } from "./types.js";

/**
 * The text of a function, which `parseFunc` reads back (spans are lost):
 *
 *     func sum(xs: f64[]): num {
 *       n: num = length xs
 *       v0: num = const 0
 *       v1: num = for[< 1] v0, n, v0 (i: num, total: num) {
 *         v2: num = load[inBounds] xs, i
 *         v3: num = add total, v2
 *         yield v3
 *       }
 *       yield v1
 *     }
 *
 * One line an instruction: results, what it is, its attributes in brackets, arguments, regions.
 */
export function printFunc(fn: Func): string {
  const nameOf = nameValues(fn);
  const params = fn.params.map((param) => paramText(param, nameOf));
  const results = fn.results.map((ty) => printTy(ty)).join(", ");
  return [
    `func ${wordText(fn.name)}(${params.join(", ")})${results && `: ${results}`} {`,
    ...regionLines(fn.body, nameOf, "  "),
    "}",
    "",
  ].join("\n");
}

/** One instruction as it stands in the text of its function, for messages. */
export function printInstr(fn: Func, instr: Instr): string {
  return instrLines(instr, nameValues(fn), "").join("\n");
}

/** A recursive record is `rec {...}`, and `^0` inside of itself: `^1` is the one around that, and so on. */
export function printTy(ty: Ty, above: readonly RecordTy[] = []): string {
  switch (ty.kind) {
    case "num":
    case "bool":
    case "tape":
      return ty.kind;
    case "opaque":
      return quote(ty.text);
    case "array": {
      const elem = ty.store === "js" ? printTy(ty.elem, above) : ty.store;
      return `${elem}[${ty.fixed ?? ""}]`;
    }
    case "record":
      return recordText(ty, above);
    case "table":
      return `${ty.form === "object" ? "table" : ty.form}(${printTy(ty.key)}, ${printTy(ty.elem, above)})`;
    case "maybe":
      return `${printTy(ty.of, above)}?${ty.nil === "undefined" ? "" : ty.nil}`;
  }
}

function recordText(ty: RecordTy, above: readonly RecordTy[]): string {
  if (above.includes(ty)) return `^${above.indexOf(ty)}`;
  if (ty.recursive === true) return `rec ${fieldsText(ty, [ty, ...above])}`;
  return fieldsText(ty, above);
}

function fieldsText(ty: RecordTy, above: readonly RecordTy[]): string {
  const fields = ty.fields.map(
    (field) =>
      `${wordText(field.name)}${field.optional === true ? "?" : ""}: ${printTy(field.ty, above)}`,
  );
  return ty.tuple ? `(${fields.join(", ")})` : `{${fields.join(", ")}}`;
}

const quote = (text: string): string => JSON.stringify(text);

/** A name as it is where it is a word or a tuple's index, else in quotes. */
const wordText = (name: string): string =>
  /^([\p{L}_$][\p{L}\p{N}_$]*|\d+)$/u.test(name) ? name : quote(name);

function paramText(param: Param, nameOf: NameOf): string {
  const own = nameOf(param.value);
  const words = [`${own}: ${printTy(param.value.ty)}`];
  if (param.name !== own) words.push(`named ${wordText(param.name)}`);
  if (param.optional) words.push("optional");
  if (param.rest === true) words.push("rest");
  if (param.effective !== undefined)
    words.push(`effective ${nameOf(param.effective)}`);
  if (param.tsType !== undefined) {
    const { text, needs } = param.tsType;
    words.push(`type ${quote(text)}${needsText(needs)}`);
  }
  return words.join(" ");
}

function regionLines(region: Region, nameOf: NameOf, indent: string): string[] {
  const yields = region.yields.map(nameOf).join(", ");
  return [
    ...region.body.flatMap((instr) => instrLines(instr, nameOf, indent)),
    `${indent}yield ${yields}`.trimEnd(),
  ];
}

function instrLines(instr: Instr, nameOf: NameOf, indent: string): string[] {
  let last = indent + headText(instr, nameOf);
  const lines: string[] = [];
  instr.regions.forEach((region, k) => {
    const params =
      region.params.length > 0 ? ` (${typed(region.params, nameOf)})` : "";
    lines.push(`${last}${k === 0 ? "" : " else"}${params} {`);
    lines.push(...regionLines(region, nameOf, `${indent}  `));
    last = `${indent}}`;
  });
  return [...lines, last];
}

function headText(instr: Instr, nameOf: NameOf): string {
  const results =
    instr.results.length > 0 ? `${typed(instr.results, nameOf)} = ` : "";
  return `${results}${whatText(instr)} ${argsText(instr, nameOf)}`.trimEnd();
}

function whatText(instr: Instr): string {
  if (instr.kind === "op") return instr.op;
  if (instr.kind === "const") return `const ${constantText(instr.value)}`;
  const attributes = attributeText(instr);
  return attributes === "" ? instr.kind : `${instr.kind}[${attributes}]`;
}

function argsText(instr: Instr, nameOf: NameOf): string {
  if (instr.kind !== "opaque") return instr.args.map(nameOf).join(", ");
  const words = instr.parts.flatMap((part, k) => [
    ...instr.args.slice(k - 1, k).map(nameOf),
    quote(part),
  ]);
  return words.join(" ");
}

const typed = (values: readonly Value[], nameOf: NameOf): string =>
  values.map((value) => `${nameOf(value)}: ${printTy(value.ty)}`).join(", ");

/** What an instruction is beside its kind and operands. `parseAttributes` reads it back. */
function attributeText(instr: Instr): string {
  switch (instr.kind) {
    case "global": {
      const value =
        instr.value === undefined ? "" : ` = ${constantText(instr.value)}`;
      const member =
        instr.member === undefined ? "" : ` member ${wordText(instr.member)}`;
      return bindingText(instr.binding) + member + value;
    }
    case "opaque":
      return instr.effect + needsText(instr.needs);
    case "load":
    case "store":
    case "accum":
      return instr.inBounds ? "inBounds" : "";
    case "newArray":
      return instr.roundsUp === true ? "roundsUp" : "";
    case "slice":
      return instr.near === true ? "near" : "";
    case "newTable":
      return instr.names.map(quote).join(" ");
    case "setField":
      return wordText(instr.field) + (instr.mayGo === true ? " mayGo" : "");
    case "getField":
    case "accumField":
      return wordText(instr.field);
    case "struct":
      return (
        instr.what + (instr.text === undefined ? "" : ` ${quote(instr.text)}`)
      );
    case "for":
      return `${instr.test} ${instr.step}${instr.breaks ? " breaks" : ""}`;
    case "call":
      return wordText(instr.callee);
    default:
      return "";
  }
}

function constantText(value: ConstInstr["value"]): string {
  if (isPoison(value)) return "poison";
  if (typeof value === "string") return quote(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

const needsText = (needs: readonly Binding[]): string =>
  needs.length === 0
    ? ""
    : ` needs (${needs.map((need) => bindingText(need)).join(", ")})`;

/** Types may need one another: within itself a copy is written without what it needs. */
function bindingText(binding: Binding, above: readonly Binding[] = []): string {
  const typeOnly = binding.typeOnly ? " typeOnly" : "";
  const from = fromText(binding, above);
  return `${wordText(binding.name)} ${from}${typeOnly}`;
}

function fromText(binding: Binding, above: readonly Binding[]): string {
  const { from } = binding;
  const inside = [...above, binding];
  const needed =
    from.kind !== "copy" || above.includes(binding)
      ? []
      : from.needs.map((need) => bindingText(need, inside));
  switch (from.kind) {
    case "import":
      return `import ${quote(from.file)} ${quote(from.exported)}${
        from.attributes === undefined ? "" : ` with ${quote(from.attributes)}`
      }`;
    case "package":
      return `package ${quote(from.specifier)} ${quote(from.exported)}`;
    case "copy":
      return `copy ${quote(from.text)} (${needed.join(", ")})`;
  }
}
