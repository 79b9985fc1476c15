import { readFileSync } from "node:fs";
import type { Signature, Ty } from "../../compiler/evaluation.js";
import { fileReason } from "./fileErrors.js";
import { fill, makeRecord, type Classes } from "./gradcheckSamples.js";
import { suggestion, UsageError } from "./usage.js";

/**
 * Lists of arguments for a function, as the user gave them. One that takes arguments of several kinds has a signature for
 * each, and the points that fit it.
 */
export interface Points {
  of(signature: Signature): readonly (readonly unknown[])[] | undefined;
}

/**
 * Reads `{ "name": [[arg, ...], ...] }`. Arrays become typed arrays where the parameter asks for one; "NaN",
 * "Infinity" and "-Infinity" stand for the numbers that JSON lacks, null for a missing argument. An object becomes an
 * instance where the parameter is one of a class in `classes`.
 *
 * @throws UsageError where the file is not like that, or does not fit the signatures
 */
export function readPoints(
  path: string,
  signatures: readonly Signature[],
  shown: string,
  classes: Classes = new Map(),
): Points {
  const json = parse(path, shown);
  if (!isObject(json))
    throw new UsageError(
      `${shown}: expected an object { "function": [[argument, ...], ...] }`,
    );
  const names = signatures.map(({ name }) => name);
  const found = new Map<Signature, unknown[][]>();
  for (const [name, points] of Object.entries(json)) {
    const own = signatures.filter((one) => one.name === name);
    if (own.length === 0)
      throw new UsageError(
        `${shown}: there is no annotated function ${name}${suggestion(name, names)}`,
      );
    if (!Array.isArray(points) || points.length === 0)
      throw new UsageError(
        `${shown}: ${name} must be a list of points, each a list of arguments`,
      );
    for (const one of own) found.set(one, []);
    points.forEach((point, k) => {
      const at = `${shown}: ${name}[${k}]`;
      for (const [one, args] of fitting(point, own, at, classes))
        found.get(one)?.push(args);
    });
  }
  return { of: (signature) => found.get(signature) };
}

/** The signatures that a point fits, with their arguments. */
function fitting(
  point: unknown,
  signatures: readonly Signature[],
  at: string,
  classes: Classes,
): (readonly [Signature, unknown[]])[] {
  let first: UsageError | undefined;
  const found = signatures.flatMap((one) => {
    try {
      return [[one, argumentsFrom(point, one, at, classes)] as const];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      first ??= error;
      return [];
    }
  });
  if (found.length === 0 && first !== undefined) throw first;
  return found;
}

function parse(path: string, shown: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const reason = fileReason(error);
    if (reason !== undefined)
      throw new UsageError(`cannot read ${shown}: ${reason}`);
    throw new UsageError(`${shown} is not JSON: ${(error as Error).message}`);
  }
}

const isObject = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);

function argumentsFrom(
  point: unknown,
  { name, parameters }: Signature,
  at: string,
  classes: Classes,
): unknown[] {
  const needed = parameters.filter(({ optional }) => !optional).length;
  if (!Array.isArray(point))
    throw new UsageError(`${at} must be the list of the arguments of ${name}`);
  if (point.length < needed || point.length > parameters.length)
    throw new UsageError(
      `${at} has ${point.length} arguments; ${name} takes ${parameters.map((p) => p.name).join(", ")}`,
    );
  return parameters.map((parameter, k) =>
    fromJson(
      parameter.ty,
      point[k] as unknown,
      `${at}.${parameter.name}`,
      classes,
    ),
  );
}

const specialNumbers: ReadonlyMap<unknown, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

function fromJson(
  ty: Ty,
  json: unknown,
  at: string,
  classes: Classes,
): unknown {
  switch (ty.kind) {
    case "num": {
      const x = specialNumbers.get(json) ?? json;
      return typeof x === "number" ? x : wrong(at, "a number", json);
    }
    case "bool":
      return typeof json === "boolean" ? json : wrong(at, "a boolean", json);
    case "maybe":
      if (json === undefined || json === null)
        return ty.nil === "null" ? null : undefined;
      return fromJson(ty.of, json, at, classes);
    case "array": {
      if (!Array.isArray(json)) return wrong(at, "an array", json);
      if (ty.fixed !== undefined && json.length !== ty.fixed)
        return wrong(at, `an array of ${ty.fixed}`, json);
      const cells = json.map((cell: unknown, i) =>
        fromJson(ty.elem, cell, `${at}[${i}]`, classes),
      );
      return fill(ty.store, cells);
    }
    case "table":
      if (!isObject(json)) return wrong(at, "an object", json);
      return Object.fromEntries(
        Object.entries(json as Record<string, unknown>).map(([key, part]) => [
          key,
          fromJson(ty.elem, part, `${at}[${JSON.stringify(key)}]`, classes),
        ]),
      );
    case "record":
      return recordFrom(ty, json, at, classes);
    case "opaque":
    case "tape":
      return json;
  }
}

function recordFrom(
  ty: Extract<Ty, { kind: "record" }>,
  json: unknown,
  at: string,
  classes: Classes,
): unknown {
  if (ty.tuple ? !Array.isArray(json) : !isObject(json))
    return wrong(at, ty.tuple ? "an array" : "an object", json);
  const from = json as Record<string, unknown>;
  const names = ty.fields.map(({ name }) => name);
  for (const key of Object.keys(from))
    if (!names.includes(key))
      throw new UsageError(
        `${at} has no field ${key}${suggestion(key, names)}`,
      );
  const values = ty.fields.map(({ name, ty: of }): [string, unknown] => [
    name,
    fromJson(
      of,
      from[name],
      ty.tuple ? `${at}[${name}]` : `${at}.${name}`,
      classes,
    ),
  ]);
  return makeRecord(ty, new Map(values), classes);
}

function wrong(at: string, wanted: string, json: unknown): never {
  const found = json === undefined ? "nothing" : JSON.stringify(json);
  throw new UsageError(
    `${at} must be ${wanted}, not ${found.length > 40 ? `${found.slice(0, 40)}...` : found}`,
  );
}
