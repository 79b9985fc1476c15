import { naturalsOf } from "../analysis/signs.js";
import type { Instr, Region, Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { flatText } from "./doc.js";
import { suggestedName } from "./naming.js";
import { negation } from "./negation.js";
import type { Names } from "./names.js";
import type { Place, Placement } from "./placement.js";
import type { PrintOptions } from "./printExpression.js";
import { stmtDoc } from "./printStatement.js";
import type { RuntimeName } from "./runtimeManifest.js";
import type { TapePlan } from "./tapeForms.js";
import { splitCandidate } from "./split.js";
import {
  type AssignOp,
  type Expr,
  isAtom,
  isSamePlace,
  name,
  replacePart,
  type Stmt,
} from "./tree.js";
import { asDeclared, declaredType, fillsWithReferences } from "./declare.js";
import type { Variable } from "./variables.js";
import { type Computed, plainly } from "./computed.js";

export interface EmitContext extends PrintOptions {
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

/** A named value of more operations than this keeps its name, also where it is used only once. */
const largestInline = 4;

/**
 * The state while one function is written. Values that are used once wait as expressions (`pending`) until their use
 * takes them in, or until something happens that they must come before: then they become a `const`.
 */
export class Emitter {
  readonly placement: Placement;
  readonly variables: ReadonlyMap<Value, Variable>;
  readonly tails: ReadonlySet<Instr>;
  readonly tapes: TapePlan;
  readonly names: Names;
  readonly context: EmitContext;
  /** How long the arrays at module level are in this call. */
  readonly sizes = new Map<Value, Expr>();
  /** The local name of what hands out rows, and how many places ask it for the same one. */
  readonly rows = { name: "", places: 0 };
  block: Stmt[] = [];
  depth = 1;
  private inlineOnly = false;
  private isFilled: boolean | undefined;
  private naturals: ((value: Value) => boolean) | undefined;
  /** Names of numbers that are `1 | -1` in the source, and `number` here. */
  private readonly widened = new Set<string>();
  /** Variables that still have the constant they were declared with. */
  private readonly initial = new Map<Variable, string>();
  private readonly named = new Map<Value, Computed>();
  private readonly pending = new Map<Value, Computed>();

  constructor(
    placement: Placement,
    variables: ReadonlyMap<Value, Variable>,
    tails: ReadonlySet<Instr>,
    tapes: TapePlan,
    names: Names,
    context: EmitContext,
  ) {
    this.placement = placement;
    this.variables = variables;
    this.tails = tails;
    this.tapes = tapes;
    this.names = names;
    this.context = context;
  }

  // ---- values ----

  /** The value as an expression; a pending one is taken. */
  use(value: Value): Computed {
    const variable = this.variables.get(value);
    if (variable !== undefined) return this.read(variable);
    const known = this.named.get(value);
    if (known !== undefined) return known;
    const waiting = this.pending.get(value);
    if (waiting === undefined)
      throw new Error(
        `codegen: value ${value.hint ?? ""}#${value.id} is used before it is written`,
      );
    this.pending.delete(value);
    return waiting;
  }

  read(variable: Variable): Computed {
    if (variable.name === undefined)
      throw new Error(
        `codegen: variable ${variable.hint ?? ""} is read before it is declared`,
      );
    return {
      expr: name(variable.name),
      reads: new Set([variable]),
      memory: false,
      ordered: false,
      size: 0,
    };
  }

  setName(value: Value, text: string): void {
    this.named.set(value, plainly(name(text)));
  }

  setKnown(value: Value, computed: Computed): void {
    this.named.set(value, computed);
  }

  /** A value has been computed: it is assigned, named, or kept until its use. */
  define(value: Value, computed: Computed): void {
    const tagged: Computed = {
      ...computed,
      expr: { ...computed.expr, origin: value },
    };
    const variable = this.variables.get(value);
    if (variable !== undefined) this.assign(variable, tagged);
    else if (
      isAtom(computed.expr) &&
      computed.reads.size === 0 &&
      !computed.ordered
    )
      this.named.set(value, computed);
    else if (this.isBound(value, computed)) this.named.set(value, computed);
    else if (this.staysPending(value, computed))
      this.pending.set(value, tagged);
    else this.writeConst(value, tagged);
  }

  /** `n - 1`, and only ever the bound of a loop: clearer there, even several times, than under a name. */
  private isBound(value: Value, { expr, reads }: Computed): boolean {
    if (value.hint !== undefined || reads.size > 0) return false;
    if (expr.kind !== "binary" || (expr.op !== "-" && expr.op !== "+"))
      return false;
    if (expr.left.kind !== "name" || expr.right.kind !== "literal")
      return false;
    return (this.placement.uses.get(value) ?? []).every((use) => {
      const user = use.region.body[use.index];
      return user?.kind === "for" && !user.args.slice(2).includes(value);
    });
  }

  private staysPending(value: Value, computed: Computed): boolean {
    if (this.inlineOnly) return true;
    const uses = this.placement.uses.get(value) ?? [];
    if (uses.length !== 1) return false;
    if (this.isOnlyReturned(uses[0] as Place)) return true;
    return value.hint === undefined || computed.size <= largestInline;
  }

  private isOnlyReturned(use: Place): boolean {
    const { fn } = this.placement;
    return (
      fn.results.length === 1 &&
      use.region === fn.body &&
      use.index === fn.body.body.length
    );
  }

  writeConst(value: Value, computed: Computed): void {
    const uses = this.placement.uses.get(value) ?? [];
    if (uses.length === 0) {
      if (computed.ordered) this.push({ kind: "expr", expr: computed.expr });
      return;
    }
    const text = this.names.fresh(suggestedName(value, computed.expr));
    this.named.set(value, plainly(name(text)));
    // `const b = a!` in a loop that assigns a from b: TypeScript would look for b's type in a's, and for a's in b's
    const isCircular =
      computed.expr.kind === "nonNull" && computed.reads.size > 0;
    const ty = isCircular
      ? value.ty
      : this.declaredType(value.ty, computed.expr, "const");
    if (ty !== undefined) this.context.useTypes(ty);
    if (ty?.kind === "num") this.widened.add(text);
    this.pushWith(computed.expr, (init) => ({
      kind: "declare",
      how: "const",
      name: text,
      init,
      ...(ty === undefined ? {} : { ty }),
    }));
  }

  /** For what must not wait: it is written now. */
  writeConstOrAssign(value: Value, computed: Computed): void {
    const variable = this.variables.get(value);
    if (variable !== undefined) this.assign(variable, computed);
    else this.writeConst(value, computed);
  }

  /** Is the number an integer that is not negative, whatever the arguments are? */
  isNatural(value: Value): boolean {
    this.naturals ??= naturalsOf(this.placement.fn);
    return this.naturals(value);
  }

  private declaredType(
    ty: Ty,
    init: Expr,
    how: "const" | "let",
  ): Ty | undefined {
    this.isFilled ??= fillsWithReferences(this.placement.fn);
    return declaredType(ty, init, how, this.isFilled);
  }

  /** The number as one that may be compared with any other. */
  widen(value: Value, computed: Computed): Computed {
    const { expr } = computed;
    const isNarrow = value.ty.kind === "num" && value.ty.literal === true;
    if (!isNarrow || (expr.kind === "name" && this.widened.has(expr.name)))
      return computed;
    const text = this.names.fresh(suggestedName(value, expr));
    this.widened.add(text);
    this.pushWith(expr, (init) => ({
      kind: "declare",
      how: "const",
      name: text,
      init,
      ty: value.ty,
    }));
    return plainly(name(text));
  }

  /** A `const` of its own for something that must not be written out where it is used. */
  nameIt(computed: Computed, wanted: string, valueTy?: Ty): Computed {
    if (isAtom(computed.expr) && computed.reads.size === 0) return computed;
    const text = this.names.fresh(wanted);
    const ty = valueTy && this.declaredType(valueTy, computed.expr, "const");
    if (ty !== undefined) this.context.useTypes(ty);
    this.pushWith(computed.expr, (init) => ({
      kind: "declare",
      how: "const",
      name: text,
      init,
      ...(ty === undefined ? {} : { ty }),
    }));
    return plainly(name(text));
  }

  // ---- variables ----

  assign(variable: Variable, computed: Computed): void {
    if (variable.name === undefined) this.declare(variable, computed.expr);
    else if (
      computed.expr.kind !== "name" ||
      computed.expr.name !== variable.name
    ) {
      const initial = this.initial.get(variable);
      if (initial !== undefined && initial === literalText(computed.expr))
        return;
      this.initial.delete(variable);
      this.flushReaders(variable);
      this.pushAssign(name(variable.name), computed.expr);
    }
  }

  declare(variable: Variable, init: Expr | undefined, definite = false): void {
    if (variable.name === undefined) this.reserveName(variable, init);
    this.declareReserved(variable, init, definite);
  }

  reserveName(variable: Variable, init?: Expr): void {
    variable.name = this.names.fresh(
      variable.hint ?? suggestedName(undefined, init),
    );
  }

  declareReserved(
    variable: Variable,
    given: Expr | undefined,
    definite: boolean,
  ): void {
    const init = given && asDeclared(variable.ty, given);
    const text = variable.name as string;
    const start = init === undefined ? undefined : literalText(init);
    if (start !== undefined) this.initial.set(variable, start);
    const ty =
      init === undefined
        ? variable.ty
        : this.declaredType(variable.ty, init, "let");
    if (ty !== undefined) this.context.useTypes(ty);
    const typed = ty === undefined ? {} : { ty };
    if (init === undefined)
      this.push({
        kind: "declare",
        how: "let",
        name: text,
        ...typed,
        ...(definite ? { definite } : {}),
      });
    else
      this.pushWith(init, (e) => ({
        kind: "declare",
        how: "let",
        name: text,
        init: e,
        ...typed,
      }));
  }

  pushAssign(target: Expr, value: Expr): void {
    const { op, rest } = compound(target, value);
    if (isOne(rest) && (op === "+=" || op === "-=") && target.kind === "name")
      this.push({ kind: "step", op: op === "+=" ? "++" : "--", target });
    else this.pushWith(rest, (e) => ({ kind: "assign", op, target, value: e }));
  }

  // ---- what must be written before something happens ----

  flushReaders(variable: Variable): void {
    this.flush((computed) => computed.reads.has(variable));
  }

  flushMemory(): void {
    this.flush((computed) => computed.memory || computed.ordered);
  }

  flushOrdered(): void {
    this.flush((computed) => computed.ordered);
  }

  flush(which: (computed: Computed, value: Value) => boolean): void {
    for (const [value, computed] of [...this.pending])
      if (this.pending.has(value) && which(computed, value)) {
        this.pending.delete(value);
        this.writeConst(value, computed);
      }
  }

  // ---- statements ----

  push(stmt: Stmt): void {
    this.block.push(stmt);
  }

  /** Adds a statement around an expression; parts of it become `const`s before it where the line would be too long. */
  pushWith(expr: Expr, build: (expr: Expr) => Stmt): void {
    this.push(build(this.fitted(expr, (e) => this.flatLength(build(e)))));
  }

  flatLength(stmt: Stmt): number {
    return flatText(stmtDoc(stmt, this.context))?.length ?? 0;
  }

  get room(): number {
    return 80 - 2 * this.depth;
  }

  fitted(expr: Expr, length: (expr: Expr) => number): Expr {
    let current = expr;
    while (length(current) > this.room) {
      const part = splitCandidate(current, this.context, this.room);
      if (part === undefined) break;
      const text = this.names.fresh(suggestedName(part.origin, part));
      const { origin: _, ...bare } = part;
      this.pushWith(bare, (init) => ({
        kind: "declare",
        how: "const",
        name: text,
        init,
      }));
      current = replacePart(current, part, name(text));
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
      fitted.op === "!"
    )
      fitted = {
        ...fitted,
        arg: this.nameIt(plainly(fitted.arg), "holds").expr,
      };
    this.push({ kind: "if", test: fitted, yes, no });
  }

  /** `if (test) stmt;`, on one line where it fits. */
  pushGuard(test: Expr, stmt: Stmt): void {
    const guard: Stmt = { kind: "if", test, yes: [stmt], no: [], short: true };
    const fits = this.flatLength(guard) <= this.room;
    this.push({ ...guard, short: fits });
  }

  /** Everything that is defined in here waits for its one use, whatever its size. */
  inlined<T>(write: () => T): T {
    const before = this.inlineOnly;
    this.inlineOnly = true;
    const made = write();
    this.inlineOnly = before;
    return made;
  }

  /**
   * The arms of an `if`, each as a block. Values that wait for a use elsewhere are not written down in them, and what
   * is known of variables before is known in each.
   */
  arms(writers: readonly { region: Region; write: () => void }[]): Stmt[][] {
    const before = new Map(this.initial);
    const touched = new Set<Variable>();
    const blocks = writers.map(({ region, write }) => {
      const block = this.arm(region, write);
      for (const [variable, text] of before) {
        if (!this.initial.has(variable)) touched.add(variable);
        this.initial.set(variable, text);
      }
      return block;
    });
    for (const variable of touched) this.initial.delete(variable);
    return blocks;
  }

  /** The variables may be written now: they are not what they were declared with any more. */
  forgetStart(assigned: Iterable<Variable>): void {
    for (const variable of assigned) this.initial.delete(variable);
  }

  private arm(region: Region, write: () => void): Stmt[] {
    const hidden = [...this.pending].filter(
      ([value]) => !this.isUsedIn(value, region),
    );
    for (const [value] of hidden) this.pending.delete(value);
    const block = this.nested(write);
    for (const [value, computed] of hidden) this.pending.set(value, computed);
    return block;
  }

  private isUsedIn(value: Value, region: Region): boolean {
    const uses = this.placement.uses.get(value) ?? [];
    return uses.some((use) => this.placement.isWithin(use, region));
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

  variablesDue(region: Region, index: number): Variable[] {
    return [...new Set(this.variables.values())].filter(
      (v) =>
        v.declaredAt.region === region &&
        v.declaredAt.index === index &&
        v.name === undefined,
    );
  }
}

const literalText = (expr: Expr): string | undefined =>
  expr.kind === "literal" ? expr.text : undefined;

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
