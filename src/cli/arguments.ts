import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseAeAddress, type AeAddress } from '../config/destination.js';
import { UsageError } from './commands.js';

/** `util.parseArgs` with its complaints as usage errors. */
export function parseCommandLine<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** An AE address of the command line. */
export function aeAddress(text: string): AeAddress {
  const parsed = parseAeAddress(text);
  if ('problem' in parsed) throw new UsageError(parsed.problem);
  return parsed.value;
}
