// Module: the base of layers and networks. Parameters, buffers and submodules are found by walking the object's own fields in
// the order they were defined: no registration calls.
import { FlintError } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { device as deviceOf, type Device } from '../tensor/device.ts';
import { isFloatingPoint, type DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { structure } from '../graph/recorder.ts';
import { tapped, type BackwardHook } from './backward-hooks.ts';
import { Buffer, Parameter } from './parameter.ts';
import { moduleScopes } from './scope.ts';

/** Names to tensors, in the order of definition: `conv1.weight`, `conv1.bias`, … */
export type StateDict = Map<string, Tensor>;

/** Called after `forward` with its arguments and result; what it returns (if anything) replaces the result. */
export type ForwardHook = (module: Module, args: readonly unknown[], result: unknown) => unknown;
/** Called before `forward` with its arguments; an array it returns replaces them. */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => readonly unknown[] | void;

interface Hooks {
  before: ForwardPreHook[];
  after: ForwardHook[];
  backward: BackwardHook[];
}

const hooks = new WeakMap<Module, Hooks>();
const watched = new WeakSet<object>();

/**
 * The base of all layers and networks. Fields that are parameters, buffers or modules belong to it:
 *
 * ```ts
 * class Net extends nn.Module {
 *   fc = new nn.Linear(784, 10);
 *   forward(x: Tensor) { return this.fc.forward(x.flatten(1)); }
 * }
 * ```
 */
export abstract class Module {
  /**
   * The names that fields have in `stateDict()` and its like, where they differ: PyTorch's `running_mean` for
   * `runningMean`, so that a file of one fits the other.
   */
  static readonly stateNames: Readonly<Record<string, string>> = {};
  /** Whether the module is in training mode; see {@link train} and {@link eval}. */
  training = true;

  constructor() {
    watchForward(new.target.prototype as Module);
  }

  /** Computes the module's result; a subclass defines it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a subclass chooses its own parameters
  abstract forward(...args: any[]): unknown;

  /** The fields of this module that hold `T`, in the order of definition. */
  private *fields<T>(isKind: (value: unknown) => value is T): Generator<[string, T]> {
    const { stateNames } = this.constructor as typeof Module;
    for (const [name, value] of Object.entries(this)) if (isKind(value)) yield [stateNames[name] ?? name, value];
  }

  /** Submodules directly inside this one, with their names. */
  namedChildren(): [string, Module][] {
    return [...this.fields((v): v is Module => v instanceof Module)];
  }
  /** Submodules directly inside this one. */
  children(): Module[] {
    return this.namedChildren().map(([, m]) => m);
  }
  /** This module (named '') and all inside it, each once. */
  namedModules(prefix = '', seen = new Set<Module>()): [string, Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const inner = this.namedChildren().flatMap(([name, m]) => m.namedModules(join(prefix, name), seen));
    return [[prefix, this], ...inner];
  }
  /** This module and all inside it. */
  modules(): Module[] {
    return this.namedModules().map(([, m]) => m);
  }

  /** All parameters with their names, `'conv1.weight'`, each once. */
  namedParameters(): [string, Parameter][] {
    return this.collect((v): v is Parameter => v instanceof Parameter);
  }
  /** All parameters, each once, in the order of definition. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, p]) => p);
  }
  /** All buffers with their names, each once. */
  namedBuffers(): [string, Buffer][] {
    return this.collect((v): v is Buffer => v instanceof Buffer);
  }
  /** All buffers: tensors of the state that are not trained. */
  buffers(): Buffer[] {
    return this.namedBuffers().map(([, b]) => b);
  }
  private collect<T>(isKind: (value: unknown) => value is T): [string, T][] {
    const seen = new Set<T>();
    const out: [string, T][] = [];
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of module.fields(isKind)) {
        if (!seen.has(value)) out.push([join(prefix, name), value]);
        seen.add(value);
      }
    }
    return out;
  }

  /** Sets training mode (dropout drops, batch norm learns) for this module and all inside it. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }
  /** Sets evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }
  /** Calls `fn` with every module inside and then this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }
  /** Moves to a device, or casts floating-point parameters and buffers to `dtype`, in place. */
  to(target: Device | DType | 'cpu'): this {
    if (typeof target !== 'string' || !isFloatingPoint(target as DType)) {
      deviceOf(target);
      return this;
    }
    for (const tensor of [...this.parameters(), ...this.buffers()]) {
      if (!tensor.isFloatingPoint()) continue;
      const trained = tensor.requiresGrad;
      tensor.requiresGrad = false;
      tensor.grad = null;
      tensor.data = tensor.detach().to(target as DType);
      tensor.requiresGrad = trained;
    }
    return this;
  }
  /** Forgets all gradients; with `setToNone: false` they become zeros. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    for (const p of this.parameters()) clearGrad(p, options.setToNone ?? true);
  }
  /** Lets all parameters be trained, or not. */
  requiresGrad_(value = true): this {
    for (const p of this.parameters()) p.requiresGrad_(value);
    return this;
  }

  /** The parameters and persistent buffers by name; the tensors share memory with the module and have no history. */
  stateDict(): StateDict {
    const out: StateDict = new Map();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, p] of module.fields((v): v is Parameter => v instanceof Parameter))
        out.set(join(prefix, name), p.detach());
      for (const [name, b] of module.fields((v): v is Buffer => v instanceof Buffer)) {
        if (b.persistent) out.set(join(prefix, name), b.detach());
      }
    }
    return out;
  }

  /**
   * Copies the values of `state` into this module. Throws when names are missing or unexpected (unless `strict: false`),
   * or when a shape differs; the message lists all of them. Nothing is changed when it throws.
   */
  loadStateDict(
    state: ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>,
    options: { strict?: boolean } = {},
  ): { missingKeys: string[]; unexpectedKeys: string[] } {
    const given: ReadonlyMap<string, Tensor> = state instanceof Map ? state : new Map(Object.entries(state));
    const own = this.stateDict();
    const missingKeys = [...own.keys()].filter((k) => !given.has(k));
    const unexpectedKeys = [...given.keys()].filter((k) => !own.has(k));
    const problems: string[] = [];
    if (options.strict ?? true) {
      if (missingKeys.length > 0) problems.push(`missing: ${quoted(missingKeys)}`);
      if (unexpectedKeys.length > 0) problems.push(`unexpected: ${quoted(unexpectedKeys)}`);
    }
    for (const [name, tensor] of own) {
      const source = given.get(name);
      if (source && !sameShape(source, tensor)) {
        problems.push(
          `"${name}" has shape [${source.shape.join(', ')}], but the module's is [${tensor.shape.join(', ')}]`,
        );
      }
    }
    if (problems.length > 0) {
      throw new FlintError(
        `[loadStateDict] the state does not fit ${this.constructor.name}: ${problems.join('; ')}. Build the same model, or pass { strict: false } to load what fits by name`,
        { code: 'state-dict', op: 'loadStateDict', details: { missingKeys, unexpectedKeys } },
      );
    }
    noGrad(() => {
      for (const [name, tensor] of own) {
        const source = given.get(name);
        if (source) tensor.copy_(source);
      }
    });
    return { missingKeys, unexpectedKeys };
  }

  /** Calls `hook` after every `forward` of this module; the function it gives back removes it. */
  registerForwardHook(hook: ForwardHook): () => void {
    return addHook(hooksOf(this).after, hook);
  }
  /** Calls `hook` before every `forward` of this module; the function it gives back removes it. */
  registerForwardPreHook(hook: ForwardPreHook): () => void {
    return addHook(hooksOf(this).before, hook);
  }

  /**
   * Calls `hook` in every backward pass with the gradients of this module's arguments and results; the function it gives
   * back removes it.
   */
  registerFullBackwardHook(hook: BackwardHook): () => void {
    return addHook(hooksOf(this).backward, hook);
  }

  /** What stands in the parentheses of `toString`: `'6, 16, kernel_size=(5, 5)'`. */
  extraRepr(): string {
    return '';
  }
  /** The tree of modules in PyTorch's form. */
  toString(): string {
    const extra = this.extraRepr();
    const children = this.printedChildren().map(([name, text]) => `(${name}): ${text.replaceAll('\n', '\n  ')}`);
    const name = this.constructor.name;
    if (children.length === 0) return `${name}(${extra})`;
    return `${name}(\n  ${[...(extra ? [extra] : []), ...children].join('\n  ')}\n)`;
  }
  /** The names and the printed forms of the parts. */
  protected printedChildren(): [name: string, text: string][] {
    return this.namedChildren().map(([name, module]) => [name, module.toString()]);
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
function quoted(names: readonly string[]): string {
  return names.map((n) => `"${n}"`).join(', ');
}
function sameShape(a: Tensor, b: Tensor): boolean {
  const [x, y] = [a.shape, b.shape];
  return x.length === y.length && x.every((n, i) => n === y[i]);
}

/** Drops a gradient, or makes it zeros. */
export function clearGrad(parameter: Tensor, setToNone: boolean): void {
  if (!parameter.isLeaf) return;
  if (setToNone) parameter.grad = null;
  else noGrad(() => parameter.grad?.detach_().zero_());
}

function hooksOf(module: Module): Hooks {
  let found = hooks.get(module);
  if (!found) hooks.set(module, (found = { before: [], after: [], backward: [] }));
  return found;
}
function addHook<T>(list: T[], hook: T): () => void {
  list.push(hook);
  structure.version++;
  return () => {
    structure.version++;
    list.splice(list.indexOf(hook), 1);
  };
}

/** Wraps the class's own `forward` once, so that hooks and tracing see every call however it is made. */
function watchForward(prototype: Module): void {
  if (watched.has(prototype)) return;
  watched.add(prototype);
  if (!Object.hasOwn(prototype, 'forward')) return watchParent(prototype);
  const original = prototype.forward;
  const forward = function (this: Module, ...args: unknown[]): unknown {
    const own = hooks.get(this);
    // super.forward() runs inside the outer forward, which has told hooks and tracing already.
    if ((own === undefined && moduleScopes.enter === null) || this.forward !== forward)
      return original.apply(this, args);
    return runWatched(this, original, args, own);
  };
  prototype.forward = forward;
  watchParent(prototype);
}
function watchParent(prototype: Module): void {
  const parent = Object.getPrototypeOf(prototype) as Module;
  if (parent !== Module.prototype) watchForward(parent);
}

function runWatched(module: Module, original: Module['forward'], given: unknown[], own: Hooks | undefined): unknown {
  let args: readonly unknown[] = given;
  for (const hook of own?.before ?? []) args = hook(module, args) ?? args;
  const inScope = moduleScopes.enter !== null;
  moduleScopes.enter?.(module);
  let result: unknown;
  try {
    const forward = (given: readonly unknown[]): unknown => original.apply(module, given as unknown[]);
    result = own && own.backward.length > 0 ? tapped(module, own.backward, args, forward) : forward(args);
  } finally {
    if (inScope) moduleScopes.leave?.();
  }
  for (const hook of own?.after ?? []) result = hook(module, args, result) ?? result;
  return result;
}
