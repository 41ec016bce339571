// All workloads by their names.
import type { Workload } from './workload.ts';
import * as himmelblau from './workloads/himmelblau.ts';
import * as lenet from './workloads/lenet.ts';
import * as linreg from './workloads/linreg.ts';
import * as mnist from './workloads/mnist-mlp.ts';
import * as names from './workloads/names.ts';
import * as resnet from './workloads/resnet.ts';
import * as text from './workloads/text.ts';
import * as transformer from './workloads/transformer.ts';

export const workloads: Record<string, Workload> = {
  ...himmelblau,
  ...lenet,
  ...linreg,
  ...mnist,
  ...names,
  ...resnet,
  ...text,
  ...transformer,
};
