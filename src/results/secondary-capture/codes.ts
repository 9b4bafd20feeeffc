/** PS3.3 C.7.6.1.1.2: made of other images, and by no scanner. */
export const IMAGE_TYPE = ['DERIVED', 'SECONDARY'] as const;
export const SAMPLES = 3;
