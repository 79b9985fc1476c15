import type { Span } from "../diagnostics/span.js";
import type { OpName } from "./ops.js";
import type { ArrayStore, Ty } from "./types.js";

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

interface Base {
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

// ---- memory ----

/** `new Float64Array(n)`, `new Array(n).fill(v)`: args [n] or [n, v]; without v the cells are 0 (false, for booleans). */
export interface NewArrayInstr extends Base {
  readonly kind: "newArray";
  /**
   * Seen by nothing outside this call: it may be one and the same array in every call. "unsure": the length may be no
   * length at all, which has to be seen at run time. "row": several of them may be alive at once, each in each call the
   * same; "again": it is gone when the code is run again, which may have the same one.
   */
  readonly workspace?: "sized" | "unsure" | "row" | "again";
  /** Of a workspace: a shorter array is made anew, since cells beyond its end are read. */
  readonly notBelow?: number;
  /**
   * A length that is not whole is rounded up, not down: a loop to 4.5 runs five times, and its slopes want five cells,
   * where the array itself has four.
   */
  readonly roundsUp?: true;
  /**
   * From the frontend to `settleHoles`: there may be places where nothing is yet. "mapped": where the array has them that
   * it is made from, place by place.
   */
  readonly hollow?: "made" | "mapped";
}
/** `[a, b, c]`: args the elements; the result's type is an array with store js (or typed: `Float64Array.of`). */
export interface ArrayLitInstr extends Base {
  readonly kind: "arrayLit";
}
/** `{ x, y }`: args in the order of the result type's fields. An absent optional field is a const undefined. */
export interface NewRecordInstr extends Base {
  readonly kind: "newRecord";
}
/** `{ a: x, b: y }`, or an empty `new Map()`: args the values under `names`. The result's type is a table. */
export interface NewTableInstr extends Base {
  readonly kind: "newTable";
  readonly names: readonly string[];
}
/** args [table or record]: the keys that have a value, a fresh array. */
export interface KeysInstr extends Base {
  readonly kind: "keys";
}
/** args [table or record, key]: is there a value under the key? */
export interface HasInstr extends Base {
  readonly kind: "has";
}
/**
 * args [array, index]. `inBounds`: proven to be inside, or in the fifth cell of a typed array made with a length of 4.5: it
 * has only four, so that reading gives undefined and a store does nothing. Elsewhere an index outside gives undefined, as in
 * JavaScript.
 * Of a table: args [table, key]; `inBounds`: there is a value under the key.
 */
export interface LoadInstr extends Base {
  readonly kind: "load";
  readonly inBounds: boolean;
  /**
   * From the frontend to `settleHoles`, where there may be nothing at the place: "skip" asks whether there is, "refuse" is
   * not carried there.
   */
  readonly atHole?: "skip" | "refuse";
}
/**
 * args [array, index, value]; no result. Not `inBounds`, store js: at the length it grows the array, beyond it throws.
 * Not `inBounds`, typed: outside it does nothing.
 * Of a table: args [table, key, value]; not `inBounds`, it may bring in the key. In derivative code the value may be
 * missing: that takes the key out again.
 */
export interface StoreInstr extends Base {
  readonly kind: "store";
  readonly inBounds: boolean;
}
/** args [array, index, value]: array[index] += value. Only in derivative code: outside the array it does nothing. */
export interface AccumInstr extends Base {
  readonly kind: "accum";
  readonly inBounds: boolean;
}
/**
 * A matrix product that is added to cells: c[c0 + i*cn + j*cm] += sum over l < k of a[a0 + i*an + l*ak] * b[b0 + j*bm + l*bk],
 * for i < n and j < m, each sum from its cell's value on, in the order of l. Args [c, c0, cn, cm, a, a0, an, ak, b, b0, bm,
 * bk, n, m, k]; no result. Float64Arrays, of which c is none of the others. All else are integers.
 */
export interface ProductInstr extends Base {
  readonly kind: "product";
}
/** args [array] */
export interface LengthInstr extends Base {
  readonly kind: "length";
}
/** `array.length = n`: args [array, n], only to shorten; in derivative code. */
export interface SetLengthInstr extends Base {
  readonly kind: "setLength";
}
/** args [array, value], or [array, value, index]: there instead of at the end (0 <= index <= length); no result. */
export interface PushInstr extends Base {
  readonly kind: "push";
}
/**
 * args [array], or [array, index]: from there instead of the end (index < length, or 0); result: maybe element.
 * What lies behind the index moves down by one.
 */
export interface PopInstr extends Base {
  readonly kind: "pop";
}
/** args [array, start, end]: a fresh copy; start and end are resolved (0 <= start <= end <= length) integers. */
export interface SliceInstr extends Base {
  readonly kind: "slice";
  /** The copy lives at module level: made anew in each call, and seen by nothing outside it. */
  readonly near?: true;
  /** From the frontend to `settleHoles`: places where nothing is stay so in the copy. */
  readonly keepsHoles?: true;
  /** A Float64Array that the module hands out, as for `newArray`. */
  readonly workspace?: "row";
}
/** args [typed array, start, end]: a view on the same memory, resolved as for slice. */
export interface SubarrayInstr extends Base {
  readonly kind: "subarray";
}
/** args [record] */
export interface GetFieldInstr extends Base {
  readonly kind: "getField";
  readonly field: string;
}
/** args [record, value]; no result. */
export interface SetFieldInstr extends Base {
  readonly kind: "setField";
  readonly field: string;
  /** In derivative code: where the value is undefined, the field goes. */
  readonly mayGo?: true;
}
/** args [record, value]: record.field += value; in derivative code. */
export interface AccumFieldInstr extends Base {
  readonly kind: "accumField";
  readonly field: string;
}

// ---- what transforms add ----

/**
 * Deep structure operations on whole values, driven by types.
 * - `copy` [x] deep copy that keeps the aliases inside x (an argument that f writes into)
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
 * - `distinct` [a, b] throws where the two references share memory (effect, no result); `text` names them
 */
export interface StructInstr extends Base {
  readonly kind: "struct";
  readonly what:
    | "copy"
    | "zeros"
    | "seed"
    | "gradOf"
    | "addSeed"
    | "into"
    | "shadowIn"
    | "deliver"
    | "instances"
    | "distinct";
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
