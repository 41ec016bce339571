// The namespace `nn`, as PyTorch has it.
import * as init from './init.ts';

export { init };
export * as utils from './utils.ts';
export { PackedSequence } from './packed.ts';
export { Module } from './module.ts';
export type { BackwardHook } from './backward-hooks.ts';
export type { ForwardHook, ForwardPreHook, StateDict } from './module.ts';
export { Buffer, Parameter } from './parameter.ts';
export { ModuleDict, ModuleList, Sequential } from './containers.ts';
export * from './activations.ts';
export * from './attention.ts';
export * from './convolution.ts';
export * from './dropout.ts';
export * from './early-stopping.ts';
export * from './embedding.ts';
export * from './linear.ts';
export * from './losses.ts';
export * from './normalization.ts';
export * from './pooling.ts';
export * from './recurrent.ts';
export * from './shaping.ts';
export * from './transformer.ts';
export * as functional from './functional.ts';
