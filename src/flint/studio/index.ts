// The door `flint/studio`: settings, progress, numbers, pictures, checkpoints. In a plain Node process it prints.
export { config } from './config.ts';
export { log } from './log.ts';
export { track } from './track.ts';
export { checkpoint, restore } from './checkpoint.ts';
export type { CheckpointOptions } from './checkpoint.ts';
export { showPredictions } from './predictions.ts';
export type { PredictionOptions } from './predictions.ts';
export { viz } from './viz.ts';
export type { ImagesOptions, LineOptions, Points } from './viz.ts';
export type { ScatterOptions, ScatterPoints } from './scatter.ts';
export { setSink, StopSignal } from './sink.ts';
export type { Sink } from './sink.ts';
