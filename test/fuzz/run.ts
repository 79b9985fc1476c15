import { checkPrograms, type Verdict } from "./checkProgram.js";
import { generateProgram } from "./generate.js";
import { shrink } from "./shrink.js";

export interface FuzzOptions {
  readonly from: number;
  /** The last seed, itself included. */
  readonly to: number;
  /** How much of the language: 1 to 6; left out: all of them in turn. */
  readonly slice?: number | undefined;
  readonly batch?: number;
}

/** The slice that a seed belongs to: most programs use the whole language. */
export const sliceOf = (seed: number): number =>
  [6, 3, 5, 1, 4, 2][seed % 6] ?? 4;

/** Verdicts for a range of seeds, a batch at a time. */
export function* fuzz(options: FuzzOptions): Generator<Verdict[]> {
  const { from, to, batch = 50 } = options;
  for (let start = from; start <= to; start += batch) {
    const programs = [];
    for (let seed = start; seed < start + batch && seed <= to; seed++)
      programs.push(generateProgram(seed, options.slice ?? sliceOf(seed)));
    yield checkPrograms(programs);
  }
}

/** The smallest program found that gets the same verdict, with a note of the same kind. */
export function shrinkVerdict(verdict: Verdict, limit = 600): Verdict {
  const sign = signOf(verdict);
  const { program } = verdict;
  let best = verdict;
  shrink(
    program.source,
    (sources) => {
      const variants = sources.map((source, i) => ({
        ...program,
        name: `seed${program.seed}v${i}`,
        source,
      }));
      const verdicts = checkPrograms(variants);
      const found = verdicts.findIndex(
        (now) => now.kind === verdict.kind && signOf(now) === sign,
      );
      const now = verdicts[found];
      if (now !== undefined) best = now;
      return found;
    },
    limit,
  );
  return best;
}

/** What a verdict's first note is about, numbers aside. */
const signOf = (verdict: Verdict): string =>
  (verdict.notes[0] ?? "")
    .split("\n")[0]!
    .replace(/^(point \d+: )?/, "")
    .replace(/seed\w+\.ts:\d+:\d+/, "")
    .replace(/[-\d.e+]+/g, "#")
    .slice(0, 24);

export interface Summary {
  readonly counts: Readonly<Record<Verdict["kind"], number>>;
  /** How often each code refused. */
  readonly codes: ReadonlyMap<string, number>;
}

export function summarise(verdicts: readonly Verdict[]): Summary {
  const counts = { ok: 0, wrong: 0, refused: 0, crashed: 0, invalid: 0 };
  const codes = new Map<string, number>();
  for (const { kind, notes } of verdicts) {
    counts[kind]++;
    if (kind !== "refused") continue;
    const code = /DC\d+/.exec(notes[0] ?? "")?.[0] ?? "?";
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return { counts, codes };
}
