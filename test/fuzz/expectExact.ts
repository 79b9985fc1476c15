import { describe, expect, it } from "vitest";
import type { Verdict } from "./checkProgram.js";
import { fuzz, summarise } from "./run.js";

const part = 50;

/** Tests that the derivatives of the programs of some seeds are exact, and that hardly any is refused. */
export function expectExact(
  first: number,
  last: number,
  options: { slice?: number; mayRefuse?: boolean } = {},
): void {
  const { slice } = options;
  const chosen = slice === undefined ? "" : ` --slice ${slice}`;
  describe(`random programs ${first} to ${last}${chosen}`, () => {
    const all: Verdict[] = [];

    for (let from = first; from <= last; from += part) {
      const to = Math.min(last, from + part - 1);
      it(`seeds ${from} to ${to}: derivatives are exact`, () => {
        const verdicts = [...fuzz({ from, to, slice })].flat();
        all.push(...verdicts);
        // of new seeds, some are no valid programs: that is the generator's fault
        const fine = options.mayRefuse
          ? ["ok", "refused", "invalid"]
          : ["ok", "refused"];
        const bad = verdicts.filter(({ kind }) => !fine.includes(kind));
        expect(bad.map((one) => described(one, chosen))).toEqual([]);
      });
    }

    if (options.mayRefuse === true) return;
    it("at most one in a hundred is refused", () => {
      const { counts, codes } = summarise(all);
      const refusals = [...codes].map(([code, count]) => `${code}: ${count}`);
      expect(counts.refused, refusals.join(", ")).toBeLessThanOrEqual(
        Math.max(1, all.length / 100),
      );
    });
  });
}

const described = ({ program, kind, notes }: Verdict, chosen: string): string =>
  [
    `${kind}: npm run fuzz -- --seeds ${program.seed}${chosen}`,
    ...notes.slice(0, 4),
    program.source,
  ].join("\n");
