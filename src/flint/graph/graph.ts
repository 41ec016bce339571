// A model as plain data: the operations that one forward pass ran, by the registry's names. It outlives the script that
// made it, so that exports need not run the script again.
import { z } from 'zod';

/** An argument of an operation: a value of the graph, a list, or plain data. */
export type Argument = { ref: string } | number | string | boolean | null | Argument[];
const Argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([z.object({ ref: z.string() }), z.number(), z.string(), z.boolean(), z.null(), z.array(Argument)]),
);

export const Graph = z.object({
  version: z.literal(1),
  input: z.string(),
  output: z.string(),
  /** Names of values that are parameters or buffers -> their key in the state dict. */
  parameters: z.record(z.string(), z.string()),
  /** Small tensors that the forward pass made from nothing. */
  constants: z.record(
    z.string(),
    z.object({ dtype: z.string(), shape: z.array(z.number()), data: z.array(z.number()) }),
  ),
  /** Shape of every value, as traced; the first size of the input is the batch. */
  shapes: z.record(z.string(), z.array(z.number().int())),
  nodes: z.array(
    z.object({
      op: z.string(),
      args: z.array(Argument),
      outputs: z.array(z.string()),
      /** The module whose forward ran it: "layer1.0.conv1". */
      scope: z.string(),
    }),
  ),
});
export type Graph = z.infer<typeof Graph>;
export type GraphNode = Graph['nodes'][number];

export const isRef = (value: Argument | undefined): value is { ref: string } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
