// The namespace `optim.lrScheduler`: schedules of the learning rate.
export * from './lr-cycles.ts';
export * from './lr-scheduler.ts';
