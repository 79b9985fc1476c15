/** Sizes the classic ten-bar truss: the lightest one whose stresses and displacements stay within their limits. */
import { adam, applyUpdates } from "diffc/runtime";
import { analyse, cost, type Limits, type Truss } from "./truss.js";
import { costValueAndGrad } from "./truss.diff.js";

/** Two bays of 360 inches, held at the left, 100 kip down at the two lower joints on the right. */
const tenBars: Truss = {
  joints: [
    { x: 720, y: 360 },
    { x: 720, y: 0, load: { x: 0, y: -100 } },
    { x: 360, y: 360 },
    { x: 360, y: 0, load: { x: 0, y: -100 } },
    { x: 0, y: 360, support: "pinned" },
    { x: 0, y: 0, support: "pinned" },
  ],
  bars: [
    { name: "top left", from: 4, to: 2 },
    { name: "top right", from: 2, to: 0 },
    { name: "bottom left", from: 5, to: 3 },
    { name: "bottom right", from: 3, to: 1 },
    { name: "post middle", from: 2, to: 3 },
    { name: "post right", from: 0, to: 1 },
    { name: "diagonal left, down", from: 4, to: 3 },
    { name: "diagonal left, up", from: 5, to: 2 },
    { name: "diagonal right, down", from: 2, to: 1 },
    { name: "diagonal right, up", from: 3, to: 0 },
  ],
  modulus: 1e4,
  density: 0.1,
};
const limits: Limits = { stress: 25, displacement: 2 };
const SMALLEST = 0.1;

let logAreas = tenBars.bars.map(() => Math.log(15));
report("start");
for (const penalty of [1e4, 1e5, 1e6, 1e7]) {
  const optimiser = adam((step) => 0.03 / (1 + step / 250));
  let state = optimiser.init(logAreas);
  for (let step = 0; step < 1500; step++) {
    const { grad } = costValueAndGrad(logAreas, tenBars, limits, penalty);
    const { updates, state: next } = optimiser.update(grad.logAreas, state);
    state = next;
    logAreas = applyUpdates(logAreas, updates).map((a) =>
      Math.max(a, Math.log(SMALLEST)),
    );
  }
  report(`penalty ${penalty.toExponential(0)}`);
}

const { stresses } = analyse(tenBars, logAreas.map(Math.exp));
console.log("\nbar                   area (in2)  stress (ksi)");
tenBars.bars.forEach(({ name }, b) =>
  console.log(
    `${name.padEnd(22)}${Math.exp(logAreas[b]).toFixed(2).padStart(10)}${stresses[b].toFixed(1).padStart(14)}`,
  ),
);
console.log("\nThe best known design of this truss weighs 5060.9 lb.");

function report(when: string): void {
  const areas = logAreas.map(Math.exp);
  const { weight, stresses, displacements } = analyse(tenBars, areas);
  const stress = Math.max(...stresses.map(Math.abs));
  const sag = Math.max(...displacements.map(({ y }) => Math.abs(y)));
  const total = cost(logAreas, tenBars, limits, 1e6);
  console.log(
    `${when.padEnd(15)} weight ${weight.toFixed(1).padStart(7)} lb   largest stress ${stress.toFixed(1).padStart(5)} ksi   sag ${sag.toFixed(3)} in   cost ${total.toFixed(1)}`,
  );
}
