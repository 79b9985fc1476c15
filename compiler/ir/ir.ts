import type { Span } from "../diagnostics/span.js";
import type { OpName } from "./ops.js";
import type { ArrayStore, Ty } from "./types.js";
import type {
  NewArrayInstr,
  ArrayLitInstr,
  NewRecordInstr,
  NewTableInstr,
  KeysInstr,
  HasInstr,
  LoadInstr,
  StoreInstr,
  AccumInstr,
  ProductInstr,
  LengthInstr,
  SetLengthInstr,
  PushInstr,
  PopInstr,
  SliceInstr,
  SubarrayInstr,
  GetFieldInstr,
  SetFieldInstr,
  AccumFieldInstr,
} from "./memoryInstrs.js";

/**
 * Structured SSA. A value is defined once, by an instruction or as a region's parameter, and is visible in the rest of
 * that region and in the regions nested there. Control flow is `if`, `for` and `while`, which own regions: what a region
 * takes in and gives out are its parameters and yields. There are no phis and no jumps.
 *
 * All of it is plain readonly data: a pass builds a new Func, it never changes one.
 */
export type ValueId = number & { readonly brand: "ValueId" };

export interface Value {
  readonly id: ValueId;
  readonly ty: Ty;
  /** The user's name for it, where there is one; names in the output come from here. */
  readonly hint?: string;
}

export interface Region {
  readonly params: readonly Value[];
  readonly body: readonly Instr[];
  /**
   * What the owner receives when the region ends. A region whose last instruction is a `throw` never ends;
   * its yields are then `poison` constants.
   */
  readonly yields: readonly Value[];
}

export interface Func {
  /** Unique in the module. */
  readonly name: string;
  readonly params: readonly Param[];
  /** `body.params` are the parameters' values, in order; `body.yields` the results: one, or none for a void function. */
  readonly body: Region;
  readonly results: readonly Ty[];
  /** Where the result holds instances: of an annotated function. */
  readonly classes?: ClassShape;
  readonly span: Span;
}

/** Which objects of a result are instances, and of which classes. */
export interface ClassShape {
  /** The class of the object itself; "constructor" is the field that holds it, where it is one of several. */
  readonly of?: Binding | "constructor";
  /** Fields with instances in them; "[key]" stands for every key of a table. */
  readonly parts: readonly (readonly [string, ClassShape])[];
  /** It is an array, of these. */
  readonly each?: ClassShape;
}

export interface Param {
  readonly name: string;
  readonly value: Value;
  /** May be left out by the caller (`x?: T` or `x = default`); the value's type is then a `maybe`. */
  readonly optional: boolean;
  /** Takes all further arguments (`...xs: T`), in a function where nothing follows it. */
  readonly rest?: true;
  /**
   * For a parameter with a default: the value that stands for it in the body, passed or defaulted.
   * The slope that is reported for the parameter is the slope of this value.
   */
  readonly effective?: Value;
  /**
   * The declared type does not show what the value's type has (fields of one of several kinds, fields that are private):
   * the function works on the value as its own type. "unknown" where TypeScript sees no way from one to the other.
   */
  readonly seenAs?: "own" | "unknown";
  /** TypeScript text of the declared type, for signatures. Absent for parameters that a transform made. */
  readonly tsType?: TypeText;
  readonly span: Span;
}

/** A piece of TypeScript source with the bindings that it needs in scope. */
export interface TypeText {
  readonly text: string;
  readonly needs: readonly Binding[];
}

/**
 * Something at module level that the code refers to: imported from the source module where it is exported,
 * else written out again (`text` is its whole declaration).
 */
export interface Binding {
  readonly name: string;
  readonly typeOnly: boolean;
  readonly from:
    | {
        readonly kind: "import";
        readonly file: string;
        readonly exported: string;
        /** What the import says after `with`: `{ type: "json" }`. */
        readonly attributes?: string;
      } // `file`: absolute path or key of the module
    | {
        readonly kind: "package";
        readonly specifier: string;
        readonly exported: string;
      }
    | {
        readonly kind: "copy";
        readonly text: string;
        readonly needs: readonly Binding[];
      };
}

export interface Base {
  readonly args: readonly Value[];
  readonly results: readonly Value[];
  readonly regions: readonly Region[];
  readonly span: Span;
}

/** The constant that a value has which is never looked at (after a throw, in the arm that does not define it). */
export interface Poison {
  readonly poison: true;
}

export interface ConstInstr extends Base {
  readonly kind: "const";
  readonly value: number | boolean | string | null | undefined | Poison;
}
/** A scalar primitive; one result. */
export interface OpInstr extends Base {
  readonly kind: "op";
  readonly op: OpName;
  /**
   * The source computes it in a branch or in a loop only, which may not run: a cotangent of 0 says that it did not, and
   * nothing comes of it, even where a factor is not finite.
   */
  readonly speculative?: true;
}
/** A module-level binding of the source as a value: a constant or a table. Never written. One result. */
export interface GlobalInstr extends Base {
  readonly kind: "global";
  readonly binding: Binding;
  /** The member of it that is meant: of an enum. */
  readonly member?: string;
  /** Known for a constant that is a literal. */
  readonly value?: number | boolean | string;
}
/**
 * Passive source that is carried: `parts` interleaved with `args` is its text, each argument printed as an expression
 * in parentheses where needed. Argument k stands between parts[k] and parts[k + 1].
 * With `effect: "none"` it is pure and has one result; "effect" runs once, in order, in the forward sweep (a log),
 * with one result or none; "throw" never returns. `mayThrow` says that a pure one may throw (never hoisted, never dropped).
 */
