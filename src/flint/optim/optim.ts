// The namespace `optim`, as PyTorch has it.
export { Optimizer } from './optimizer.ts';
export type { OptimizerState, ParamGroup, ParamsOrGroups, ParamState } from './optimizer.ts';
export { Adadelta, Adagrad, Adam, AdamW, RMSprop, SGD } from './algorithms.ts';
export type { AdadeltaOptions, AdagradOptions, AdamOptions, RMSpropOptions, SGDOptions } from './algorithms.ts';
export * as lrScheduler from './schedules.ts';
