import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OverlayName, VolumeInfo } from '../model.js';
import { Stack } from './stack.js';

/** A B-scan, and what lies over it. */
export interface Frame {
  readonly number: number;
  readonly picture: ImageBitmap;
  readonly overlay: OverlayName;
  /** Rows × columns; what a value means is up to the overlay. */
  readonly values: Uint8Array;
}

/**
 * The B-scan to be shown: the one with this number, and until it is there the last one that came of those asked for, so
 * that a stack that is turned faster than it is fetched still moves.
 * @param base of the scan's images, without a query
 */
export function useFrame(
  base: string,
  version: string,
  info: VolumeInfo,
  number: number,
  overlay: OverlayName,
): Frame | undefined {
  const pictures = useMemo(
    () =>
      new Stack(info.frames, async (frame) => {
        const response = await get(`${base}/frames/${frame}?v=${version}`);
        return createImageBitmap(await response.blob());
      }),
    [base, version, info],
  );
  const overlays = useMemo(
    () =>
      new Stack(info.frames, async (frame) => {
        const response = await get(`${base}/${overlay}/${frame}?v=${version}`);
        return new Uint8Array(await response.arrayBuffer());
      }),
    [base, version, info, overlay],
  );
  const [frame, setFrame] = useState<Frame>();
  const asked = useRef(0);
  const shown = useRef(0);
  useEffect(() => {
    const turn = ++asked.current;
    Promise.all([pictures.get(number), overlays.get(number)]).then(
      ([picture, values]) => {
        if (turn < shown.current) return;
        shown.current = turn;
        setFrame({ number, picture, overlay, values });
      },
      () => undefined,
    );
  }, [pictures, overlays, overlay, number]);
  return frame;
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`the node answers ${response.status}`);
  return response;
}
