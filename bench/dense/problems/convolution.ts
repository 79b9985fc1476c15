/** Filters of 3 by 3 over an image, cut off below 0, their means against a target. */

/** @differentiable wrt=filters,bias */
export function convolution(
  filters: Float64Array,
  bias: Float64Array,
  image: Float64Array,
  target: Float64Array,
  width: number,
  height: number,
): number {
  let loss = 0;
  for (let f = 0; f < bias.length; f++) {
    let mean = 0;
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        let s = bias[f];
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++)
            s +=
              filters[f * 9 + (dy + 1) * 3 + dx + 1] *
              image[(y + dy) * width + x + dx];
        mean += Math.max(0, s);
      }
    const e = mean / ((width - 2) * (height - 2)) - target[f];
    loss += e * e;
  }
  return loss;
}
