/** Drawings of 20 × 20, in the colour of the text beside them; words always stand with them. */
const DRAWINGS = {
  mark: [
    'M1 9c3.500 0 5 4 9 4s5.500-4 9-4',
    'M1 13.500c3.500 0 5 4 9 4s5.500-4 9-4',
    'M1 4.500h18',
  ],
  scans: ['M3 4h14v12H3z', 'M3 11c3 0 4 2 7 2s4-2 7-2', 'M3 8c3 0 4 2 7 2s4-2 7-2'],
  network: [
    'M10 3v4',
    'M4 13v-3h12v3',
    'M10 7v3',
    'M2.500 13h3v3h-3z',
    'M8.500 13h3v3h-3z',
    'M14.500 13h3v3h-3z',
  ],
  commission: [
    'M4 3h12v14H4z',
    'M7 8l1.500 1.500L11 7',
    'M7 13.500L8.500 15l2.500-2.500',
    'M13 8.500h1',
    'M13 14h1',
  ],
  node: ['M3 4h14v5H3z', 'M3 11h14v5H3z', 'M6 6.500h.5', 'M6 13.500h.5'],
  check: ['M4 10.500l4 4 8-9'],
  cross: ['M5 5l10 10', 'M15 5L5 15'],
  dash: ['M5 10h10'],
  clock: ['M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15', 'M10 6v4.500l3 1.500'],
  arrow: ['M4 10h11', 'M11 5.500L15.500 10 11 14.500'],
  back: ['M16 10H5', 'M9 5.500L4.500 10 9 14.500'],
  down: ['M10 3v10', 'M5.500 9L10 13.500 14.500 9', 'M4 17h12'],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      {DRAWINGS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
