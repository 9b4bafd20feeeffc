import type { Settings } from '../config/settings-manifest.js';
import { annexN, TITLE } from './annex-n.js';
import { toHtml, toMarkdown } from './document.js';
import type { Iod } from './iods.js';
import { conformanceStatement } from './statement.js';

/** The files of a conformance statement: name → content. */
export function statementFiles(
  settings: Settings,
  iods: readonly Iod[],
): Readonly<Record<string, string>> {
  const statement = conformanceStatement(settings, iods);
  const blocks = annexN(statement);
  return {
    'statement.md': toMarkdown(blocks),
    'statement.html': toHtml(`${TITLE}: ${statement.product.name}`, blocks),
    'statement.json': `${JSON.stringify(statement, undefined, 2)}\n`,
  };
}
