/**
 * `npm run bench:kinds`: what it costs a gradient that it has been called with arrays of other kinds before (integers,
 * holes, and the runtime with Float64Arrays): microseconds on arrays of fractions, in a fresh process and after such calls.
 */
import { join } from "node:path";
import { digits, machineLine, median, table } from "./benchTables.mjs";
import { diffc, ensureBuilt, readNode, transpile } from "./support.mjs";

const WHAT = { plain: "number[]", rows: "number[][]", typed: "Float64Array" };
const RUNS = 3;

ensureBuilt();
const generated = join("build", "kinds", "generated");
diffc(["build", "bench/kinds/problems.ts", "--out-dir", generated, "--quiet"]);
const path = join(generated, "problems.diff.ts");
const main = "bench/kinds/measure.ts";
const js = transpile("kinds", [main, path]);
const measure = (...how) =>
  JSON.parse(readNode([js(main), js(path), ...how], `measuring ${how}`)).micros;
const fresh = Array.from({ length: RUNS }, () => measure());
const mixed = Array.from({ length: RUNS }, () => measure("mixed"));
console.log(`${machineLine()}\n`);
console.log(
  table(
    ["arrays", "fresh", "after others", "ratio"],
    Object.keys(WHAT).map((name) => {
      const [a, b] = [fresh, mixed].map((all) =>
        median(all.map((one) => one[name])),
      );
      return [WHAT[name], digits(a), digits(b), (b / a).toFixed(2)];
    }),
  ),
);
