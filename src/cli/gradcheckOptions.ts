import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { GradcheckOptions } from "./gradcheck.js";
import { checkSource } from "./inputs.js";
import type { Io } from "./io.js";
import type { ParsedArguments } from "./options.js";
import { UsageError } from "./usage.js";

export function gradcheckOptions(
  args: ParsedArguments,
  io: Io,
): GradcheckOptions {
  const [file, ...more] = args.operands;
  if (file === undefined)
    throw new UsageError("no file given: diffc gradcheck FILE");
  if (more.length > 0)
    throw new UsageError(
      `one file at a time: 'diffc gradcheck ${file}', without '${more.join(" ")}'`,
    );
  checkSource(file, resolve(io.cwd, file));
  const fn = args.valueOf("fn");
  const points = args.valueOf("points");
  if (points !== undefined && !existsSync(resolve(io.cwd, points)))
    throw new UsageError(`no such file: ${points}`);
  return {
    file,
    ...(fn === undefined ? {} : { fn }),
    ...(points === undefined ? {} : { points }),
  };
}
