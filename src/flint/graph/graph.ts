// A model as plain data: the operations that one forward pass ran, by the registry's names. It outlives the script that
// made it, so that exports need not run the script again.
import { z } from 'zod';

/** JSON has no word for these numbers. */
const special = z.enum(['Infinity', '-Infinity', 'NaN']);
const Special = z.object({ special });

/** An argument of an operation: a value of the graph, a list, or plain data. */
export type Argument = { ref: string } | z.infer<typeof Special> | number | string | boolean | null | Argument[];
const Argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([z.object({ ref: z.string() }), Special, z.number(), z.string(), z.boolean(), z.null(), z.array(Argument)]),
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
    z.object({ dtype: z.string(), shape: z.array(z.number()), data: z.array(z.union([z.number(), special])) }),
  ),
  /** Shape of every value, as traced; the first size of the input is the batch. */
  shapes: z.record(z.string(), z.array(z.number().int())),
  /** Element types of the input and the output. */
  inputType: z.string().default('float32'),
  outputType: z.string().default('float32'),
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
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'ref' in value;
export const isSpecial = (value: Argument | undefined): value is z.infer<typeof Special> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'special' in value;

/** A number as JSON can hold it. */
export const toJson = (value: number): number | z.infer<typeof special> =>
  Number.isFinite(value) ? value : (String(value) as z.infer<typeof special>);

/** Operations whose second argument is a shape. */
const shaped = new Set(['view', 'reshape', 'expand']);

/**
 * The shape that a node asks for, with its first size left open where it was a multiple of the traced batch: so that the
 * graph serves any batch. Null where nothing is to be changed.
 */
export function openShape(graph: Graph, node: GraphNode): number[] | null {
  const [first, sizes] = node.args;
  if (!shaped.has(node.op) || !isRef(first) || !Array.isArray(sizes)) return null;
  const asked = sizes as number[];
  const batch = graph.shapes[graph.input]![0];
  const have = graph.shapes[first.ref]?.[0];
  if (batch === undefined || have === undefined || batch === 0) return null;
  // A size of 0 stands for the input's own: also where another size is worked out.
  if (asked[0] === batch && have === batch)
    return asked.includes(-1) || node.op === 'expand' ? [0, ...asked.slice(1)] : [-1, ...asked.slice(1)];
  const multiples = asked[0]! % batch === 0 && have % batch === 0 && asked[0]! > 0;
  return node.op !== 'expand' && multiples && !asked.includes(-1) ? [-1, ...asked.slice(1)] : null;
}
