import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
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

/** What browsers make of a notch of the wheel, about (pixels). */
const NOTCH = 100;

/** One B-scan with an overlay over it, and the A-scan of the linked cursor. */
export function BScan(props: Props) {
  const { info, frame, column, opacity, palette, onColumn, onStep } = props;
  const { rows, columns, spacing } = info;
  const picture = usePainted(info, frame?.grey, GREY);
  const overlay = usePainted(info, frame?.values, palette);
  useEffect(() => {
    const canvas = overlay.current;
    // Preact's own listeners are passive for wheels: the page would scroll with the stack.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      // Notches of a wheel that is turned quickly come as one event.
      const notches = Math.max(1, Math.round(Math.abs(event.deltaY) / NOTCH));
      onStep(Math.sign(event.deltaY) * notches);
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

/** Each value as itself, opaque. */
const GREY = Uint32Array.from({ length: 256 }, (_, value) => (255 << 24) | (value * 0x10101));

/**
 * A canvas that shows a B-scan's values in the colours of a palette. It is painted in a layout effect, since others run
 * after the next frame, and from one image: a new one each time were 2 MB of garbage thirty times a second.
 */
function usePainted(
  { rows, columns }: VolumeInfo,
  values: Uint8Array | undefined,
  palette: Uint32Array,
) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useMemo(() => new ImageData(columns, rows), [columns, rows]);
  useLayoutEffect(() => {
    if (values === undefined) return;
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = palette[values[i]!]!;
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [image, values, palette]);
  return canvas;
}
