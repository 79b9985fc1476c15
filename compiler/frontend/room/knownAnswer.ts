import type { Func, Instr, Region, Value } from "../../ir/ir.js";

/**
 * What a function answers whatever it is given, as `isVec(v: number | Vec): v is Vec` does once it is lowered for one kind
 * of argument. Undefined where the answer, or anything else that it does, is for the running program.
 */
export function knownAnswer({ results, body }: Func): boolean | undefined {
  if (results.length !== 1 || results[0]?.kind !== "bool") return undefined;
  const known = new Map<Value, boolean>();
  if (!follow(body, known)) return undefined;
  const [answer] = body.yields;
  return answer && known.get(answer);
}

/** Takes up what is known of the values; false where something is done that has to be done. */
function follow(region: Region, known: Map<Value, boolean>): boolean {
  return region.body.every((instr) => {
    const [result] = instr.results;
    switch (instr.kind) {
      case "const":
        if (result && typeof instr.value === "boolean")
          known.set(result, instr.value);
        return true;
      case "length":
      case "getField":
        return true;
      case "op": {
        const truth = truthOf(instr, known);
        if (result && truth !== undefined) known.set(result, truth);
        return instr.op !== "unwrap";
      }
      case "if":
        return followIf(instr, known);
      default:
        return false;
    }
  });
}

function truthOf(
  { op, args }: Extract<Instr, { kind: "op" }>,
  known: ReadonlyMap<Value, boolean>,
): boolean | undefined {
  const [a, b] = args.map((arg) => known.get(arg));
  if (op === "not") return a === undefined ? undefined : !a;
  const isAnd = op === "and";
  if (!isAnd && op !== "or") return undefined;
  if (a === !isAnd || b === !isAnd) return !isAnd;
  return a === undefined || b === undefined ? undefined : isAnd;
}

function followIf(instr: Instr, known: Map<Value, boolean>): boolean {
  if (!instr.regions.every((one) => follow(one, known))) return false;
  const [test] = instr.args;
  const truth = test && known.get(test);
  const arms = instr.regions.filter((_, k) => truth !== (k === 1));
  instr.results.forEach((result, k) => {
    const answers = new Set(arms.map(({ yields }) => known.get(yields[k]!)));
    const [only] = answers;
    if (answers.size === 1 && only !== undefined) known.set(result, only);
  });
  return true;
}
