// Several transforms, all or none.
import { fail } from '../../errors.ts';
import { ChanceTransform, type ChanceOptions } from './chance.ts';
import { Transform } from './transform.ts';

/** All of the transforms, one after another, with probability p; otherwise none. */
export class RandomApply extends ChanceTransform {
  static override readonly signature = { positional: ['transforms'], options: ['p'] };
  readonly type = 'RandomApply';
  readonly transforms: readonly Transform[];
  constructor(transforms: readonly Transform[], options: ChanceOptions = {}) {
    super('RandomApply', options.p ?? 0.5);
    if (!Array.isArray(transforms) || transforms.some((t) => !(t instanceof Transform)))
      fail('RandomApply', 'a list of transforms is needed');
    this.transforms = [...(transforms as readonly Transform[])];
  }
  protected override parameters() {
    return { transforms: this.transforms.map((t) => t.toJSON()), p: this.p };
  }
  /** @internal */
  override numbers(): number[] {
    return [this.p, this.transforms.filter((t) => !t.off).length];
  }
  /** @internal */
  override inner(): readonly Transform[] {
    return this.transforms;
  }
}
