import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OverlayName, VolumeInfo } from '../model.js';
import { Stack } from './stack.js';

/** A B-scan, and what lies over it: rows × columns each. */
export interface Frame {
  readonly number: number;
  readonly grey: Uint8Array;
  readonly overlay: OverlayName;
  /** What a value means is up to the overlay. */
  readonly values: Uint8Array;
}

/** Decoded B-scans with their overlays in memory, in bytes: a cube of 128 × 885 × 512 whole. */
const KEPT = 128e6;

/**
 * The B-scan to be shown: the one with this number; until it is there, of those that come the one that is nearest on the
 * way to it, so that a stack that is turned faster than it is fetched still moves.
 * @param base of the scan's images, without a query
 */
export function useFrame(
  base: string,
  version: string,
  info: VolumeInfo,
  number: number,
  overlay: OverlayName,
): Frame | undefined {
  const [frame, setFrame] = useState<Frame>();
  const wanted = useRef({ number, overlay });
  wanted.current = { number, overlay };
  const offer = useCallback((offered: Frame) => {
    setFrame((shown) => (isNearer(offered, shown, wanted.current) ? offered : shown));
  }, []);
  const stack = useMemo(() => {
    const size = info.rows * info.columns;
    const kept = Math.ceil(KEPT / (2 * size));
    const load = async (at: number): Promise<Frame> => {
      const response = await fetch(`${base}/${overlay}/${at}?v=${version}`);
      if (!response.ok) throw new Error(`the node answers ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const values = await inflate(bytes.subarray(size));
      return { number: at, grey: bytes.subarray(0, size), overlay, values };
    };
    return new Stack(info.frames, kept, load, offer);
  }, [base, version, info, overlay, offer]);
  useLayoutEffect(() => {
    const known = stack.turnTo(number);
    if (known !== undefined) offer(known);
  }, [stack, number, offer]);
  return frame;
}

function isNearer(
  offered: Frame,
  shown: Frame | undefined,
  wanted: Pick<Frame, 'number' | 'overlay'>,
): boolean {
  if (offered.overlay !== wanted.overlay) return false;
  if (shown?.overlay !== wanted.overlay) return offered.number === wanted.number;
  const ahead = offered.number - shown.number;
  return ahead !== 0 && ahead * (wanted.number - offered.number) >= 0;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  // What is damaged is told to the reader of the other end.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  return new Uint8Array(await new Response(readable).arrayBuffer());
}
