/** Measures a bath duck from a scan: points on its surface give its twenty sizes. */
import { adam, applyUpdates, seededRandom } from "diffc/runtime";
import { duckShape, type Duck } from "./duck.js";
import { scanErrorValueAndGrad } from "./duck.diff.js";
import { Vec3 } from "./vec3.js";

const real: Duck = {
  body: { half: { x: 2.6, y: 3.4, z: 1.8 }, rounding: 1.5 },
  head: { centre: { x: 0, y: 2.1, z: 3.1 }, radius: 1.6 },
  beak: { length: 2.3, radius: 0.45 },
  wing: {
    root: { x: 2.4, y: 0.6, z: 0.5 },
    tip: { x: 3.1, y: -2.2, z: 1.2 },
    radius: 0.6,
  },
  eye: { centre: { x: 0.9, y: 1.2, z: 0.8 }, radius: 0.4 },
  blend: 0.8,
};
const scan = scanOf(real, 600);

let duck: Duck = {
  body: { half: { x: 2, y: 2.6, z: 1.5 }, rounding: 1 },
  head: { centre: { x: 0, y: 1.5, z: 2.6 }, radius: 1.2 },
  beak: { length: 1.8, radius: 0.6 },
  wing: {
    root: { x: 2, y: 0, z: 0 },
    tip: { x: 2.6, y: -1.8, z: 0.8 },
    radius: 0.5,
  },
  eye: { centre: { x: 0.7, y: 1, z: 0.6 }, radius: 0.5 },
  blend: 0.5,
};
const optimiser = adam((step) => 0.03 / (1 + step / 150));
let state = optimiser.init(duck);
for (let step = 0; step <= 1000; step++) {
  const { value, grad } = scanErrorValueAndGrad(duck, scan);
  if (step % 200 === 0)
    console.log(
      `step ${String(step).padStart(4)}   ${(10 * Math.sqrt(value)).toFixed(3)} mm between scan and surface (rms)`,
    );
  const move = optimiser.update(grad.duck, state);
  state = move.state;
  duck = applyUpdates(duck, move.updates);
}

console.log("\n                found   real (cm)");
show("body length", 2 * duck.body.half.y, 2 * real.body.half.y);
show("body width", 2 * duck.body.half.x, 2 * real.body.half.x);
show("head", duck.head.radius, real.head.radius);
show("head height", duck.head.centre.z, real.head.centre.z);
show("beak", duck.beak.length, real.beak.length);
show("wing", duck.wing.radius, real.wing.radius);
show("eye", duck.eye.radius, real.eye.radius);
show("blend", duck.blend, real.blend);

console.log("\nfrom the side, x = 0:");
console.log(section(duckShape(duck)));

function show(what: string, found: number, is: number): void {
  console.log(
    `${what.padEnd(12)}${found.toFixed(3).padStart(9)}${is.toFixed(3).padStart(9)}`,
  );
}

/** Points on the surface: walked to from points around it, with the noise of a scanner of a tenth of a millimetre. */
function scanOf(
  of: Duck,
  count: number,
): { x: number; y: number; z: number }[] {
  const random = seededRandom(7);
  const shape = duckShape(of);
  const found: Vec3[] = [];
  while (found.length < count) {
    let p = new Vec3(
      random.uniform(-4, 4),
      random.uniform(-4, 6),
      random.uniform(-2.5, 5.5),
    );
    for (let i = 0; i < 30; i++) {
      const d = shape.distance(p);
      p = p.sub(normal(shape, p).scale(d));
    }
    if (Math.abs(shape.distance(p)) < 1e-3)
      found.push(p.map((c) => c + random.normal(0, 0.01)));
  }
  return found.map(({ x, y, z }) => ({ x, y, z }));
}

/** Where the distance grows fastest, from differences. */
function normal(shape: ReturnType<typeof duckShape>, p: Vec3): Vec3 {
  const h = 1e-5;
  const along = (axis: Vec3): number =>
    shape.distance(p.add(axis.scale(h))) - shape.distance(p.sub(axis.scale(h)));
  const n = new Vec3(
    along(new Vec3(1, 0, 0)),
    along(new Vec3(0, 1, 0)),
    along(new Vec3(0, 0, 1)),
  );
  return n.scale(1 / n.length);
}

function section(shape: ReturnType<typeof duckShape>): string {
  const rows = Array.from({ length: 17 }, (_, r) => 5.25 - 0.5 * r);
  return rows
    .map((z) =>
      Array.from({ length: 44 }, (_, c) =>
        shape.distance(new Vec3(0, -4.5 + 0.25 * c, z)) < 0 ? "#" : " ",
      )
        .join("")
        .trimEnd(),
    )
    .filter((row) => row !== "")
    .map((row) => `  ${row}`)
    .join("\n");
}
