/** Designs a servo drive of three stages, 1 : 60, that feels as light as it can at the motor. */
import { adam, applyUpdates } from "diffc/runtime";
import { evaluate, type Drive, type StageDesign } from "./gearTrain.js";
import { driveCostValueAndGrad } from "./gearTrain.diff.js";

const drive: Drive = {
  motorTorque: 400,
  motorInertia: 30,
  loadInertia: 60_000,
  totalRatio: 60,
  allowedStress: 180,
  module: 0.8,
};
/** Not less than this can be made. */
const smallest = { diameter: 12, ratio: 2.4, width: 4 };

let designs: StageDesign[] = [
  { type: "planetary", diameter: 20, ratio: 4, width: 12 },
  { type: "spur", diameter: 20, ratio: 4, width: 12 },
  { type: "spur", diameter: 20, ratio: 4, width: 12 },
];
show("start", designs);
// lengths are tens, ratios are ones: each is moved by its share
const optimiser = adam((step) => 0.02 / (1 + step / 1000));
let state = optimiser.init(designs.map(logarithms));
for (let step = 0; step < 6000; step++) {
  const { grad } = driveCostValueAndGrad(designs, drive);
  const slopes = grad.designs.map((g, i) => ({
    diameter: g.diameter * designs[i].diameter,
    ratio: g.ratio * designs[i].ratio,
    width: g.width * designs[i].width,
  }));
  const move = optimiser.update(slopes, state);
  state = move.state;
  const moved = applyUpdates(designs.map(logarithms), move.updates);
  designs = moved.map(({ diameter, ratio, width }, i) => ({
    type: designs[i].type,
    diameter: Math.max(Math.exp(diameter), smallest.diameter),
    ratio: Math.max(Math.exp(ratio), smallest.ratio),
    width: Math.max(Math.exp(width), smallest.width),
  }));
}
show("designed", designs);

function logarithms({ diameter, ratio, width }: StageDesign) {
  return {
    diameter: Math.log(diameter),
    ratio: Math.log(ratio),
    width: Math.log(width),
  };
}

function show(title: string, stages: readonly StageDesign[]): void {
  const { ratio, inertia, mass, stresses, outputTorque } = evaluate(
    stages,
    drive,
  );
  const acceleration = drive.motorTorque / (inertia * 1e-3) / ratio;
  console.log(
    `${title}: 1 : ${ratio.toFixed(2)}, ${inertia.toFixed(1)} kg mm2 at the motor, ${mass.toFixed(2)} kg, ${(outputTorque / 1000).toFixed(1)} N m, ${acceleration.toFixed(1)} rad/s2 at the load`,
  );
  stages.forEach(({ type, diameter, ratio, width }, i) =>
    console.log(
      `  ${type.padEnd(10)} 1 : ${ratio.toFixed(2).padEnd(5)} first wheel ${diameter.toFixed(1)} mm, ${width.toFixed(1)} mm wide, ${stresses[i].toFixed(0)} N/mm2`,
    ),
  );
}
