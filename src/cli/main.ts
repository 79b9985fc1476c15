#!/usr/bin/env node
import { main } from "./run.js";

// `diffc ... | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: Error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  // hasColors knows NO_COLOR, FORCE_COLOR and dumb terminals.
  color: process.stderr.isTTY === true && process.stderr.hasColors(),
});
