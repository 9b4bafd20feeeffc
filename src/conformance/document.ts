import { escaped } from '../dicom/markup.js';

/** A document of headings, paragraphs and tables, and what it looks like as Markdown and as HTML. */
export type Block =
  | { readonly heading: string; readonly level: 1 | 2 | 3 }
  | { readonly paragraph: string }
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function toMarkdown(blocks: readonly Block[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const parts = blocks.map((block) => {
    if ('heading' in block) return `${'#'.repeat(block.level)} ${block.heading}`;
    if ('paragraph' in block) return block.paragraph;
    return [
      line(block.columns),
      line(block.columns.map(() => '---')),
      ...block.rows.map(line),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

const STYLE = [
  ':root { color-scheme: light dark; }',
  'body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }',
  'table { border-collapse: collapse; font-size: 0.875rem; }',
  'th, td { border: 1px solid #8888; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }',
  'thead { background: #8882; }',
].join('\n');

/** One file that needs nothing else. */
export function toHtml(title: string, blocks: readonly Block[]): string {
  const row = (cells: readonly string[], tag: 'th scope="col"' | 'td') =>
    `<tr>${cells.map((text) => `<${tag}>${escaped(text)}</${tag.slice(0, 2)}>`).join('')}</tr>`;
  const body = blocks.map((block) => {
    if ('heading' in block) return `<h${block.level}>${escaped(block.heading)}</h${block.level}>`;
    if ('paragraph' in block) return `<p>${escaped(block.paragraph)}</p>`;
    return [
      `<table><thead>${row(block.columns, 'th scope="col"')}</thead><tbody>`,
      ...block.rows.map((cells) => row(cells, 'td')),
      '</tbody></table>',
    ].join('\n');
  });
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escaped(title)}</title><style>\n${STYLE}\n</style></head>`,
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
