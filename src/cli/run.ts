import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { version } from "../../compiler/version.js";
import { commands, defaultCommand, laterCommands } from "./commands.js";
import type { Command } from "./commands.js";
import { commandHelp, mainHelp, shortHelp } from "./help.js";
import type { ExitStatus, Io } from "./io.js";
import { isOverflow } from "./largerStack.js";
import { parseOptions } from "./options.js";
import { nearest, UsageError } from "./usage.js";

/**
 * The whole of the command line: `argv` is what follows `diffc`. Never throws. `inLargerStack` does it all again, where the
 * stack was too small.
 */
export async function main(
  argv: readonly string[],
  io: Io,
  inLargerStack?: () => Promise<ExitStatus>,
): Promise<ExitStatus> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (isOverflow(error))
      return inLargerStack === undefined ? tooDeep(io) : inLargerStack();
    if (!(error instanceof UsageError)) return internalFault(error, io);
    io.err(`diffc: ${error.message}\n`);
    return 2;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<ExitStatus> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    io.err(shortHelp());
    return 2;
  }
  if (first === "--help" || first === "-h") return say(mainHelp(), io);
  if (first === "--version" || first === "-v") return say(`${version}\n`, io);
  const command = commands.find(({ name }) => name === first);
  if (command !== undefined) return runCommand(command, rest, io);
  checkFirstWord(first, io);
  return runCommand(defaultCommand, argv, io);
}

async function runCommand(
  command: Command,
  args: readonly string[],
  io: Io,
): Promise<ExitStatus> {
  const parsed = parseOptions(args, command.options);
  if (parsed.has("help")) return say(commandHelp(command), io);
  return command.run(parsed, io);
}

function say(text: string, io: Io): ExitStatus {
  io.out(text);
  return 0;
}

/** `diffc biuld src/a.ts`: a first word that is no file and does not look like one was meant as a command. */
function checkFirstWord(word: string, io: Io): void {
  const looksLikeFile = word.startsWith("-") || /[./\\*?{[(]/.test(word);
  if (looksLikeFile || existsSync(resolve(io.cwd, word))) return;
  if (laterCommands.includes(word))
    throw new UsageError(`'diffc ${word}' is not built yet`);
  const names = commands.map(({ name }) => name);
  const near = nearest(word, names);
  if (near !== undefined)
    throw new UsageError(`unknown command '${word}', did you mean '${near}'?`);
  throw new UsageError(
    `'${word}' is neither a command (${names.join(", ")}) nor a file`,
  );
}

function tooDeep(io: Io): ExitStatus {
  io.err(
    "diffc: an expression is nested too deeply: give its parts names of their own (where nothing is, please report it, with the file that shows it)\n",
  );
  return 1;
}

/** Our own fault: says so, names the pass, asks for a report. The stack only on request. */
function internalFault(error: unknown, io: Io): ExitStatus {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const pass = "pass" in thrown ? ` in ${String(thrown.pass)}` : "";
  io.err(`diffc: internal error${pass}: ${thrown.message}\n`);
  io.err(
    "This is a fault of diffc, not of your code: please report it, with the function that shows it.\n",
  );
  if (process.env["DIFFC_TRACE"]) io.err(`${thrown.stack ?? ""}\n`);
  else io.err("DIFFC_TRACE=1 shows where in diffc it happened.\n");
  return 3;
}
