// Sums of products by Einstein's notation: letters name dimensions, and one that the result lacks is summed over.
import { fail } from '../errors.ts';
import { callTensor } from './dispatch.ts';
import type { Tensor } from './tensor.ts';

interface Term {
  tensor: Tensor;
  letters: string[];
}

/** The letters of one operand; `...` becomes digits, counted from the last of the dimensions it stands for. */
function lettersOf(text: string, tensor: Tensor, equation: string): string[] {
  const [before, after] = text.split('...') as [string, string | undefined];
  const named = before.length + (after?.length ?? 0);
  const rank = tensor.dim();
  if (!/^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/.test(text))
    fail('einsum', `"${text}" in "${equation}" should be letters, with at most one "..." among them`);
  if (after === undefined ? named !== rank : named > rank)
    fail('einsum', `"${text}" names ${named} dimensions, but the tensor has shape [${tensor.shape.join(', ')}]`);
  const hidden = Array.from({ length: rank - named }, (_, i) => String(rank - named - 1 - i));
  return [...before, ...(after === undefined ? [] : hidden), ...(after ?? '')];
}

/** A letter that occurs twice in one operand takes the diagonal of its two dimensions. */
function withoutRepeats({ tensor, letters }: Term): Term {
  for (let i = 0; i < letters.length; i++) {
    const j = letters.indexOf(letters[i]!, i + 1);
    if (j < 0) continue;
    if (tensor.size(i) !== tensor.size(j))
      fail('einsum', `"${letters[i]}" stands for ${tensor.size(i)} and for ${tensor.size(j)} in one operand`);
    const rest = letters.filter((_, k) => k !== i && k !== j);
    return withoutRepeats({ tensor: tensor.diagonal(0, i, j), letters: [...rest, letters[i]!] });
  }
  return { tensor, letters };
}

/** Sums over the dimensions that nobody else asks for. */
function summed({ tensor, letters }: Term, wanted: ReadonlySet<string>): Term {
  const gone = letters.flatMap((letter, i) => (wanted.has(letter) ? [] : [i]));
  return gone.length === 0
    ? { tensor, letters }
    : { tensor: tensor.sum(gone), letters: letters.filter((letter) => wanted.has(letter)) };
}

const product = (sizes: readonly number[]): number => sizes.reduce((n, v) => n * v, 1);

/** The product of two operands as one batched matrix product: shared dimensions that go are the inner ones. */
function contract(a: Term, b: Term, wanted: ReadonlySet<string>, sizes: ReadonlyMap<string, number>): Term {
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => wanted.has(letter));
  const inner = shared.filter((letter) => !wanted.has(letter));
  const left = a.letters.filter((letter) => !shared.includes(letter));
  const right = b.letters.filter((letter) => !shared.includes(letter));
  // A dimension of size 1 that stands for a larger one is spread out first.
  const spread = (term: Term) => term.tensor.expand(term.letters.map((letter) => sizes.get(letter)!));
  const length = (letters: string[]) => letters.map((letter) => sizes.get(letter)!);
  const order = (term: Term, ...groups: string[][]) =>
    spread(term)
      .permute(groups.flat().map((letter) => term.letters.indexOf(letter)))
      .reshape(groups.map((group) => product(length(group))));
  const out = callTensor('bmm', order(a, batch, left, inner), order(b, batch, inner, right));
  const letters = [...batch, ...left, ...right];
  return { tensor: out.reshape(length(letters)), letters };
}

/** The letters of the result when the equation has no arrow: those that occur once, in the order of the alphabet. */
function implied(all: readonly string[]): string[] {
  const hidden = [...new Set(all.filter((letter) => /\d/.test(letter)))].sort((a, b) => Number(b) - Number(a));
  return [
    ...hidden,
    ...all.filter((letter) => /\D/.test(letter) && all.filter((l) => l === letter).length === 1).sort(),
  ];
}

/**
 * Sums of products: `einsum('bij,bjk->bik', a, b)` is a batched matrix product, `einsum('ii', a)` a trace,
 * `einsum('...ij->...ji', a)` a transpose. Operands are multiplied from left to right. Throws when a letter stands for
 * different sizes, naming it and both.
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const [inputs, output] = equation.replaceAll(' ', '').split('->') as [string, string | undefined];
  const texts = inputs.split(',');
  if (operands.length === 0 || texts.length !== operands.length)
    fail('einsum', `"${equation}" names ${texts.length} operands, but ${operands.length} were given`);
  const letters = operands.map((tensor, i) => lettersOf(texts[i]!, tensor, equation));
  let terms = operands.map((tensor, i) => withoutRepeats({ tensor, letters: letters[i]! }));
  const sizes = new Map<string, number>();
  for (const { tensor, letters } of terms)
    letters.forEach((letter, i) => {
      const [have, size] = [sizes.get(letter), tensor.size(i)];
      if (have !== undefined && have !== size && have !== 1 && size !== 1)
        fail('einsum', `"${letter}" in "${equation}" stands for ${have} and for ${size}`);
      if (have === undefined || have === 1) sizes.set(letter, size);
    });
  const hidden = [...sizes.keys()].filter((letter) => /\d/.test(letter)).sort((a, b) => Number(b) - Number(a));
  const wanted =
    output === undefined
      ? implied(letters.flat())
      : [...output.replace('...', '\0')].flatMap((letter) => (letter === '\0' ? hidden : [letter]));
  for (const letter of wanted)
    if (!sizes.has(letter)) fail('einsum', `the result of "${equation}" has "${letter}", which no operand has`);
  if (new Set(wanted).size !== wanted.length) fail('einsum', `the result of "${equation}" names a dimension twice`);
  while (terms.length > 1) {
    const [a, b, ...rest] = terms as [Term, Term, ...Term[]];
    const later = new Set([...wanted, ...rest.flatMap((term) => term.letters)]);
    const left = summed(a, new Set([...later, ...b.letters]));
    const right = summed(b, new Set([...later, ...a.letters]));
    terms = [contract(left, right, later, sizes), ...rest];
  }
  const last = summed(terms[0]!, new Set(wanted));
  return last.tensor.permute(wanted.map((letter) => last.letters.indexOf(letter)));
}
