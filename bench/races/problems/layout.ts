interface Point {
  x: number;
  y: number;
}
interface Edge {
  from: number;
  to: number;
}
/** Springs along edges, repulsion between all, and a charge where two edges come close. @differentiable wrt=nodes modes=grad */
export function layout(nodes: Point[], edges: Edge[]): number {
  let energy = 0;
  for (const { from, to } of edges) {
    const a = nodes[from];
    const b = nodes[to];
    const d = Math.hypot(a.x - b.x, a.y - b.y);
    energy += (d - 1) ** 2;
  }
  for (let i = 0; i < nodes.length; i++) {
    for (let j = 0; j < i; j++) {
      const dx = nodes[i].x - nodes[j].x;
      const dy = nodes[i].y - nodes[j].y;
      energy += 0.1 / (dx * dx + dy * dy + 0.01);
    }
  }
  for (let e = 0; e < edges.length; e++) {
    for (let f = 0; f < e; f++) {
      const mx =
        (nodes[edges[e].from].x + nodes[edges[e].to].x) / 2 -
        (nodes[edges[f].from].x + nodes[edges[f].to].x) / 2;
      const my =
        (nodes[edges[e].from].y + nodes[edges[e].to].y) / 2 -
        (nodes[edges[f].from].y + nodes[edges[f].to].y) / 2;
      const near = 0.5 - (mx * mx + my * my);
      if (near > 0) energy += near * near;
    }
  }
  return energy;
}
