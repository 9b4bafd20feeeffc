import { hashPassword } from '../config/user.js';
import { isRole, ROLE_NAMES } from '../values/role.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printError, printJson, UsageError } from './commands.js';
import type { Command } from './commands.js';

const SHORTEST = 12;
const OPTIONS = { json: JSON_OPTION };

/** `octriage password`: reads a password from standard input and prints the entry for OCTRIAGE_USERS. */
export const password: Command = {
  name: 'password',
  form: 'password NAME ROLE [--json]',
  help: 'reads a password from standard input, prints the entry for OCTRIAGE_USERS',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [name, role, ...rest] = positionals;
    if (name === undefined || rest.length > 0) throw new UsageError('password takes NAME ROLE');
    if (!isRole(role)) throw new UsageError(`ROLE is one of ${ROLE_NAMES.join(', ')}`);
    if (process.stdin.isTTY) printError('Password, then Enter:');
    const given = await firstLine(process.stdin);
    if (given.length < SHORTEST) {
      throw new UsageError(`a password has at least ${SHORTEST} characters`);
    }
    const entry = `${name}:${role}:${await hashPassword(given)}`;
    if (values.json === true) printJson({ entry });
    else print(entry);
    return EXIT_CODES.done;
  },
};

async function firstLine(input: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += chunk.toString('utf8');
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}
