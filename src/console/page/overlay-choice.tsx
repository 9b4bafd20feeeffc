import { css } from '../../values/tissue-colour.js';
import type { OverlayName, VolumeInfo } from '../model.js';
import { OVERLAYS, type Mark } from './overlays.js';

/** What each object would show, and its kind as a destination names it. */
const MISSING = {
  alternatives: ['what the other networks see', 'alternative-label-map'],
  dissenters: ['how many of them differ', 'disagreement-map'],
} as const;

/** What lies over the B-scan; where there is no choice, why. */
export function OverlayChoice(props: {
  readonly info: VolumeInfo;
  /** How many segmented the scan; none where it was not read. */
  readonly networks: number;
  readonly shown: OverlayName;
  readonly choose: (name: OverlayName) => void;
}) {
  const { info, networks, shown, choose } = props;
  if (networks === 0) return null;
  if (networks === 1) {
    return <p class="small">One network segmented this scan: there is no other to differ.</p>;
  }
  const has = OVERLAYS.filter(({ marks }) => marks(info) !== undefined);
  const missing = (['alternatives', 'dissenters'] as const)
    .filter((name) => !has.some((overlay) => overlay.name === name))
    .map((name) => MISSING[name]);
  return (
    <>
      {has.length > 1 && (
        <fieldset class="legend">
          <legend>Overlay of {networks} networks</legend>
          {has.map(({ name, title }) => (
            <label key={name} class="check">
              <input
                type="radio"
                name="overlay"
                checked={name === shown}
                onChange={() => {
                  choose(name);
                }}
              />
              {title}
            </label>
          ))}
        </fieldset>
      )}
      {missing.length > 0 && (
        <p class="small">
          {networks} networks segmented this scan. Nothing is stored of{' '}
          {missing.map(([what]) => what).join(' and ')}: let a destination take{' '}
          {missing.map(([, kind]) => kind).join(' and ')}.
          {info.members === undefined && ' A scan without planes (Cirrus) has no disagreement-map.'}
        </p>
      )}
    </>
  );
}

/** The marks of an overlay with their colours; each can be hidden. */
export function Legend(props: {
  readonly title: string;
  readonly marks: readonly Mark[];
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (label: string) => void;
}) {
  const { title, marks, hidden, toggle } = props;
  if (marks.length === 0) return <p class="small">Nothing is marked in this scan.</p>;
  return (
    <fieldset class="legend">
      <legend>{title}</legend>
      {marks.map(({ label, colour }) => (
        <label key={label} class="check">
          <input
            type="checkbox"
            checked={!hidden.has(label)}
            onChange={() => {
              toggle(label);
            }}
          />
          <span class="swatch" style={{ background: css(colour) }} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
