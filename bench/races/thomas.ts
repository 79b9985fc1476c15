import { type Contest, type Module, numbers, twice } from "./contest.js";
import { thomas } from "./problems/thomas.js";

const N = 500;

interface Slopes {
  a: Float64Array;
  b: Float64Array;
  c: Float64Array;
  d: Float64Array;
}

const CP = new Float64Array(N);
const X = new Float64Array(N);
const M = new Float64Array(N);
const BY = new Float64Array(N);

/** The transposed system: forward along the substitution, then backward along the elimination. */
function thomasByHand(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  out: Slopes,
): number {
  const n = b.length;
  const cp = CP;
  const x = X;
  const m = M;
  const by = BY;
  m[0] = b[0];
  cp[0] = c[0] / b[0];
  x[0] = d[0] / b[0];
  for (let i = 1; i < n; i++) {
    const mi = b[i] - a[i] * cp[i - 1];
    m[i] = mi;
    cp[i] = c[i] / mi;
    x[i] = (d[i] - a[i] * x[i - 1]) / mi;
  }
  for (let i = n - 2; i >= 0; i--) x[i] -= cp[i] * x[i + 1];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += 0.5 * x[i] * x[i];
  // A' y = x: the same elimination with the roles of a and c exchanged, from the front
  by[0] = x[0];
  for (let i = 1; i < n; i++) by[i] = x[i] - cp[i - 1] * by[i - 1];
  by[n - 1] /= m[n - 1];
  for (let i = n - 2; i >= 0; i--)
    by[i] = (by[i] - a[i + 1] * by[i + 1]) / m[i];
  for (let i = 0; i < n; i++) {
    const y = by[i];
    out.d[i] = y;
    out.b[i] = -y * x[i];
    out.a[i] = i > 0 ? -y * x[i - 1] : 0;
    out.c[i] = i < n - 1 ? -y * x[i + 1] : 0;
  }
  return sum;
}

type Into = (
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  out: Slopes,
) => number;

export function contest(module: Module): Contest {
  const into = module["thomasValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(12);
    return {
      a: random(N, -1, 1),
      b: random(N, 3, 4),
      c: random(N, -1, 1),
      d: random(N, -1, 1),
    };
  });
  const empty = () => new Float64Array(N);
  const outs = () =>
    twice(() => ({ a: empty(), b: empty(), c: empty(), d: empty() }));
  const [byHand, made] = [outs(), outs()];
  const flat = (s: Slopes) => [...s.a, ...s.b, ...s.c, ...s.d];
  return {
    primal: (t) => thomas(sets[t].a, sets[t].b, sets[t].c, sets[t].d),
    hand: (t) =>
      thomasByHand(sets[t].a, sets[t].b, sets[t].c, sets[t].d, byHand[t]),
    generated: (t) => into(sets[t].a, sets[t].b, sets[t].c, sets[t].d, made[t]),
    slopes: () => ({ hand: flat(byHand[0]), generated: flat(made[0]) }),
  };
}
