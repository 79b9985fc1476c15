import { describe, expect, it } from "vitest";
import type { Verdict } from "./checkProgram.js";
import { fuzz, summarise } from "./run.js";

const part = 50;

/** Tests that the derivatives of the programs of some seeds are exact, and that hardly any is refused. */
export function expectExact(first: number, last: number): void {
  describe(`random programs ${first} to ${last}`, () => {
    const all: Verdict[] = [];

    for (let from = first; from <= last; from += part) {
      const to = Math.min(last, from + part - 1);
      it(`seeds ${from} to ${to}: derivatives are exact`, () => {
        const verdicts = [...fuzz({ from, to })].flat();
        all.push(...verdicts);
        const bad = verdicts.filter(
          ({ kind }) => kind !== "ok" && kind !== "refused",
        );
        expect(bad.map(described)).toEqual([]);
      });
    }

    it("at most one in a hundred is refused", () => {
      const { counts, codes } = summarise(all);
      const refusals = [...codes].map(([code, count]) => `${code}: ${count}`);
      expect(counts.refused, refusals.join(", ")).toBeLessThanOrEqual(
        all.length / 100,
      );
    });
  });
}

const described = ({ program, kind, notes }: Verdict): string =>
  [
    `${kind}: npm run fuzz -- --seeds ${program.seed}`,
    ...notes.slice(0, 4),
    program.source,
  ].join("\n");
