/** Staffs a call centre for a day: how many agents in each shift make wages and waiting together cheapest. */
import { adam, applyUpdates } from "diffc/runtime";
import {
  dailyCost,
  dayOf,
  type Forecast,
  type Service,
  type Shift,
} from "./callCentre.js";
import { dailyCostValueAndGrad } from "./callCentre.diff.js";

const shifts: Shift[] = [
  { name: "early", start: 7, hours: 8, breakAfter: 4, wage: 22 },
  { name: "day", start: 9, hours: 8, breakAfter: 4, wage: 20 },
  { name: "late", start: 12, hours: 8, breakAfter: 4, wage: 21 },
  { name: "evening", start: 16, hours: 5, wage: 25 },
  { name: "noon help", start: 10, hours: 4, wage: 24 },
];
const calls = [30, 62, 118, 160, 175, 150, 132, 140, 148, 120, 90, 66, 44, 26];
const forecast: Forecast[] = calls.map((callsPerHour, i) => ({
  hour: 7 + i,
  callsPerHour,
}));
const service: Service = {
  handling: 5.5,
  waitingCost: 0.6,
  goal: { share: 0.8, answerWithin: 0.5 },
  missedGoalCost: 1.5,
};

let staff = shifts.map(() => 5);
const optimiser = adam((step) => 0.2 / (1 + step / 200));
let state = optimiser.init(staff);
for (let step = 0; step <= 1200; step++) {
  const { value, grad } = dailyCostValueAndGrad(
    staff,
    shifts,
    forecast,
    service,
  );
  if (step % 200 === 0)
    console.log(
      `step ${String(step).padStart(4)}   cost ${value.toFixed(2).padStart(8)}   staff ${staff.map((n) => n.toFixed(2)).join("  ")}`,
    );
  const move = optimiser.update(grad.staff, state);
  state = move.state;
  staff = applyUpdates(staff, move.updates).map((n) => Math.max(0, n));
}

const whole = bestWholeNumbers(staff);
console.log(`\nwhole agents: cost ${costOf(whole).toFixed(2)}`);
shifts.forEach(({ name, start, hours }, i) =>
  console.log(
    `  ${name.padEnd(10)} ${String(start).padStart(2)} to ${start + hours}   ${whole[i]}`,
  ),
);
console.log("\nhour  calls  agents  wait (min)  answered in time");
for (const { hour, agents, wait, answeredInTime } of dayOf(
  whole,
  shifts,
  forecast,
  service,
))
  console.log(
    `${String(hour).padStart(4)}${String(calls[hour - 7]).padStart(7)}${String(agents).padStart(8)}${wait.toFixed(2).padStart(12)}${(100 * answeredInTime).toFixed(0).padStart(16)} %`,
  );

function costOf(n: readonly number[]): number {
  return dailyCost(n, shifts, forecast, service);
}

/** The cheapest of the corners around a point. */
function bestWholeNumbers(n: readonly number[]): number[] {
  const corners = n.reduce<number[][]>(
    (some, x) =>
      some.flatMap((c) => [
        [...c, Math.floor(x)],
        [...c, Math.ceil(x)],
      ]),
    [[]],
  );
  return corners.reduce((a, b) => (costOf(b) < costOf(a) ? b : a));
}
