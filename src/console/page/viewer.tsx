import { useCallback, useMemo, useState } from 'preact/hooks';
import { RESEARCH_USE_ONLY } from '../../values/product.js';
import type { StatedThickness } from '../../values/etdrs.js';
import type { EnFaceMaps, OverlayName, VolumeInfo } from '../model.js';
import { useAnswer } from './api.js';
import { BScan } from './b-scan.js';
import { decode, EnFace } from './en-face.js';
import { useFrame } from './frame.js';
import { Legend, OverlayChoice } from './overlay-choice.js';
import { overlayOf, paletteOf } from './overlays.js';

/** The images of a scan: the stack of B-scans, and the fundus from above, joined by one cursor. */
export function Viewer(props: {
  readonly id: string;
  readonly version: string;
  readonly thickness: StatedThickness | undefined;
  /** How many segmented the scan. */
  readonly networks: number;
}) {
  const { id, version, thickness, networks } = props;
  const base = `/api/scans/${encodeURIComponent(id)}/volume`;
  const { data: info, error } = useAnswer<VolumeInfo>(`${base}?v=${version}`);
  if (info === undefined) {
    return <p class="loading">{error === undefined ? 'Loading the images …' : error}</p>;
  }
  return (
    <Images base={base} version={version} info={info} thickness={thickness} networks={networks} />
  );
}

function Images(props: {
  readonly base: string;
  readonly version: string;
  readonly info: VolumeInfo;
  readonly thickness: StatedThickness | undefined;
  readonly networks: number;
}) {
  const { base, version, info, thickness, networks } = props;
  const { data: maps } = useAnswer<EnFaceMaps>(`${base}/maps?v=${version}`);
  const richest = useMemo(() => maps && richestOf(maps), [maps]);
  const [chosen, choose] = useState<number>();
  // Where nobody has looked yet: the B-scan with most fluid and lesion, once the maps say which that is.
  const start = richest?.frame ?? Math.floor(info.frames / 2);
  const number = chosen ?? start;
  const [column, setColumn] = useState(Math.floor(info.columns / 2));
  const [overlay, setOverlay] = useState<OverlayName>('tissues');
  const frame = useFrame(base, version, info, number, overlay);
  const [opacity, setOpacity] = useState(0.5);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const { marks: marksOf, legend } = overlayOf(overlay);
  const marks = useMemo(() => marksOf(info) ?? [], [info, overlay]);
  // Of what is shown: what was chosen may still be on its way.
  const palette = useMemo(
    () => paletteOf(overlayOf(frame?.overlay ?? overlay).marks(info) ?? [], hidden),
    [info, frame?.overlay, hidden],
  );
  const [mapName, setMapName] = useState<string>();
  const [grid, setGrid] = useState(true);
  const [trueProportions, setTrueProportions] = useState(false);
  const step = useCallback(
    (by: number) => {
      choose((before = start) => Math.min(info.frames - 1, Math.max(0, before + by)));
    },
    [info, start],
  );
  const shown = maps?.maps.find(({ name }) => name === mapName) ?? richest?.map;
  const noMap = mapName === '';
  const millimetres = (number - (info.frames - 1) / 2) * info.spacing.frame;
  return (
    <div class="viewer">
      <div class="fundus-side">
        {maps ? (
          <EnFace
            info={info}
            maps={maps}
            shown={noMap ? undefined : shown}
            frame={number}
            column={column}
            thickness={grid ? thickness : undefined}
            onPoint={(atFrame, atColumn) => {
              choose(atFrame);
              setColumn(atColumn);
            }}
          />
        ) : (
          <p class="loading">Making the maps …</p>
        )}
        <div class="controls">
          <label>
            Map
            <select
              value={noMap ? '' : (shown?.name ?? '')}
              onChange={(event) => {
                setMapName(event.currentTarget.value);
              }}
            >
              {maps?.maps.map(({ name, meaning }) => (
                <option key={name} value={name}>
                  {meaning}
                </option>
              ))}
              <option value="">Brightness only</option>
            </select>
          </label>
          {thickness && (
            <label class="check">
              <input
                type="checkbox"
                checked={grid}
                onChange={() => {
                  setGrid(!grid);
                }}
              />
              ETDRS grid
            </label>
          )}
        </div>
        {info.coverage === 'lesions' && (
          <p class="small">
            The stored segmentation shows fluids and lesions only. A map of retinal thickness needs
            a label map: let a destination take one.
          </p>
        )}
      </div>
      <div class="stack-side">
        <BScan
          info={info}
          frame={frame}
          column={column}
          opacity={opacity}
          palette={palette}
          trueProportions={trueProportions}
          onColumn={setColumn}
          onStep={step}
        />
        <p class="overlay-note">
          B-scan {number + 1} of {info.frames}
          <span>
            {Math.abs(millimetres).toFixed(2)} mm {millimetres < 0 ? 'inferior' : 'superior'} of the
            middle
          </span>
          <span class="ruo">{RESEARCH_USE_ONLY}</span>
        </p>
        <div class="controls">
          <label class="grow">
            B-scan
            <input
              type="range"
              min={0}
              max={info.frames - 1}
              value={number}
              aria-valuetext={`B-scan ${number + 1} of ${info.frames}`}
              onInput={(event) => {
                choose(Number(event.currentTarget.value));
              }}
            />
          </label>
          <label>
            Opacity
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={opacity}
              aria-valuetext={`${Math.round(opacity * 100)} percent`}
              onInput={(event) => {
                setOpacity(Number(event.currentTarget.value));
              }}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={trueProportions}
              onChange={() => {
                setTrueProportions(!trueProportions);
              }}
            />
            True proportions
          </label>
        </div>
        <OverlayChoice info={info} networks={networks} shown={overlay} choose={setOverlay} />
        <Legend
          title={legend}
          marks={marks}
          hidden={hidden}
          toggle={(label) => {
            const next = new Set(hidden);
            if (!next.delete(label)) next.add(label);
            setHidden(next);
          }}
        />
      </div>
    </div>
  );
}

/** Maps that say nothing of fluid and lesion. */
const NOT_A_FINDING = ['retina', 'disagreement'];

/** The map to begin with (thickness, or the fluid or lesion there is most of), and the B-scan that has most of them. */
function richestOf({ maps, frames, columns }: EnFaceMaps) {
  const perFrame = new Float64Array(frames);
  let most = { map: maps[0], sum: -1 };
  for (const map of maps) {
    let sum = 0;
    if (!NOT_A_FINDING.includes(map.name)) {
      decode(map.values).forEach((um, cell) => {
        sum += um;
        perFrame[Math.floor(cell / columns)]! += um;
      });
    }
    if (sum > most.sum) most = { map, sum };
  }
  const best = perFrame.reduce((at, um, frame) => (um > perFrame[at]! ? frame : at), 0);
  const frame = perFrame[best]! > 0 ? best : Math.floor(frames / 2);
  return { frame, map: maps.find(({ name }) => name === 'retina') ?? most.map };
}
