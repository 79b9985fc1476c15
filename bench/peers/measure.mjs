/**
 * One candidate on one problem in one process: `node measure.mjs CANDIDATE PROBLEM FOLDER`, where FOLDER is what
 * scripts/benchPeers.mjs made of bench and of the generated modules. Checked against the hand-written gradient, timed in
 * turns with the plain function (CPU time), one line of JSON.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , candidate, problem, folder] = process.argv;
const load = (path) => import(pathToFileURL(join(folder, path)).href);
const data = await load("bench/data.js");
const hand = await load("bench/hand.js");
const f = (await load(`bench/problems/${problem}.js`))[problem];

const gm = data.gmmData();
const ml = data.mlpData();
const at = {
  rosen: data.rosenX,
  gmm: () => gm.th,
  mlp: () => ml.p,
  lv: data.odeP,
  bs: data.bsP,
};
const p = at[problem]();
const rest = { gmm: [gm.X], mlp: [ml.X, ml.y] }[problem] ?? [];
const gradients = {
  rosen: hand.rosenG,
  gmm: hand.gmmG,
  mlp: hand.mlpG,
  lv: hand.lvG,
  bs: hand.bsG,
};
const reference = new Float64Array(p.length);
gradients[problem](p, ...rest, reference);
const primal = [() => f(p), () => f(p, rest[0]), () => f(p, rest[0], rest[1])][
  rest.length
];

const { make } = await import(`./${candidate.split("-")[0]}.mjs`);
const generated = join(folder, `build/bench/generated/${problem}.diff.js`);
const sizes = { G: data.G, M: data.M, ODE: data.ODE };
const made = await make(candidate, problem, {
  p,
  gm,
  ml,
  sizes,
  primal,
  reference,
  generated,
});
if (!made) {
  console.log(JSON.stringify({ skipped: true }));
  process.exit(0);
}
const { vg, scale = 1, f32 = false } = made;

const g = new Float64Array(p.length);
const first = vg(g);
const isAsync = first instanceof Promise;
await first;
const error = g.reduce(
  (worst, x, i) =>
    Math.max(
      worst,
      Math.abs(x - reference[i]) / (1e-2 + Math.abs(reference[i])),
    ),
  0,
);

const now = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
let sink = 0;
async function timeAsync(calls) {
  const start = now();
  for (let i = 0; i < calls; i++) sink += await vg(g);
  return (now() - start) / calls;
}
function timeOf(run) {
  return (calls) => {
    const start = now();
    for (let i = 0; i < calls; i++) sink += run();
    return (now() - start) / calls;
  };
}
const candidateTime = isAsync ? timeAsync : timeOf(() => vg(g));
const primalTime = timeOf(primal);

/** Until the function is hot; returns how many calls fill a slice. */
async function warmUp(time) {
  const start = now();
  let calls = 1;
  let each = 1;
  while (now() - start < 400_000) {
    each = Math.max(await time(calls), 1e-3);
    if (each * calls < 6_000) calls *= 4;
  }
  return Math.max(1, Math.round(25_000 / each));
}

const median = (xs) => xs.sort((a, b) => a - b)[xs.length >> 1];
const counts = [await warmUp(candidateTime), await warmUp(primalTime)];
const times = [[], []];
const start = now();
for (let round = 0; round < 9 && now() - start < 6e6; round++) {
  times[0].push(await candidateTime(counts[0]));
  times[1].push(primalTime(counts[1]));
}
const micros = median(times[0]) * scale;
console.log(
  JSON.stringify({
    micros,
    primal: median(times[1]),
    error,
    f32,
    ok: Number.isFinite(sink),
  }),
);
process.exit(0);