export interface OpaqueInstr extends Base {
  readonly kind: "opaque";
  readonly parts: readonly string[];
  readonly needs: readonly Binding[];
  readonly effect: "none" | "effect" | "throw";
}

// ---- what transforms add ----

/**
 * Deep structure operations on whole values, driven by types.
 * - `copy` [x] deep copy that keeps the aliases inside x (an argument that f writes into)
 * - `apart` [x] a deep copy for the caller: what x reaches by two paths is copied twice
 * - `zeros` [x] a shadow of x: same shape (shadow type), all zeros, aliases kept
 * - `seed` [t, x] a shadow of x filled from the user's tangent or cotangent t (gradient type, maybe missing: zeros)
 * - `gradOf` [s, x] what the user gets: a fresh value of gradient type from the shadow s of x, aliases undone
 * - `addSeed` [s, t] adds the user's cotangent t into the shadow s, part by part
 * - `into` [o, x] the caller's flat array o, as long as x, cleared: the shadow of x is kept in it;
 *   [o, x, from] cleared from an index on, the cells before it hold anything
 * - `shadowIn` [o, x] the shadow of x, kept in the caller's value o where that is built like x and reaches no object twice,
 *   else a fresh one. Arrays of numbers are cleared, other numbers (fields, entries of tuples) may hold anything
 * - `deliver` [s, x, o, r] puts what the user gets from the shadow s of x, as `gradOf` has it, into the field `text` of the
 *   caller's record r, unless it is there: s is the value o of that field (effect, no result)
 * - `instances` [x] the result x of the function, with instances where `classes` says so
 * - `rowLength` [x] the length that all arrays in x have; NaN where they differ, or there are none
 * - `distinct` [a, b] throws where the two references share memory (effect, no result); `text` names them
 */
export interface StructInstr extends Base {
  readonly kind: "struct";
  readonly what:
    | "copy"
    | "apart"
    | "zeros"
    | "seed"
    | "gradOf"
    | "addSeed"
    | "into"
    | "shadowIn"
    | "deliver"
    | "instances"
    | "distinct"
    | "rowLength";
  readonly text?: string;
  readonly classes?: ClassShape;
}
/** A fresh tape; one result. */
export interface NewTapeInstr extends Base {
  readonly kind: "newTape";
  /** Never holds more numbers than this, and may be the same memory in every call. */
  readonly room?: number;
}
/** args [tape, ...values] pushes the values, the first one first. */
export interface TapePushInstr extends Base {
  readonly kind: "tapePush";
  /** What is pushed here is popped where the same number stands, place by place; left out: nobody knows where. */
  readonly frame?: number;
}
/** args [tape]: pops as many as there are results; results are in the order in which they were pushed. */
export interface TapePopInstr extends Base {
  readonly kind: "tapePop";
  readonly frame?: number;
}

// ---- control ----

/** args [condition]; regions [then, else], without parameters. */
export interface IfInstr extends Base {
  readonly kind: "if";
}
/**
 * args [lo, hi, ...inits]; regions [body], its parameters [induction variable, ...carried].
 * Runs for i = lo; i `test` hi; i += step. lo is an integer; hi is any number, fixed during the loop.
 * Yields [...carried], or [stop, ...carried] where `breaks`: stop true ends the loop after this iteration.
 * results [...carried].
 */
export interface ForInstr extends Base {
  readonly kind: "for";
  readonly test: "<" | "<=" | ">" | ">=";
  /** A non-zero integer whose sign fits the test. */
  readonly step: number;
  readonly breaks: boolean;
}
/**
 * args [...inits]; regions [body], parameters [...carried]; yields [again, ...carried]: the body runs at least once,
 * and again while `again` is true. results [...carried].
 * `while (c) s` is a body `{ c; if (c) { s; yields true, ... } else { yields false, ... } }`.
 */
export interface WhileInstr extends Base {
  readonly kind: "while";
}
/** A call to another Func of the module, by name. results as the callee's. */
export interface CallInstr extends Base {
  readonly kind: "call";
  readonly callee: string;
}

export type Instr =
  | ConstInstr
  | OpInstr
  | GlobalInstr
  | OpaqueInstr
  | NewArrayInstr
  | ArrayLitInstr
  | NewTableInstr
  | KeysInstr
  | HasInstr
  | NewRecordInstr
  | LoadInstr
  | StoreInstr
  | AccumInstr
  | ProductInstr
  | LengthInstr
  | SetLengthInstr
  | PushInstr
  | PopInstr
  | SliceInstr
  | SubarrayInstr
  | GetFieldInstr
  | SetFieldInstr
  | AccumFieldInstr
  | StructInstr
  | NewTapeInstr
  | TapePushInstr
  | TapePopInstr
  | IfInstr
  | ForInstr
  | WhileInstr
  | CallInstr;

export type Kind = Instr["kind"];

export const isPoison = (value: unknown): value is Poison =>
  typeof value === "object" && value !== null && "poison" in value;
export type { ArrayStore };
