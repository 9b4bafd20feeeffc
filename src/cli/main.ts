#!/usr/bin/env node
import { logToStandardError } from '../operations/log.js';
import { explain, runCommand } from './command-line.js';

const args = process.argv.slice(2);
// The log of the node is its output; of a command it is what else is to be known.
if (args[0] !== 'serve') logToStandardError();
try {
  process.exitCode = await runCommand(args);
} catch (error) {
  // Not `exitCode`: a start that failed half-way may have left a worker or a timer that keeps the process alive.
  process.exit(explain(error, args));
}
