#!/usr/bin/env node
import { explain, runCommand } from './command-line.js';

const args = process.argv.slice(2);
try {
  process.exitCode = await runCommand(args);
} catch (error) {
  // Not `exitCode`: a start that failed half-way may have left a worker or a timer that keeps the process alive.
  process.exit(explain(error, args));
}
