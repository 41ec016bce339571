// What a decoder may be told: apart from the decoders, which bring their libraries with them.
import type { ColourMode } from './colour.ts';

export interface DecodeOptions {
  /** What the pixels become; 'rgb' by default. */
  mode?: ColourMode;
  /** An image that says it has more is refused before anything is decoded; 100 million by default. */
  mostPixels?: number;
}

export const usualMostPixels = 100_000_000;
