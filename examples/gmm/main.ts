/** Reads a mixture problem, prints its objective and the gradient's norms, checks the gradient, and times it. */
import { formatGradientCheck, globalNorm, gradientCheck } from "diffc/runtime";
import { readMixture } from "./data.js";
import { logPosterior } from "./gmm.js";
import { logPosteriorGrad, logPosteriorValueAndGrad } from "./gmm.diff.js";

const path = process.argv[2] ?? "examples/data/gmm_d10_K10.txt.gz";
const { alpha, mu, q, l, x, gamma, m } = readMixture(path);
const count =
  alpha.length + mu.flat().length + q.flat().length + l.flat().length;
console.log(
  `${path}\n${x.length} points in ${mu[0].length} dimensions, ${alpha.length} components, ${count} parameters\n`,
);

const { value, grad } = logPosteriorValueAndGrad(alpha, mu, q, l, x, gamma, m);
const same = value === logPosterior(alpha, mu, q, l, x, gamma, m);
console.log(
  `log posterior  ${value}${same ? "  (the same bits as the original function)" : ""}`,
);
for (const [name, part] of Object.entries(grad))
  console.log(`|d/d${name}|`.padEnd(15) + globalNorm(part).toPrecision(10));

console.log("\ngradient check against central differences:");
const report = gradientCheck(
  (p) => logPosterior(p.alpha, p.mu, p.q, p.l, x, gamma, m),
  { alpha, mu, q, l },
  logPosteriorGrad(alpha, mu, q, l, x, gamma, m),
  { maxComponents: 24 },
);
console.log(formatGradientCheck(report, 12));
if (!report.ok) throw new Error("the gradient is wrong");

console.log("\nCPU time, medians of alternating runs:");
const [primal, gradient] = medians([
  () => logPosterior(alpha, mu, q, l, x, gamma, m),
  () => logPosteriorValueAndGrad(alpha, mu, q, l, x, gamma, m).value,
]);
console.log(`objective             ${primal.toFixed(2)} ms`);
console.log(
  `objective + gradient  ${gradient.toFixed(2)} ms, ${(gradient / primal).toFixed(2)} times the objective`,
);
console.log(
  `(differences would need ${2 * count} objectives: ${((2 * count * primal) / 1000).toFixed(1)} s)`,
);

/** Milliseconds of CPU for each function, taken in turns so that a busy machine slows all of them. */
function medians(functions: readonly (() => number)[]): number[] {
  const times = functions.map((): number[] => []);
  const warmUp = performance.now() + 1500;
  for (let round = 0; performance.now() < warmUp || round < 60; round++)
    functions.forEach((run, i) => {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      times[i].push((user + system) / 1000);
    });
  return times.map((all) => {
    const late = all.slice(all.length >> 1).sort((a, b) => a - b);
    return late[late.length >> 1];
  });
}
