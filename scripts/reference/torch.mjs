// PyTorch's names beside Flint's: what is the same in camelCase is found by itself, the rest is said here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { differences, elsewhere, leftOut } from './torch-words.mjs';

const camel = (name) => name.replace(/(?<=.)_(?=[a-z\d])([a-z\d])/g, (_, letter) => letter.toUpperCase());

/** The names of a page without its prefix. */
function namesOf(pages, id, kinds = ['function', 'class', 'method', 'value']) {
  const page = pages.find((p) => p.id === id);
  return new Set(
    page.entries.filter((e) => kinds.includes(e.kind)).map((e) => e.name.slice(e.name.lastIndexOf('.') + 1)),
  );
}

/** Where a name of PyTorch's is looked for, in this order: [page, prefix as it is written]. */
const places = {
  torch: [
    ['flint', ''],
    ['tensor', 'Tensor.'],
    ['functional', 'F.'],
    ['linalg', 'linalg.'],
    ['autograd', 'autograd.'],
  ],
  Tensor: [
    ['tensor', 'Tensor.'],
    ['linalg', 'linalg.'],
  ],
  nn: [['nn', 'nn.']],
  'nn.functional': [
    ['functional', 'F.'],
    ['tensor', 'Tensor.'],
  ],
  'nn.init': [['nn.init', 'nn.init.']],
  linalg: [
    ['linalg', 'linalg.'],
    ['tensor', 'Tensor.'],
  ],
  optim: [['optim', 'optim.']],
  'optim.lr_scheduler': [['optim.lrScheduler', 'optim.lrScheduler.']],
};

/** For each group the rows `{ torch, flint, note }` and what is left out, with the reason. */
export function parity(pages) {
  const torch = JSON.parse(readFileSync(join(root, 'docs/reference/torch-names.json'), 'utf8'));
  const known = new Map(
    Object.values(places)
      .flat()
      .map(([id]) => [id, namesOf(pages, id)]),
  );
  return Object.entries(torch).map(([group, names]) => {
    const covered = [];
    const missing = [];
    for (const name of names) {
      const full = `${group}.${name}`;
      const said = elsewhere[full] ?? elsewhere[name];
      const place = places[group].find(([id]) => known.get(id).has(camel(name)));
      if (said) covered.push({ torch: full, flint: said, note: differences[full] ?? differences[name] ?? '' });
      else if (place)
        covered.push({
          torch: full,
          flint: `${place[1]}${camel(name)}`,
          note: differences[full] ?? differences[name] ?? '',
        });
      else missing.push({ torch: full, reason: leftOut.find(([pattern]) => pattern.test(name))?.[1] ?? 'not yet' });
    }
    return { group, covered, missing };
  });
}

/** The page docs/coming-from-pytorch.md. */
export function compareWithTorch(pages) {
  const groups = parity(pages);
  const percent = (g) => `${Math.round((100 * g.covered.length) / (g.covered.length + g.missing.length))} %`;
  const parts = [
    '# Coming from PyTorch',
    'Flint has PyTorch’s names in camelCase: `cross_entropy` is `crossEntropy`, `torch.nn.Linear` is `nn.Linear`. Positional arguments stay positional; keyword arguments become an options object at the end: `torch.sum(x, dim=1, keepdim=True)` is `x.sum(1, { keepdim: true })`. Operators are methods: `x @ w + b` is `x.matmul(w).add(b)`; a module is called by `forward`; `x[0, 1:3]` is `x.at(0, "1:3")`, and `x[:, 0] = 1` is `x.set([":", 0], 1)`.',
    'Made by `npm run reference` from the doc comments of the library and from PyTorch 2.13’s own lists of names.',
    '| names of PyTorch | there are | in Flint | share |\n| --- | --- | --- | --- |\n' +
      groups
        .map(
          (g) => `| \`${g.group}.*\` | ${g.covered.length + g.missing.length} | ${g.covered.length} | ${percent(g)} |`,
        )
        .join('\n'),
  ];
  for (const g of groups) {
    parts.push(`## ${g.group}`);
    const rows = g.covered.map((c) => `| \`${c.torch}\` | \`${c.flint}\` | ${c.note} |`);
    parts.push(['| PyTorch | Flint | differences |', '| --- | --- | --- |', ...rows].join('\n'));
    const reasons = new Map();
    for (const m of g.missing)
      reasons.set(m.reason, [...(reasons.get(m.reason) ?? []), m.torch.slice(g.group.length + 1)]);
    if (reasons.size > 0) parts.push(`### Left out of ${g.group}`);
    for (const [reason, names] of reasons) parts.push(`- ${reason}: ${names.map((n) => `\`${n}\``).join(', ')}`);
  }
  return parts.join('\n\n');
}
