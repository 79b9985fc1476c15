import {
  differenceOf,
  functionsOf,
  randomLike,
  type Subject,
  zeroDirection,
} from "./checks.js";
import type { Outcome } from "./batch.js";
import type { Fixture } from "./fixture.js";
import { isObject, leaves, mapLeaves } from "./values.js";
import { newRandom } from "../fuzz/random.js";

/** What `name.expect.md` holds: input, output or error, and the evaluated original and derivatives. */
export function fixtureReport(
  fixture: Fixture,
  outcome: Outcome,
  subjects: readonly Subject[],
): string {
  const parts = [`# ${fixture.name}`, "## Input", code("ts", fixture.source)];
  const found = [...outcome.errors, ...outcome.warnings];
  if (found.length > 0)
    parts.push("## Diagnostics", code("", found.join("\n")));
  if (outcome.text !== undefined)
    parts.push("## Output", code("ts", outcome.text));
  const runs = subjects.flatMap((subject) =>
    fixture.points.map((point) => evaluated(fixture, subject, point)),
  );
  if (runs.length > 0 && outcome.text !== undefined)
    parts.push("## Evaluated", code("", runs.join("\n\n")));
  return `${parts.join("\n\n")}\n`;
}

const code = (language: string, text: string): string =>
  `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

function evaluated(
  fixture: Fixture,
  subject: Subject,
  point: readonly unknown[],
): string {
  const lines = [`${subject.name}(${point.map(shown).join(", ")})`];
  const add = (label: string, value: unknown): void => {
    lines.push(`  ${label.padEnd(20)} ${shown(value)}`);
  };
  const tried = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (thrown) {
      return `throws ${String(thrown)}`;
    }
  };
  const args = (): unknown[] => structuredClone([...point]);
  const value = tried(() => subject.original(...args()));
  add("value", value);
  const { grad, valueAndGrad, vjp, jvp } = functionsOf(subject);
  const padded = (): unknown[] => subject.parameters.map((_, i) => args()[i]);
  const random = newRandom(1);
  const cotangent = typeof value === "number" ? 1 : randomLike(value, random);
  if (grad !== undefined)
    add(
      "grad",
      tried(() => grad(...args())),
    );
  if (valueAndGrad !== undefined && grad === undefined)
    add(
      "valueAndGrad",
      tried(() => valueAndGrad(...args())),
    );
  if (vjp !== undefined) {
    if (typeof value !== "number") add("cotangent", cotangent);
    add(
      "vjp",
      tried(() => gradOf(vjp(...padded(), cotangent))),
    );
  }
  if (jvp !== undefined) {
    const direction = directionLike(subject, point);
    add("direction", direction);
    add(
      "jvp",
      tried(() => tangentOf(jvp(...padded(), direction))),
    );
    if (!fixture.kink && !fixture.throws && !isThrow(value))
      add("differences", differenceOf(subject, point, cotangent, direction));
  }
  return lines.join("\n");
}

const isThrow = (value: unknown): boolean =>
  typeof value === "string" && value.startsWith("throws ");
const gradOf = (result: unknown): unknown => (result as { grad: unknown }).grad;
const tangentOf = (result: unknown): unknown =>
  (result as { tangent: unknown }).tangent;

/** A fixed direction with simple numbers. */
function directionLike(
  subject: Subject,
  point: readonly unknown[],
): Record<string, unknown> {
  let step = 0;
  const direction = zeroDirection(subject, point);
  return mapLeaves(direction, () => {
    step += 1;
    return step / 4;
  }) as Record<string, unknown>;
}

/** Ten digits: enough to see a fault, and the same on every machine. */
function shown(value: unknown): string {
  if (typeof value === "number") {
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value)
      ? String(Number(value.toPrecision(10)))
      : String(value);
  }
  if (!isObject(value))
    return typeof value === "string" ? value : String(value);
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name} [${
      leaves(value).length > 0 || value.byteLength === 0
        ? leaves(value)
            .map(([, one]) => shown(one))
            .join(", ")
        : Array.from(value as unknown as Uint8Array, shown).join(", ")
    }]`;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  const fields = Object.entries(value).map(
    ([key, one]) => `${key}: ${shown(one)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
