import { type Contest, type Module, numbers, twice } from "./contest.js";
import { type Body, nbody } from "./problems/nbody.js";

const N = 40;

/** Both bodies of a pair get the force; what is returned is new, as the generated one is. */
function nbodyByHand(bodies: Body[]): {
  value: number;
  grad: { bodies: Body[] };
} {
  const n = bodies.length;
  const g: Body[] = [];
  for (let i = 0; i < n; i++) g.push({ x: 0, y: 0, z: 0, mass: 0 });
  let energy = 0;
  for (let i = 0; i < n; i++) {
    const a = bodies[i];
    const ga = g[i];
    let gx = ga.x;
    let gy = ga.y;
    let gz = ga.z;
    let gm = ga.mass;
    for (let j = i + 1; j < n; j++) {
      const b = bodies[j];
      const gb = g[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const r = Math.sqrt(dx * dx + dy * dy + dz * dz + 0.01);
      const mm = a.mass * b.mass;
      energy -= mm / r;
      const f = mm / (r * r * r);
      gx += f * dx;
      gy += f * dy;
      gz += f * dz;
      gm -= b.mass / r;
      gb.x -= f * dx;
      gb.y -= f * dy;
      gb.z -= f * dz;
      gb.mass -= a.mass / r;
    }
    ga.x = gx;
    ga.y = gy;
    ga.z = gz;
    ga.mass = gm;
  }
  return { value: energy, grad: { bodies: g } };
}

type ValueAndGrad = (bodies: Body[]) => {
  value: number;
  grad: { bodies: Body[] };
};

export function contest(module: Module): Contest {
  const valueAndGrad = module["nbodyValueAndGrad"] as ValueAndGrad;
  const sets = twice(() => {
    const random = numbers(20);
    return Array.from({ length: N }, (): Body => {
      const [x = 0, y = 0, z = 0] = random(3, -1, 1);
      const [mass = 0] = random(1, 0.5, 2);
      return { x, y, z, mass };
    });
  });
  const flat = (bodies: Body[]) =>
    bodies.flatMap(({ x, y, z, mass }) => [x, y, z, mass]);
  return {
    primal: (t) => nbody(sets[t]),
    hand: (t) => nbodyByHand(sets[t]).value,
    generated: (t) => valueAndGrad(sets[t]).value,
    slopes: () => ({
      hand: flat(nbodyByHand(sets[0]).grad.bodies),
      generated: flat(valueAndGrad(sets[0]).grad.bodies),
    }),
  };
}
