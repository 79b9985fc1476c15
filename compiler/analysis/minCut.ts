/**
 * Smallest set of nodes that cuts every way from the sources to the sinks, by weight (maximum flow with split nodes,
 * Dinic). Among the smallest the one nearest to the sinks is taken.
 */
export interface CutProblem {
  readonly size: number;
  readonly weight: (node: number) => number;
  readonly edges: readonly (readonly [from: number, to: number])[];
  readonly sources: readonly number[];
  readonly sinks: readonly number[];
}

export function minimumCut(problem: CutProblem): Set<number> {
  const { size, edges, sources, sinks } = problem;
  // Node n is split into n (in) and n + size (out).
  const source = 2 * size;
  const sink = source + 1;
  const network = newNetwork(sink + 1);
  for (let node = 0; node < size; node++)
    network.connect(node, node + size, problem.weight(node));
  for (const [from, to] of edges) network.connect(from + size, to, Infinity);
  for (const node of sources) network.connect(source, node, Infinity);
  for (const node of sinks) network.connect(node + size, sink, Infinity);
  network.saturate(source, sink);
  const reachesSink = network.reaching(sink);
  const cut = new Set<number>();
  for (let node = 0; node < size; node++)
    if (!reachesSink[node] && reachesSink[node + size]) cut.add(node);
  return cut;
}

interface Network {
  connect(from: number, to: number, capacity: number): void;
  saturate(source: number, sink: number): void;
  /** Which nodes can still send flow to the sink. */
  reaching(sink: number): boolean[];
}

/** Edges stand in pairs: 2k and its reverse 2k + 1. */
function newNetwork(nodes: number): Network {
  const targets: number[] = [];
  const capacities: number[] = [];
  const leaving: number[][] = Array.from({ length: nodes }, () => []);
  let level: number[] = [];
  let next: number[] = [];

  const connect = (from: number, to: number, capacity: number): void => {
    leaving[from]!.push(targets.length);
    targets.push(to);
    capacities.push(capacity);
    leaving[to]!.push(targets.length);
    targets.push(from);
    capacities.push(0);
  };

  const setLevels = (source: number, sink: number): boolean => {
    level = new Array<number>(nodes).fill(-1);
    level[source] = 0;
    const queue = [source];
    for (const node of queue)
      for (const edge of leaving[node]!) {
        const to = targets[edge]!;
        if (capacities[edge]! > 0 && level[to]! < 0) {
          level[to] = level[node]! + 1;
          queue.push(to);
        }
      }
    return level[sink]! >= 0;
  };

  /** One augmenting path along the levels; an explicit stack, since paths can be long. */
  const push = (source: number, sink: number): boolean => {
    const path: number[] = [];
    let node = source;
    while (node !== sink) {
      const edges = leaving[node]!;
      let edge: number | undefined;
      while (next[node]! < edges.length && edge === undefined) {
        const candidate = edges[next[node]!]!;
        const to = targets[candidate]!;
        if (capacities[candidate]! > 0 && level[to] === level[node]! + 1)
          edge = candidate;
        else next[node]!++;
      }
      if (edge !== undefined) {
        path.push(edge);
        node = targets[edge]!;
      } else {
        const back = path.pop();
        if (back === undefined) return false;
        node = targets[back ^ 1]!;
        next[node]!++;
      }
    }
    const amount = Math.min(...path.map((edge) => capacities[edge]!));
    for (const edge of path) {
      capacities[edge]! -= amount;
      capacities[edge ^ 1]! += amount;
    }
    return true;
  };

  const saturate = (source: number, sink: number): void => {
    while (setLevels(source, sink)) {
      next = new Array<number>(nodes).fill(0);
      while (push(source, sink));
    }
  };

  const reaching = (sink: number): boolean[] => {
    const seen = new Array<boolean>(nodes).fill(false);
    seen[sink] = true;
    const queue = [sink];
    for (const node of queue)
      for (const edge of leaving[node]!) {
        const from = targets[edge]!;
        if (!seen[from] && capacities[edge ^ 1]! > 0) {
          seen[from] = true;
          queue.push(from);
        }
      }
    return seen;
  };
  return { connect, saturate, reaching };
}
