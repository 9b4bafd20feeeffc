import { escaped } from '../dicom/markup.js';

export type Cell = string | number;

/** A table of text; what begins with a digit stands at the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell) =>
    typeof value === 'number' || /^[−-]?[\d.]/.test(value)
      ? `<td class="n">${escaped(String(value))}</td>`
      : `<td>${escaped(value)}</td>`;
  return [
    '<table>',
    `<thead><tr>${head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`),
    '</tbody></table>',
  ].join('\n');
}

/** What is not known is said so, and never 0. */
export const UNKNOWN = '–';

export function decimal(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? UNKNOWN : value.toFixed(digits);
}

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : `${(100 * value).toFixed(1)} %`;
}
