import type { Ty } from "../ir/types.js";
import { flatText } from "./doc.js";
import { suggestedName } from "./naming.js";
import { negation } from "./negation.js";
import type { Names } from "./names.js";
import { isNilTest } from "./declare.js";
import type { PrintOptions } from "./printExpression.js";
import { stmtDoc } from "./printStatement.js";
import type { RuntimeName } from "./runtimeManifest.js";
import { splitCandidate } from "./split.js";
import {
  type AssignOp,
  children,
  type Expr,
  isAtom,
  isSamePlace,
  name,
  replacePart,
  type Stmt,
} from "./tree.js";

export interface EmitContext extends PrintOptions {
  /** Of a line. */
  readonly width: number;
  /** A Float64Array at module level, for one function; without a capacity, arrays that are handed out. */
  workspace(
    hint: string,
    capacity: number | undefined,
    isTaken: (name: string) => boolean,
  ): string;
  runtime(wanted: RuntimeName): Expr;
  useTypes(ty: Ty): void;
  /** What a function of the module is called in the text. */
  functionName(callee: string): string;
  /** The keys under which a function of several results returns them. */
  resultNames(callee: string): readonly string[];
  parameterTypes(callee: string): readonly Ty[];
  /** Does a function take its last parameter as all further arguments? */
  takesRest(callee: string): boolean;
}

/** The block that is being written: statements are added to it so that each fits its line. */
export class BlockWriter {
  readonly names: Names;
  readonly context: EmitContext;
  block: Stmt[] = [];
  depth = 1;
  /** How many loops are around. */
  loops = 0;

  constructor(names: Names, context: EmitContext) {
    this.names = names;
    this.context = context;
  }

  push(stmt: Stmt): void {
    this.block.push(stmt);
  }

  /** Adds a statement around an expression; parts of it become `const`s before it where the line would be too long. */
  pushWith(expr: Expr, build: (expr: Expr) => Stmt): void {
    this.push(build(this.fitted(expr, (e) => this.flatLength(build(e)))));
  }

  /** A `const` of its own for an expression, and what it is called. */
  pushConst(wanted: string, value: Expr, ty?: Ty): string {
    const text = this.names.fresh(wanted);
    this.pushWith(value, (init) => ({
      kind: "declare",
      how: "const",
      name: text,
      init,
      ...(ty === undefined ? {} : { ty }),
    }));
    return text;
  }

  flatLength(stmt: Stmt): number {
    return flatText(stmtDoc(stmt, this.context))?.length ?? 0;
  }

  get room(): number {
    return this.context.width - 2 * this.depth;
  }

  fitted(expr: Expr, length: (expr: Expr) => number): Expr {
    let current = expr;
    while (length(current) > this.room) {
      const part = splitCandidate(current, this.context, this.room);
      if (part === undefined) break;
      const { origin, ...bare } = part;
      // `a = t + 1` in a loop, of `const t = a!`: TypeScript would look for the type of each in the other's
      const isCircular = this.loops > 0 && asksForType(bare);
      const ty = isCircular ? origin?.ty : undefined;
      if (ty !== undefined) this.context.useTypes(ty);
      const named = this.pushConst(suggestedName(origin, part), bare, ty);
      current = replacePart(current, part, name(named));
    }
    return current;
  }

  pushIf(test: Expr, yes: readonly Stmt[], no: readonly Stmt[]): void {
    if (yes.length === 0 && no.length > 0)
      return this.pushIf(negation(test), no, []);
    const exit: Stmt = { kind: "break" };
    const isExit =
      no.length === 0 && yes.length === 1 && yes[0]?.kind === "break";
    const length = (e: Expr): number =>
      this.flatLength({ kind: "if", test: e, yes: [exit], no: [] }) -
      (isExit ? 0 : 5);
    let fitted = this.fitted(test, length);
    if (
      length(fitted) > this.room &&
      fitted.kind === "unary" &&
      fitted.op === "!" &&
      !isAtom(fitted.arg)
    )
      fitted = { ...fitted, arg: name(this.pushConst("holds", fitted.arg)) };
    this.push({ kind: "if", test: fitted, yes, no });
  }

  /** `if (test) stmt;`, on one line where it fits. */
  pushGuard(test: Expr, stmt: Stmt): void {
    const guard: Stmt = { kind: "if", test, yes: [stmt], no: [], short: true };
    const fits = this.flatLength(guard) <= this.room;
    this.push({ ...guard, short: fits });
  }

  pushAssign(target: Expr, value: Expr): void {
    const { op, rest } = compound(target, value);
    if (isOne(rest) && (op === "+=" || op === "-=") && target.kind === "name")
      this.push({ kind: "step", op: op === "+=" ? "++" : "--", target });
    else this.pushWith(rest, (e) => ({ kind: "assign", op, target, value: e }));
  }

  /** As nested, of statements that are run again and again. */
  looped(write: () => void): Stmt[] {
    this.loops++;
    const inner = this.nested(write);
    this.loops--;
    return inner;
  }

  /** Statements written into a block of their own. */
  nested(write: () => void): Stmt[] {
    const outer = this.block;
    this.block = [];
    this.depth++;
    this.names.enter();
    write();
    const inner = this.block;
    this.names.leave();
    this.depth--;
    this.block = outer;
    return inner;
  }
}

/** Is there a `!` in it, or a comparison with null? */
const asksForType = (expr: Expr): boolean =>
  expr.kind === "nonNull" ||
  isNilTest(expr) ||
  children(expr).some(asksForType);

const isOne = (expr: Expr): boolean =>
  expr.kind === "literal" && expr.text === "1";

/** `s = s + e` is `s += e`. */
function compound(target: Expr, value: Expr): { op: AssignOp; rest: Expr } {
  const plain = { op: "=" as const, rest: value };
  if (value.kind !== "binary") return plain;
  const { op, left, right } = value;
  if (op !== "+" && op !== "-" && op !== "*" && op !== "/" && op !== "%")
    return plain;
  const isTarget = (e: Expr): boolean => isSamePlace(e, target);
  if (isTarget(left)) return { op: `${op}=`, rest: right };
  if (isTarget(right) && (op === "+" || op === "*"))
    return { op: `${op}=`, rest: left };
  return plain;
}
