import { type Contest, type Module, numbers, twice } from "./contest.js";
import { kalman } from "./problems/kalman.js";

const N = 500;
const DT = 0.1;

interface Slopes {
  q: number;
  r: number;
}

const TAPE = new Float64Array(5 * N);

/** The predicted state and covariance of each step are kept. */
function kalmanByHand(
  q: number,
  r: number,
  dt: number,
  zs: Float64Array,
  out: Slopes,
): number {
  const tape = TAPE;
  const n = zs.length;
  const q3 = (q * dt * dt * dt) / 3;
  const q2 = (q * dt * dt) / 2;
  const q1 = q * dt;
  let x = 0,
    v = 0,
    p00 = 1,
    p01 = 0,
    p11 = 1,
    nll = 0;
  for (let k = 0; k < n; k++) {
    x += dt * v;
    p00 += dt * (2 * p01 + dt * p11) + q3;
    p01 += dt * p11 + q2;
    p11 += q1;
    const at = 3 * k;
    const s = p00 + r;
    const k0 = p00 / s;
    const k1 = p01 / s;
    const y = zs[k] - x;
    tape[at] = p00;
    tape[at + 1] = p01;
    tape[at + 2] = y;
    x += k0 * y;
    v += k1 * y;
    nll += 0.5 * (Math.log(s) + (y * y) / s);
    p11 -= k1 * p01;
    p01 -= k0 * p01;
    p00 -= k0 * p00;
  }
  let bx = 0,
    bv = 0,
    b00 = 0,
    b01 = 0,
    b11 = 0,
    bq = 0,
    br = 0;
  const c3 = (dt * dt * dt) / 3;
  const c2 = (dt * dt) / 2;
  for (let k = n - 1; k >= 0; k--) {
    const at = 3 * k;
    const a = tape[at];
    const b = tape[at + 1];
    const y = tape[at + 2];
    const i = 1 / (a + r);
    const k0 = a * i;
    const k1 = b * i;
    // p00' = a - k0 a, p01' = b - k0 b, p11' = p11 - k1 b
    const bk0 = bx * y - b00 * a - b01 * b;
    const bk1 = bv * y - b11 * b;
    const by = bx * k0 + bv * k1 + y * i;
    const bs = 0.5 * i * (1 - y * y * i) - (bk0 * k0 + bk1 * k1) * i;
    br += bs;
    b00 += bs + bk0 * i - b00 * k0;
    b01 += bk1 * i - b01 * k0 - b11 * k1;
    bx -= by;
    // the prediction
    bq += b00 * c3 + b01 * c2 + b11 * dt;
    b11 += dt * b01 + dt * dt * b00;
    b01 += 2 * dt * b00;
    bv += dt * bx;
  }
  out.q = bq;
  out.r = br;
  return nll;
}

type Into = (
  q: number,
  r: number,
  dt: number,
  zs: Float64Array,
  out: Slopes,
) => number;

export function contest(module: Module): Contest {
  const into = module["kalmanValueAndGradInto"] as Into;
  const sets = twice(() => numbers(16)(N, -1, 1));
  const outs = () => twice(() => ({ q: 0.5, r: 0.5 }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => kalman(0.7, 0.4, DT, sets[t]),
    hand: (t) => kalmanByHand(0.7, 0.4, DT, sets[t], byHand[t]),
    generated: (t) => into(0.7, 0.4, DT, sets[t], made[t]),
    slopes: () => ({
      hand: [byHand[0].q, byHand[0].r],
      generated: [made[0].q, made[0].r],
    }),
  };
}
