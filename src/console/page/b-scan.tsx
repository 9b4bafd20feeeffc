import { useEffect, useRef } from 'preact/hooks';
import type { VolumeInfo } from '../model.js';
import { COLOUR_OF } from './colours.js';
import type { Frame } from './frames.js';

interface Props {
  readonly info: VolumeInfo;
  readonly frame: Frame | undefined;
  readonly number: number;
  readonly column: number;
  readonly opacity: number;
  readonly hidden: ReadonlySet<number>;
  readonly trueProportions: boolean;
  readonly onColumn: (column: number) => void;
  readonly onStep: (by: number) => void;
}

/** One B-scan with its tissues over it, and the A-scan of the linked cursor. */
export function BScan(props: Props) {
  const { info, frame, number, column, opacity, hidden, onColumn, onStep } = props;
  const { rows, columns, spacing } = info;
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (frame) picture.current?.getContext('2d')?.drawImage(frame.picture, 0, 0);
  }, [frame]);
  useEffect(() => {
    if (frame) paint(overlay.current, frame.tissues, info, hidden);
  }, [frame, hidden]);
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
        aria-label={`B-scan ${number + 1} of ${info.frames}`}
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
  tissues: Uint8Array,
  { rows, columns }: VolumeInfo,
  hidden: ReadonlySet<number>,
): void {
  const context = canvas?.getContext('2d');
  if (!context) return;
  // A pixel of ImageData as one number, ABGR on every machine that runs a browser today.
  const colours = Uint32Array.from(COLOUR_OF, (colour, index) =>
    colour === undefined || hidden.has(index)
      ? 0
      : ((255 << 24) | (colour[2] << 16) | (colour[1] << 8) | colour[0]) >>> 0,
  );
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colours[tissues[i]!]!;
  context.putImageData(image, 0, 0);
}
