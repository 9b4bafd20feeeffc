import type { DataSet } from './data-set.js';
import type { Keyword } from './dictionary.js';

/** The functional groups of an enhanced multi-frame image (PS3.3 C.7.6.16). */
export interface FunctionalGroups {
  /** First item of a macro's sequence for one frame (from 0): its own where it has one, else the shared one. */
  macro(keyword: Keyword, frame: number): DataSet | undefined;
  /** Does any frame carry this macro itself? */
  isPerFrame(keyword: Keyword): boolean;
}

/** Reads shared and per-frame groups together: scanners put the same macro in either (devices.md, Heidelberg). */
export function functionalGroups(header: DataSet): FunctionalGroups {
  const shared = header.item('SharedFunctionalGroupsSequence');
  const perFrame = header.items('PerFrameFunctionalGroupsSequence');
  return {
    macro: (keyword, frame) => perFrame[frame]?.item(keyword) ?? shared?.item(keyword),
    isPerFrame: (keyword) => perFrame.some((item) => item.item(keyword) !== undefined),
  };
}
