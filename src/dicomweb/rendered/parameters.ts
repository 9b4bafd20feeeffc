import type { Request } from 'express';
import { HttpProblem } from '../../http/problem.js';

/** Into how large a picture what region of the frame goes; turned round where width or height of the region is negative. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly region?: {
    readonly x: number;
    readonly y: number;
    readonly width: number | undefined;
    readonly height: number | undefined;
  };
}

export const WINDOW_FUNCTIONS = ['linear', 'linear-exact', 'sigmoid'] as const;

/** PS3.3 C.11.2.1.2 and C.11.2.1.3. */
export interface Window {
  readonly center: number;
  readonly width: number;
  readonly shape: (typeof WINDOW_FUNCTIONS)[number];
}

/** Ours beside the standard's 'patient' and 'technique', as PS3.18 8.3.5.1.1 allows: the tissues of the active result. */
export const TISSUES_ANNOTATION = 'tissues';

export interface RenderingParameters {
  readonly viewport?: Viewport;
  readonly window?: Window;
  /** 1 to 100, of JPEG. */
  readonly quality: number;
  readonly tissues: boolean;
  /** Annotations that were asked for and are not drawn here. */
  readonly unknownAnnotations: readonly string[];
}

const DEFAULT_QUALITY = 90;
/** A larger picture than this shows nothing more. */
const LARGEST_SIDE = 4096;

/** The query of a rendered resource (PS3.18 8.3.5.1). @throws HttpProblem OCT_HTTP_BAD_REQUEST */
export function renderingParameters(request: Request): RenderingParameters {
  const annotations = textOf(request, 'annotation')?.split(',').filter(Boolean) ?? [];
  const viewport = viewportOf(textOf(request, 'viewport'));
  const window = windowOf(textOf(request, 'window'));
  return {
    ...(viewport && { viewport }),
    ...(window && { window }),
    quality: qualityOf(textOf(request, 'quality')),
    tissues: annotations.includes(TISSUES_ANNOTATION),
    unknownAnnotations: annotations.filter((name) => name !== TISSUES_ANNOTATION),
  };
}

function viewportOf(text: string | undefined): Viewport | undefined {
  if (text === undefined) return undefined;
  const [width, height, x, y, regionWidth, regionHeight, ...others] = text.split(',').map(numberOf);
  if (!isSide(width) || !isSide(height) || others.length > 0)
    throw bad(`viewport is width,height and a region; sides are 1 to ${String(LARGEST_SIDE)}`);
  if (regionWidth === 0 || regionHeight === 0) throw bad('the region of the viewport is empty');
  if (text.split(',').length <= 2) return { width, height };
  return {
    width,
    height,
    region: { x: x ?? 0, y: y ?? 0, width: regionWidth, height: regionHeight },
  };
}

function windowOf(text: string | undefined): Window | undefined {
  if (text === undefined) return undefined;
  const [center, width, shape = 'linear', ...others] = text.split(',');
  const known = WINDOW_FUNCTIONS.find((name) => name === shape.toLowerCase());
  const [c, w] = [numberOf(center ?? ''), numberOf(width ?? '')];
  const least = known === 'linear' ? 1 : 0;
  if (c === undefined || w === undefined || known === undefined || others.length > 0)
    throw bad(`window is center,width,function; functions are ${WINDOW_FUNCTIONS.join(', ')}`);
  if (w < least || w === 0) throw bad('the width of the window is too small for its function');
  return { center: c, width: w, shape: known };
}

function qualityOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_QUALITY;
  const quality = Number(text);
  if (/^\d{1,3}$/.test(text) && quality >= 1 && quality <= 100) return quality;
  throw bad('quality is 1 to 100');
}

function isSide(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE;
}

/** Undefined where there is nothing between the commas. */
function numberOf(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw bad('a number of viewport or window is none');
  return value;
}

function textOf(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw bad(`${name} is given twice`);
}

function bad(detail: string): HttpProblem {
  return new HttpProblem('OCT_HTTP_BAD_REQUEST', `${detail}.`);
}
