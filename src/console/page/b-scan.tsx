import { useEffect, useRef } from 'preact/hooks';
import type { VolumeInfo } from '../model.js';
import type { Frame } from './frame.js';

interface Props {
  readonly info: VolumeInfo;
  readonly frame: Frame | undefined;
  readonly column: number;
  readonly opacity: number;
  /** The colour of each value of the overlay. */
  readonly palette: Uint32Array;
  readonly trueProportions: boolean;
  readonly onColumn: (column: number) => void;
  readonly onStep: (by: number) => void;
}

/** One B-scan with an overlay over it, and the A-scan of the linked cursor. */
export function BScan(props: Props) {
  const { info, frame, column, opacity, palette, onColumn, onStep } = props;
  const { rows, columns, spacing } = info;
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (frame) picture.current?.getContext('2d')?.drawImage(frame.picture, 0, 0);
  }, [frame]);
  useEffect(() => {
    if (frame) paint(overlay.current, frame.values, info, palette);
  }, [frame, palette]);
  useEffect(() => {
    const canvas = overlay.current;
    // Preact's own listeners are passive for wheels: the page would scroll with the stack.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      onStep(Math.sign(event.deltaY));
    };
    canvas?.addEventListener('wheel', wheel, { passive: false });
    return () => {
      canvas?.removeEventListener('wheel', wheel);
    };
  }, [onStep]);
  const point = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * columns);
    onColumn(Math.min(columns - 1, Math.max(0, at)));
  };
  const ratio = props.trueProportions
    ? (columns * spacing.lateral) / (rows * spacing.axial)
    : Math.max(1.35, columns / rows);
  return (
    <div class="b-scan" style={{ aspectRatio: String(ratio) }}>
      <canvas
        ref={picture}
        width={columns}
        height={rows}
        role="img"
        aria-label={frame ? `B-scan ${frame.number + 1} of ${info.frames}` : 'B-scan, loading'}
      />
      <canvas
        ref={overlay}
        width={columns}
        height={rows}
        style={{ opacity }}
        aria-hidden="true"
        onPointerDown={point}
        onPointerMove={point}
      />
      <div class="a-scan" style={{ left: `${(100 * (column + 0.5)) / columns}%` }} />
    </div>
  );
}

function paint(
  canvas: HTMLCanvasElement | null,
  values: Uint8Array,
  { rows, columns }: VolumeInfo,
  palette: Uint32Array,
): void {
  const context = canvas?.getContext('2d');
  if (!context) return;
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = palette[values[i]!]!;
  context.putImageData(image, 0, 0);
}
