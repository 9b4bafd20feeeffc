import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from '../conformance/compare.js';
import { shippedIods } from '../conformance/iods.js';
import { conformanceStatement } from '../conformance/statement.js';
import { statementFiles } from '../conformance/write-statement.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = {
  out: { type: 'string', value: 'FOLDER', help: 'where to write; conformance by default' },
  compare: { type: 'string', value: 'FILE', help: 'another statement.json: where do they differ?' },
  json: JSON_OPTION,
} as const;

/** `octriage conformance`: the DICOM conformance statement of this node. */
export const conformance: Command = {
  name: 'conformance',
  form: 'conformance [--out FOLDER | --json | --compare FILE [--json]]',
  help: 'writes the DICOM conformance statement of this node, or compares it with another one (1 where they differ)',
  options: OPTIONS,
  run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError('conformance takes no arguments');
    const settings = settingsOfThisMachine();
    if (values.json === true && values.compare === undefined) {
      printJson(conformanceStatement(settings, shippedIods()));
      return Promise.resolve(EXIT_CODES.done);
    }
    if (values.compare !== undefined) {
      const other = readStatement(values.compare);
      const found = differences(conformanceStatement(settings, shippedIods()), other);
      const said =
        found.length === 0 ? 'The statements are the same.' : `${found.length} difference(s).`;
      if (values.json === true) printJson({ differences: found });
      else for (const line of [...found, said]) print(line);
      return Promise.resolve(found.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed);
    }
    const folder = values.out ?? 'conformance';
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(statementFiles(settings, shippedIods()))) {
      writeFileSync(join(folder, name), content);
      print(join(folder, name));
    }
    return Promise.resolve(EXIT_CODES.done);
  },
};

function readStatement(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(`'${path}' is not a statement.json that can be read`);
  }
}
