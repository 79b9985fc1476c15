import type { Gen, Scope, Var } from "./scope.js";
import { num, type Shape } from "./shapes.js";

/** A path of indices and fields from a variable: `m[i][2]`, `p.v[0]`. */
export interface Place {
  readonly text: string;
  readonly shape: Shape;
  readonly root: Var;
  /** The path is the variable itself. */
  readonly whole: boolean;
}

export type ShapeTest = (shape: Shape) => boolean;

/** A random place of a wanted shape, or nothing where no variable leads to one. */
export function findPlace(
  gen: Gen,
  scope: Scope,
  wanted: ShapeTest,
  roots: (v: Var) => boolean = () => true,
): Place | undefined {
  const starts = scope.vars.filter(
    (one) => roots(one) && reaches(one.shape, wanted),
  );
  if (starts.length === 0) return undefined;
  const root = gen.random.weighted(
    starts.map((one) => [one.frozen ? 0.3 : 1, one] as const),
  );
  let { name: text, shape } = root;
  let whole = true;
  while (!wanted(shape) || (leadsOn(shape, wanted) && gen.random.chance(0.5))) {
    const next = gen.random.pick(
      steps(shape).filter((step) => reaches(step.shape, wanted)),
    );
    text += next.text(gen, scope);
    shape = next.shape;
    whole = false;
  }
  return { text, shape, root, whole };
}

/** A place for a write: not in frozen memory, and no constant. */
export function findTarget(
  gen: Gen,
  scope: Scope,
  wanted: ShapeTest,
): Place | undefined {
  const place = findPlace(
    gen,
    scope,
    wanted,
    (root) => !root.frozen && (root.mutable || !wanted(root.shape)),
  );
  return place;
}

interface Step {
  readonly shape: Shape;
  text(gen: Gen, scope: Scope): string;
}

function steps(shape: Shape): Step[] {
  const index = (len: number, of: Shape): Step[] => [
    { shape: of, text: (gen, scope) => `[${indexBelow(gen, scope, len)}]` },
  ];
  switch (shape.k) {
    case "arr":
      return index(shape.len, num);
    case "pair":
      return [0, 1].map((i) => ({ shape: num, text: () => `[${i}]` }));
    case "mat":
      return index(shape.rows, {
        k: "arr",
        store: shape.store,
        len: shape.cols,
      });
    case "recs":
      return index(shape.len, { k: "rec", decl: shape.decl });
    case "rec":
      return shape.decl.fields.map((field) => ({
        shape: field.shape,
        text: () => `.${field.name}`,
      }));
    default:
      return [];
  }
}

function reaches(shape: Shape, wanted: ShapeTest): boolean {
  return wanted(shape) || leadsOn(shape, wanted);
}

const leadsOn = (shape: Shape, wanted: ShapeTest): boolean =>
  steps(shape).some((step) => reaches(step.shape, wanted));

/** An integer expression that is at least 0 and below `len`. */
export function indexBelow(gen: Gen, scope: Scope, len: number): string {
  const { random } = gen;
  const ints = scope.vars.filter((one) => one.shape.k === "int");
  if (ints.length === 0 || random.chance(0.3))
    return String(random.int(0, len - 1));
  const chosen = random.pick(ints);
  const { lo, hi } = chosen.shape as { lo: number; hi: number };
  if (lo >= 0 && hi < len) {
    const forms = [chosen.name, chosen.name, chosen.name];
    if (hi === len - 1 && len > 1)
      forms.push(
        `${len - 1} - ${chosen.name}`,
        `(${chosen.name} + 1) % ${len}`,
      );
    if (hi + 1 < len) forms.push(`${chosen.name} + 1`);
    if (lo >= 1) forms.push(`${chosen.name} - 1`);
    // a parameter may be active: no integer operation then
    if (gen.slice >= 4 && !chosen.frozen)
      forms.push(`${chosen.name} >> 1`, `(${chosen.name} | 0)`);
    return random.pick(forms);
  }
  if (lo >= 0 && !chosen.frozen && gen.slice >= 4 && random.chance(0.2))
    return len >= 4 ? `${chosen.name} & 3` : `${chosen.name} & 1`;
  if (lo >= 0) return `${chosen.name} % ${len}`;
  return `(${chosen.name} - ${lo}) % ${len}`.replace("- -", "+ ");
}
