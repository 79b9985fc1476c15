#!/usr/bin/env node
import { isMainThread, workerData } from "node:worker_threads";
import { inLargerStack } from "./largerStack.js";
import { main } from "./run.js";

// `diffc ... | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: Error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
});

// hasColors knows NO_COLOR, FORCE_COLOR and dumb terminals.
const color = isMainThread
  ? process.stderr.isTTY === true && process.stderr.hasColors()
  : (workerData as { color: boolean }).color;
const argv = process.argv.slice(2);
const io = {
  cwd: process.cwd(),
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  color,
};
process.exitCode = await main(
  argv,
  io,
  isMainThread ? () => inLargerStack(argv, color) : undefined,
);
