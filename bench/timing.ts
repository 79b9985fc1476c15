/**
 * Times candidates side by side. Time is CPU time of this process, so that other work on the machine counts for little.
 * The figure is the median over rounds; each round runs every candidate once, for about as long.
 */

/** Runs once and returns a number, so that nothing can be left out; `turn` says which of two sets of arrays to use. */
export type Candidate = (turn: 0 | 1) => number;

const WARM_UP = 400_000;
const SLICE = 25_000;
const ROUNDS = 11;

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

let sink = 0;
// Two sets of arrays in turns, as in an optimiser: V8 would otherwise compile their addresses into the loops.
let turn: 0 | 1 = 0;

/** Microseconds of CPU per call, over `calls` calls. */
function time(run: Candidate, calls: number): number {
  turn = turn === 0 ? 1 : 0;
  const start = cpuNow();
  for (let i = 0; i < calls; i++) sink += run(turn);
  return (cpuNow() - start) / calls;
}

/** Runs until the function is hot, and returns how many calls fill a slice. */
function warmUp(run: Candidate): number {
  const start = cpuNow();
  let calls = 1;
  let each = 1;
  while (cpuNow() - start < WARM_UP) {
    each = Math.max(time(run, calls), 1e-3);
    if (each * calls < SLICE / 4) calls *= 4;
  }
  return Math.max(1, Math.round(SLICE / each));
}

export function median(xs: readonly number[]): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** Microseconds of CPU for one call of each candidate. */
export function medianTimes(
  candidates: Readonly<Record<string, Candidate>>,
): Record<string, number> {
  const entries = Object.entries(candidates);
  const calls = entries.map(([, run]) => warmUp(run));
  const times = entries.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    entries.forEach(([, run], i) => times[i]!.push(time(run, calls[i]!)));
  return Object.fromEntries(
    entries.map(([label], i) => [label, median(times[i]!)]),
  );
}

/** Whether everything that was timed gave numbers. */
export const allFinite = (): boolean => Number.isFinite(sink);
