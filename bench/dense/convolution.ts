import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf } from "./entry.js";
import { convolution } from "./problems/convolution.js";

const F = 4;
const W = 24;

interface Slopes {
  readonly filters: Float64Array;
  readonly bias: Float64Array;
}
type Args = [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  number,
  number,
];
const COUNTS = new Float64Array(9);

function byHand(...all: [...Args, Slopes]): number {
  const [filters, bias, image, target, width, height, out] = all;
  const counts = COUNTS;
  let loss = 0;
  for (let f = 0; f < bias.length; f++) {
    let mean = 0;
    let open = 0;
    counts.fill(0);
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        let s = bias[f];
        for (let dy = 0; dy < 3; dy++)
          for (let dx = 0; dx < 3; dx++)
            s +=
              filters[f * 9 + dy * 3 + dx] *
              image[(y + dy - 1) * width + x + dx - 1];
        mean += Math.max(0, s);
        if (s > 0) {
          open++;
          for (let dy = 0; dy < 3; dy++)
            for (let dx = 0; dx < 3; dx++)
              counts[dy * 3 + dx] += image[(y + dy - 1) * width + x + dx - 1];
        }
      }
    const cells = (width - 2) * (height - 2);
    const e = mean / cells - target[f];
    loss += e * e;
    const b = (2 * e) / cells;
    out.bias[f] = b * open;
    for (let k = 0; k < 9; k++) out.filters[f * 9 + k] = b * counts[k];
  }
  return loss;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "convolution",
    primal: convolution,
    byHand,
    args: (): Args => {
      const random = numbers(28);
      const image = random(W * W, -1, 1);
      return [
        random(F * 9, -1, 1),
        random(F, -0.3, 0.3),
        image,
        random(F, 0, 1),
        W,
        W,
      ];
    },
    out: (): Slopes => ({
      filters: new Float64Array(F * 9),
      bias: new Float64Array(F),
    }),
  });
