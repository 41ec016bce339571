// Modules that hold modules: Sequential, ModuleList, ModuleDict.
import { fail } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

function isRecord(value: unknown): value is Readonly<Record<string, Module>> {
  return typeof value === 'object' && value !== null && !(value instanceof Module) && !Array.isArray(value);
}

/**
 * Modules one after another: `new nn.Sequential(new nn.Linear(784, 10), new nn.ReLU())`, or with names:
 * `new nn.Sequential({ fc: new nn.Linear(784, 10), relu: new nn.ReLU() })`.
 */
export class Sequential extends Module {
  constructor(...modules: Module[] | [Readonly<Record<string, Module>>] | [readonly Module[]]) {
    super();
    const [first] = modules;
    const entries = isRecord(first)
      ? Object.entries(first)
      : Object.entries(Array.isArray(first) ? (first as Module[]) : modules);
    for (const [name, module] of entries) {
      if (!(module instanceof Module)) fail('Sequential', `entry "${name}" is no module`);
      if (name in this) fail('Sequential', `"${name}" cannot be the name of an entry: it is a member of Module`);
      Object.assign(this, { [name]: module });
    }
  }

  /** Passes `input` through all modules in order. */
  forward(input: Tensor): Tensor {
    let x: unknown = input;
    for (const module of this.children()) x = module.forward(x);
    return x as Tensor;
  }
  /** The number of modules. */
  get length(): number {
    return this.children().length;
  }
  /** The module at a position; negative counts from the end. */
  at(index: number): Module {
    return this.children().at(index) ?? fail('Sequential', `there is no module ${index}: it has ${this.length}`);
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.children()[Symbol.iterator]();
  }
}

/** A list of modules that belong to its owner; it has no `forward` of its own. */
export class ModuleList extends Module {
  constructor(modules: Iterable<Module> = []) {
    super();
    for (const module of modules) this.append(module);
  }
  /** Adds a module at the end. */
  append(module: Module): this {
    Object.assign(this, { [String(this.length)]: module });
    return this;
  }
  get length(): number {
    return this.children().length;
  }
  /** The module at a position; negative counts from the end. */
  at(index: number): Module {
    return this.children().at(index) ?? fail('ModuleList', `there is no module ${index}: it has ${this.length}`);
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.children()[Symbol.iterator]();
  }
  forward(): never {
    return fail('ModuleList', 'it has no forward: call the modules in it');
  }
  /** Neighbours that print alike are printed once, as PyTorch does: `(0-1): 2 x Linear(…)`. */
  protected override printedChildren(): [name: string, text: string][] {
    const runs: { first: string; last: string; text: string; count: number }[] = [];
    for (const [name, text] of super.printedChildren()) {
      const run = runs.at(-1);
      if (run?.text === text) [run.last, run.count] = [name, run.count + 1];
      else runs.push({ first: name, last: name, text, count: 1 });
    }
    return runs.map(({ first, last, text, count }) =>
      count === 1 ? [first, text] : [`${first}-${last}`, `${count} x ${text}`],
    );
  }
}

/** Modules by name that belong to its owner; it has no `forward` of its own. */
export class ModuleDict extends Module {
  constructor(modules: Readonly<Record<string, Module>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }
  /** The module of that name. Throws when there is none. */
  get(name: string): Module {
    return (
      this.namedChildren().find(([n]) => n === name)?.[1] ??
      fail('ModuleDict', `there is no module "${name}"; it has ${this.keys().join(', ')}`)
    );
  }
  /** Adds or replaces a module. */
  set(name: string, module: Module): this {
    if (name in this && !this.has(name))
      fail('ModuleDict', `"${name}" cannot be the name of an entry: it is a member of Module`);
    Object.assign(this, { [name]: module });
    return this;
  }
  has(name: string): boolean {
    return this.namedChildren().some(([n]) => n === name);
  }
  keys(): string[] {
    return this.namedChildren().map(([name]) => name);
  }
  forward(): never {
    return fail('ModuleDict', 'it has no forward: call the modules in it');
  }
}
