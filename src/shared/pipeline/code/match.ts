// Which of a pipeline's new steps was which of the old ones, so that what belongs to a step moves with it.
import { isCode, type Step } from './code-step.ts';
import { essential, same } from './print.ts';

export interface Origin {
  /** Its place among the old steps. */
  from: number;
  /** It has the same parameters. */
  exact: boolean;
}

/** The same step, on or off. */
export function sameStep(a: Step, b: Step): boolean {
  if (isCode(a) || isCode(b)) return isCode(a) && isCode(b) && a.code === b.code;
  return same({ ...essential(a), off: false }, { ...essential(b), off: false });
}

/** What keeps its order: the longest common subsequence, where steps that are also on or off alike count a little more. */
function inOrder(old: readonly Step[], steps: readonly Step[]): [number, number][] {
  const alike = old.map((step) =>
    steps.map((other) => (sameStep(step, other) ? ((step.off ?? false) === (other.off ?? false) ? 3 : 2) : 0)),
  );
  const best = Array.from({ length: old.length + 1 }, () => new Array<number>(steps.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = steps.length - 1; j >= 0; j--) {
      const together = alike[i]![j]! > 0 ? alike[i]![j]! + best[i + 1]![j + 1]! : 0;
      best[i]![j] = Math.max(together, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < steps.length;) {
    if (alike[i]![j]! > 0 && best[i]![j] === alike[i]![j]! + best[i + 1]![j + 1]!) pairs.push([i++, j++]);
    else if (best[i]![j] === best[i + 1]![j]) i++;
    else j++;
  }
  return pairs;
}

/** For each new step the old one that it was, or null for one that is new. */
export function originsOf(old: readonly Step[], steps: readonly Step[]): (Origin | null)[] {
  const origins: (Origin | null)[] = steps.map(() => null);
  const left = new Set(old.keys());
  const take = (j: number, from: number, exact: boolean) => {
    origins[j] = { from, exact };
    left.delete(from);
  };
  for (const [i, j] of inOrder(old, steps)) take(j, i, true);
  steps.forEach((step, j) => {
    const moved = origins[j] ? undefined : [...left].find((i) => sameStep(old[i]!, step));
    if (moved !== undefined) take(j, moved, true);
  });
  steps.forEach((step, j) => {
    if (origins[j] || isCode(step)) return;
    const changed = [...left].find((i) => !isCode(old[i]!) && old[i]!.type === step.type);
    if (changed !== undefined) take(j, changed, false);
  });
  return origins;
}
