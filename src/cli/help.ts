import { commands, helpOption, versionOption } from "./commands.js";
import type { Command } from "./commands.js";
import type { OptionSpec } from "./options.js";

/** What `diffc` without arguments says. */
export const shortHelp = (): string =>
  text([
    "diffc - the derivative compiler for TypeScript",
    "",
    "usage: diffc [build] FILE|GLOB... [options]",
    "       diffc gradcheck FILE [options]",
    "",
    "Put /** @differentiable */ above a function in src/model.ts, then:",
    "  diffc src/model.ts        writes src/model.diff.ts",
    "",
    "More: diffc --help",
  ]);

/** What `diffc --help` says. */
export const mainHelp = (): string =>
  text([
    "diffc - the derivative compiler for TypeScript",
    "",
    "usage: diffc [COMMAND] ...",
    "",
    "Commands:",
    ...table(commands.map((one) => [usageOf(one), one.summary])),
    "",
    "Options:",
    ...table(optionRows([helpOption, versionOption])),
    "",
    "'build' is meant where no command is named. Options of a command: diffc COMMAND --help",
    "",
    ...statusLines,
  ]);

/** What `diffc COMMAND --help` says. */
export const commandHelp = (command: Command): string =>
  text([
    `diffc ${command.name}: ${command.summary}`,
    "",
    `usage: diffc ${usageOf(command)} [options]`,
    "",
    "Options:",
    ...table(optionRows(command.options)),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
    ...statusLines,
  ]);

const statusLines = [
  "Exit status: 0 all well; 1 an error in your code, or a stale file;",
  "             2 wrong usage; 3 a fault of diffc's own",
  "",
  "Each code (DC1003, ...) has a page with an example: docs/diagnostics/ in the package",
];

const text = (lines: readonly string[]): string => lines.join("\n") + "\n";

const usageOf = ({ name, operands }: Command): string => `${name} ${operands}`;

const optionRows = (specs: readonly OptionSpec[]): [string, string][] =>
  specs
    .filter((spec) => spec.later !== true)
    .map((spec) => [
      (spec.short === undefined ? "" : `-${spec.short}, `) +
        `--${spec.name}` +
        (spec.value === undefined ? "" : ` ${spec.value}`),
      spec.help,
    ]);

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
