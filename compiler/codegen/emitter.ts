import { naturalsOf } from "../analysis/signs.js";
import type { Instr, Region, Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { BlockWriter, type EmitContext } from "./blockWriter.js";
import { suggestedName } from "./naming.js";
import type { Names } from "./names.js";
import type { Place, Placement } from "./placement.js";
import type { TapePlan } from "./tapeForms.js";
import { type Expr, isAtom, name, type Stmt } from "./tree.js";
import {
  asDeclared,
  declaredType,
  fillsWithReferences,
  isNilTest,
} from "./declare.js";
import {
  type Declarations,
  declarationsOf,
  type Variable,
} from "./variables.js";
import { type Computed, plainly } from "./computed.js";

/** A named value of more operations than this keeps its name, also where it is used only once. */
const largestInline = 4;

/**
 * The state while one function is written. Values that are used once wait as expressions (`pending`) until their use
 * takes them in, or until something happens that they must come before: then they become a `const`.
 */
export class Emitter extends BlockWriter {
  readonly placement: Placement;
  readonly variables: ReadonlyMap<Value, Variable>;
  private readonly declared: Declarations;
  readonly tails: ReadonlySet<Instr>;
  readonly tapes: TapePlan;
  /** How long the arrays at module level are in this call. */
  readonly sizes = new Map<Value, Expr>();
  /** The local name of what hands out rows, and how many places ask it for the same one. */
  readonly rows = { name: "", places: 0 };
  private inlineOnly = false;
  private isFilled: boolean | undefined;
  private naturals: ((value: Value) => boolean) | undefined;
  /** Names of numbers that are `1 | -1` in the source, and `number` here. */
  private readonly widened = new Set<string>();
  /** Names of numbers that are `1 | -1` here, too. */
  readonly narrow = new Set<string>();
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
    super(names, context);
    this.placement = placement;
    this.variables = variables;
    this.declared = declarationsOf(variables.values());
    this.tails = tails;
    this.tapes = tapes;
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
    // `const b = a!` or `const b = a! * 2` in a loop that assigns a from b: TypeScript would look for b's type in a's,
    // and for a's in b's
    const readsMaybe = [...computed.reads].some(
      ({ ty }) => ty.kind === "maybe",
    );
    const isCircular =
      computed.reads.size > 0 &&
      (computed.expr.kind === "nonNull" ||
        (this.loops > 0 && (readsMaybe || isNilTest(computed.expr))));
    const ty = isCircular
      ? value.ty
      : this.declaredType(value.ty, computed.expr, "const");
    if (ty !== undefined) this.context.useTypes(ty);
    const wanted = suggestedName(value, computed.expr);
    const named = this.pushConst(wanted, computed.expr, ty);
    this.named.set(value, plainly(name(named)));
    if (ty?.kind === "num") this.widened.add(named);
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
    const named = this.pushConst(suggestedName(value, expr), expr, value.ty);
    this.widened.add(named);
    return plainly(name(named));
  }

  /** Does TypeScript take a variable that begins with it for one that holds nothing but `1` and `-1`? */
  private isNarrow(init: Expr): boolean {
    const ty = init.origin?.ty;
    switch (init.kind) {
      case "name":
        return this.narrow.has(init.name);
      case "cond":
        return this.isNarrow(init.yes) || this.isNarrow(init.no);
      case "nonNull":
        return this.isNarrow(init.arg);
      case "binary":
        return (
          /^(&&|\|\||\?\?)$/.test(init.op) &&
          (this.isNarrow(init.left) || this.isNarrow(init.right))
        );
      case "member":
      case "index":
      case "call":
        return ty?.kind === "num" && ty.literal === true;
      default:
        return false;
    }
  }

  /** A `const` of its own for something that must not be written out where it is used. */
  nameIt(computed: Computed, wanted: string, valueTy?: Ty): Computed {
    if (isAtom(computed.expr) && computed.reads.size === 0) return computed;
    const ty = valueTy && this.declaredType(valueTy, computed.expr, "const");
    if (ty !== undefined) this.context.useTypes(ty);
    return plainly(name(this.pushConst(wanted, computed.expr, ty)));
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
      init === undefined || variable.isWider || this.isNarrow(init)
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

  variablesDue(region: Region, index: number): Variable[] {
    const here = this.declared.get(region)?.get(index) ?? [];
    return here.filter((variable) => variable.name === undefined);
  }
}

const literalText = (expr: Expr): string | undefined =>
  expr.kind === "literal" ? expr.text : undefined;
