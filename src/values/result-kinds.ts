/**
 * The objects that a reading may be made into, in the order in which they are made and sent: what is referred to comes
 * before what refers to it. A destination names the kinds that it takes; `byDefault` are made for every reading, since
 * the report refers to the segmentation, and are sent where a destination names none.
 */
export const RESULT_KINDS = {
  segmentation: { meaning: 'fluids and lesions, a bit a pixel (66.4)', byDefault: true },
  'tissue-segmentation': { meaning: 'every tissue class, a bit a pixel (66.4)', byDefault: false },
  'label-map': { meaning: 'every tissue class, a byte a pixel, RLE (66.7)', byDefault: false },
  'height-map': { meaning: 'surfaces of the retina (66.8)', byDefault: false },
  'disagreement-map': { meaning: 'where the networks disagree (30)', byDefault: false },
  'alternative-label-map': {
    meaning: 'what most of the networks that disagree see there (66.7)',
    byDefault: false,
  },
  'network-label-map': {
    meaning: 'every tissue class as each network alone sees it, an object a network (66.7)',
    byDefault: false,
  },
  report: { meaning: 'the report as Comprehensive 3D SR (88.34)', byDefault: true },
  'enhanced-report': { meaning: 'the report as Enhanced SR (88.22)', byDefault: false },
  'key-objects': { meaning: 'the frames that carried the decision (88.59)', byDefault: false },
  'page-pdf': { meaning: 'a page to read, as Encapsulated PDF (104.1)', byDefault: false },
  'page-picture': { meaning: 'the same page as Secondary Capture (7)', byDefault: false },
} as const satisfies Record<string, { readonly meaning: string; readonly byDefault: boolean }>;

export type ResultKind = keyof typeof RESULT_KINDS;

export const RESULT_KIND_NAMES = Object.keys(RESULT_KINDS) as readonly ResultKind[];

export const DEFAULT_RESULT_KINDS: readonly ResultKind[] = RESULT_KIND_NAMES.filter(
  (kind) => RESULT_KINDS[kind].byDefault,
);

export function isResultKind(text: string): text is ResultKind {
  return Object.hasOwn(RESULT_KINDS, text);
}
