#!/usr/bin/env node
import { explain, runCommand } from './command-line.js';

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  // Not `exitCode`: a start that failed half-way may have left a worker or a timer that keeps the process alive.
  process.exit(explain(error));
}
