import type { StatedThickness } from '../../values/etdrs.js';
import type { ResultInput } from '../result-input.js';
import type { EtdrsGrid } from '../thickness/etdrs-grid.js';
import { scanCentre } from '../thickness/fovea.js';

/** Where the grid lies, so that a reader can find the place in the scan. */
export function centreInWords({ volume }: ResultInput, { centre, map }: EtdrsGrid): string {
  const { spacing, laterality, frameNumbers } = volume!;
  const middle = scanCentre(map);
  const right = (centre.column - middle.column) * spacing.lateral;
  const up = (centre.frame - middle.frame) * spacing.frame;
  const nasal = laterality === 'R' ? right : -right;
  const at = `frame ${String(frameNumbers[Math.round(centre.frame)])}, column ${String(Math.round(centre.column) + 1)}`;
  if (centre.by === 'scan centre')
    return `No foveal pit was found: the centre of the scan (${at}).`;
  const aside = `${Math.abs(nasal).toFixed(2)} mm ${nasal < 0 ? 'temporal' : 'nasal'}`;
  const above = `${Math.abs(up).toFixed(2)} mm ${up < 0 ? 'inferior' : 'superior'}`;
  return `The foveal pit (${at}), ${aside} and ${above} of the centre of the scan.`;
}

const ASIDE =
  /(?<across>\d+\.\d{2}) mm (?<side>nasal|temporal) and (?<along>\d+\.\d{2}) mm (?<way>superior|inferior) of the centre/;

/** The place that `centreInWords` names; the middle of the scan where it names none. */
export function centreFromWords(
  words: string,
): Pick<StatedThickness['centre'], 'nasal' | 'superior'> {
  const said = ASIDE.exec(words)?.groups;
  if (said === undefined) return { nasal: 0, superior: 0 };
  return {
    nasal: Number(said['across']) * (said['side'] === 'nasal' ? 1 : -1),
    superior: Number(said['along']) * (said['way'] === 'superior' ? 1 : -1),
  };
}
