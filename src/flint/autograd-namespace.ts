// The namespace `autograd`: what a program asks of it less often than `grad` and `noGrad`.
export { detectAnomaly, isAnomalyEnabled, setDetectAnomaly } from './anomaly.ts';
export { grad, jacobian } from './autograd.ts';
export { Function, FunctionContext } from './autograd-function.ts';
export type { FunctionClass } from './autograd-function.ts';
export { checkpoint } from './checkpointing.ts';
