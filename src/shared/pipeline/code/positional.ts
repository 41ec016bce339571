// The order of a transform's positional arguments.
import type { ParameterKind, TransformKind } from '../kinds.ts';

export const positionalOf = (kind: TransformKind): ParameterKind[] =>
  kind.parameters.filter((p) => p.positional !== undefined).sort((a, b) => a.positional! - b.positional!);
