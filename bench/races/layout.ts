import { type Contest, type Module, numbers, twice } from "./contest.js";
import { layout } from "./problems/layout.js";

interface Point {
  x: number;
  y: number;
}

interface Edge {
  from: number;
  to: number;
}

/** One pass over the edges, over the pairs of nodes and over the pairs of edges. */
function byHand(
  nodes: Point[],
  edges: Edge[],
  out: { nodes: Point[] },
): number {
  const g = out.nodes;
  let energy = 0;
  const n = nodes.length;
  for (let i = 0; i < n; i++) {
    g[i].x = 0;
    g[i].y = 0;
  }
  for (const { from, to } of edges) {
    const a = nodes[from],
      b = nodes[to],
      ga = g[from],
      gb = g[to],
      dx = a.x - b.x,
      dy = a.y - b.y,
      d = Math.hypot(dx, dy);
    energy += (d - 1) ** 2;
    const f = d === 0 ? 0 : (2 * (d - 1)) / d;
    ga.x += f * dx;
    ga.y += f * dy;
    gb.x -= f * dx;
    gb.y -= f * dy;
  }
  for (let i = 0; i < n; i++) {
    const a = nodes[i],
      ga = g[i],
      ax = a.x,
      ay = a.y;
    let gx = 0,
      gy = 0;
    for (let j = 0; j < i; j++) {
      const b = nodes[j],
        gb = g[j],
        dx = ax - b.x,
        dy = ay - b.y,
        r = dx * dx + dy * dy + 0.01,
        u = 0.1 / r;
      energy += u;
      const f = (-2 * u) / r;
      gx += f * dx;
      gy += f * dy;
      gb.x -= f * dx;
      gb.y -= f * dy;
    }
    ga.x += gx;
    ga.y += gy;
  }
  for (let e = 0; e < edges.length; e++) {
    const E = edges[e],
      p = nodes[E.from],
      q = nodes[E.to],
      cx = (p.x + q.x) / 2,
      cy = (p.y + q.y) / 2;
    let gx = 0,
      gy = 0;
    for (let f = 0; f < e; f++) {
      const F = edges[f],
        r = nodes[F.from],
        s = nodes[F.to],
        mx = cx - (r.x + s.x) / 2,
        my = cy - (r.y + s.y) / 2,
        near = 0.5 - (mx * mx + my * my);
      if (near > 0) {
        energy += near * near;
        const c = -2 * near,
          fx = c * mx,
          fy = c * my;
        gx += fx;
        gy += fy;
        const gr = g[F.from],
          gs = g[F.to];
        gr.x -= fx;
        gr.y -= fy;
        gs.x -= fx;
        gs.y -= fy;
      }
    }
    const gp = g[E.from],
      gq = g[E.to];
    gp.x += gx;
    gp.y += gy;
    gq.x += gx;
    gq.y += gy;
  }
  return energy;
}

type Out = { nodes: Point[] };
type Into = (nodes: Point[], edges: Edge[], out: Out) => number;

export function contest(module: Module): Contest {
  const into = module["layoutValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(17);
    const at = random(60, 0, 4);
    const ends = random(80, 0, 30).map(Math.floor);
    const nodes = Array.from({ length: 30 }, (_, i) => ({
      x: at[2 * i],
      y: at[2 * i + 1],
    }));
    const edges = Array.from({ length: 40 }, (_, i) => {
      const from = ends[2 * i];
      return { from, to: (from + 1 + (ends[2 * i + 1] % 29)) % 30 };
    });
    return { nodes, edges };
  });
  const outs = () =>
    twice(() => ({
      nodes: Array.from({ length: 30 }, () => ({ x: 0, y: 0 })),
    }));
  const [hands, made] = [outs(), outs()];
  const flat = (out: Out): number[] => out.nodes.flatMap(({ x, y }) => [x, y]);
  return {
    primal: (t) => {
      const set = sets[t];
      return layout(set.nodes, set.edges);
    },
    hand: (t) => {
      const set = sets[t];
      return byHand(set.nodes, set.edges, hands[t]);
    },
    generated: (t) => {
      const set = sets[t];
      return into(set.nodes, set.edges, made[t]);
    },
    slopes: () => ({ hand: flat(hands[0]), generated: flat(made[0]) }),
  };
}
