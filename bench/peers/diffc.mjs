/** The generated function, with arrays of the caller's. */
import { pathToFileURL } from "node:url";

const KEY = { rosen: "x", gmm: "th", mlp: "p", lv: "p", bs: "p" };

export async function make(cand, prob, { p, gm, ml, generated }) {
  const module = await import(pathToFileURL(generated).href);
  const run = module[`${prob}ValueAndGradInto`];
  const out = { [KEY[prob]]: new Float64Array(0) };
  const into = (g) => {
    out[KEY[prob]] = g;
    return out;
  };
  if (prob === "gmm") return { vg: (g) => run(p, gm.X, into(g)) };
  if (prob === "mlp") return { vg: (g) => run(p, ml.X, ml.y, into(g)) };
  return { vg: (g) => run(p, into(g)) };
}
