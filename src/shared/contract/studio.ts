// The whole of what renderer and main say to each other: the domains side by side.
import { augment } from './augment.ts';
import { datasetEvents, datasets } from './datasets.ts';
import { desktop, desktopEvents } from './desktop.ts';
import { exportEvents, exports } from './exports.ts';
import type { PayloadOf, ServiceOf } from './method.ts';
import { projectEvents, projects } from './projects.ts';
import { runEvents, runs } from './runs.ts';

export const studioMethods = { projects, datasets, augment, runs, exports, desktop };
export const studioEvents = {
  projects: projectEvents,
  datasets: datasetEvents,
  runs: runEvents,
  exports: exportEvents,
  desktop: desktopEvents,
};

/** `studio.runs.start({ project, settings })`. */
export type StudioApi = { [D in keyof typeof studioMethods]: ServiceOf<(typeof studioMethods)[D]> };
type EventMap = typeof studioEvents;
/** "runs.didLog" -> its payload. */
export type StudioEventPayloads = UnionToIntersection<
  {
    [D in keyof EventMap & string]: { [N in keyof EventMap[D] & string as `${D}.${N}`]: PayloadOf<EventMap[D][N]> };
  }[keyof EventMap & string]
>;
type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
