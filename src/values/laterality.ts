/** The eye that was scanned: Image Laterality (0020,0062), right or left. 'B' and 'U' never reach a volume. */
export type Laterality = 'R' | 'L';
