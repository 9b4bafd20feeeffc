import { useEffect, useMemo, useRef } from 'preact/hooks';
import { RINGS, subfieldName, type StatedThickness } from '../../values/etdrs.js';
import type { EnFaceMap, EnFaceMaps, VolumeInfo } from '../model.js';
import { scale, SCALE_CSS } from './colours.js';
import { centreOf, placeOf, sideName } from './etdrs.js';

interface Props {
  readonly info: VolumeInfo;
  readonly maps: EnFaceMaps;
  readonly shown: EnFaceMap | undefined;
  readonly frame: number;
  readonly column: number;
  /** As the report says it; absent: no grid. */
  readonly thickness: StatedThickness | undefined;
  readonly onPoint: (frame: number, column: number) => void;
}

/** The fundus from above, superior at the top: brightness, a thickness map over it, the ETDRS grid, the linked cursor. */
export function EnFace({ info, maps, shown, frame, column, thickness, onPoint }: Props) {
  const { frames, columns, spacing, laterality } = info;
  const canvas = useRef<HTMLCanvasElement>(null);
  const values = useMemo(() => shown && decode(shown.values), [shown]);
  useEffect(() => {
    draw(canvas.current, maps, values, shown?.maximum ?? 0);
  }, [maps, values]);
  const width = columns * spacing.lateral;
  const height = frames * spacing.frame;
  const point = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const across = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const up = Math.floor((1 - (event.clientY - box.top) / box.height) * frames);
    onPoint(clamp(up, frames), clamp(across, columns));
  };
  const lineY = height - (frame + 0.5) * spacing.frame;
  const lineX = (column + 0.5) * spacing.lateral;
  return (
    <figure class="en-face">
      <div class="fundus" style={{ aspectRatio: `${width} / ${height}` }}>
        <canvas ref={canvas} width={columns} height={frames} aria-hidden="true" />
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`Fundus view of the scan${shown ? `: ${shown.meaning}` : ''}`}
          onPointerDown={point}
          onPointerMove={point}
        >
          {thickness && <Grid thickness={thickness} info={info} />}
          <path class="cursor" d={`M0 ${lineY}H${width}M${lineX} 0V${height}`} />
          <circle class="cursor" cx={lineX} cy={lineY} r={width / 60} />
        </svg>
        <span class="compass">
          {(['superior', 'left', 'right', 'inferior'] as const).map((side) => (
            <span key={side} class={side}>
              {sideName(side, laterality)[0]!.toUpperCase()}
            </span>
          ))}
        </span>
      </div>
      <figcaption>
        {shown && (
          <span class="scale">
            0 <span style={{ background: SCALE_CSS }} /> {shown.maximum} µm
          </span>
        )}
        {thickness && (
          <span>
            ETDRS grid on {CENTRES[thickness.centre.by]}: retinal thickness in µm, as the report
            says
          </span>
        )}
      </figcaption>
      {thickness && <GridTable thickness={thickness} />}
    </figure>
  );
}

const CENTRES = { fovea: 'the foveal pit', 'scan centre': 'the middle of the scan' } as const;

function Grid(props: { readonly thickness: StatedThickness; readonly info: VolumeInfo }) {
  const { thickness, info } = props;
  const { x, y } = centreOf(thickness, info);
  return (
    <g class="etdrs">
      {Object.values(RINGS).map(([, radius]) => (
        <circle key={radius} cx={x} cy={y} r={radius} />
      ))}
      {[1, 3, 5, 7].map((eighth) => (
        <path key={eighth} d={spoke(x, y, (eighth * Math.PI) / 4)} />
      ))}
      {thickness.subfields.map((subfield) => {
        const { dx, dy } = placeOf(subfield, info.laterality);
        return (
          <text key={subfieldName(subfield)} x={x + dx} y={y + dy}>
            {subfield.um === undefined ? '–' : Math.round(subfield.um)}
          </text>
        );
      })}
    </g>
  );
}

/** The numbers of the grid for who does not see it. */
function GridTable({ thickness }: { readonly thickness: StatedThickness }) {
  return (
    <div class="hidden">
      <table>
        <caption>Retinal thickness of each subfield in µm, as the report says</caption>
        <tbody>
          {thickness.subfields.map((subfield) => (
            <tr key={subfieldName(subfield)}>
              <th scope="row">{subfieldName(subfield)}</th>
              <td>{subfield.um === undefined ? 'too little measured' : Math.round(subfield.um)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function spoke(x: number, y: number, angle: number): string {
  const at = (radius: number) => `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`;
  return `M${at(RINGS.centre[1])}L${at(RINGS.outer[1])}`;
}

function clamp(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}

/** Uint16 little endian in base64. */
export function decode(text: string): Uint16Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

function draw(
  canvas: HTMLCanvasElement | null,
  { frames, columns, projection }: EnFaceMaps,
  values: Uint16Array | undefined,
  maximum: number,
): void {
  const context = canvas?.getContext('2d');
  if (!context) return;
  const grey = atob(projection);
  let darkest = 255;
  let brightest = 1;
  for (let i = 0; i < grey.length; i++) {
    darkest = Math.min(darkest, grey.charCodeAt(i));
    brightest = Math.max(brightest, grey.charCodeAt(i));
  }
  const image = context.createImageData(columns, frames);
  for (let frame = 0; frame < frames; frame++) {
    for (let column = 0; column < columns; column++) {
      const cell = frame * columns + column;
      const at = 4 * ((frames - 1 - frame) * columns + column);
      const share = (grey.charCodeAt(cell) - darkest) / Math.max(1, brightest - darkest);
      const value = values?.[cell] ?? 0;
      const pixel =
        value > 0 && maximum > 0 ? scale(value / maximum) : [255 * share, 255 * share, 255 * share];
      image.data.set([...pixel, 255], at);
    }
  }
  context.putImageData(image, 0, 0);
}
