// Writes the reference of the library from its doc comments: docs/reference/*.md for readers of the repository and
// docs/reference/reference.json for the studio; and docs/coming-from-pytorch.md from PyTorch's own list of names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './setup/root.mjs';
import { programsPage } from './reference/programs.mjs';
import { readLibrary } from './reference/read.mjs';
import { compareWithTorch, parity } from './reference/torch.mjs';

const folder = join(root, 'docs/reference');

/** The text of every file that is made, by its path in the repository. */
export async function referenceFiles() {
  const pages = readLibrary();
  const files = new Map();
  for (const page of pages) files.set(`docs/reference/${page.id}.md`, await pretty(markdown(page)));
  files.set('docs/reference/README.md', await pretty(index(pages)));
  const torch = parity(pages).flatMap((group) => group.covered);
  files.set('docs/reference/reference.json', `${JSON.stringify({ pages, torch })}\n`);
  files.set('docs/coming-from-pytorch.md', await pretty(compareWithTorch(pages)));
  files.set('docs/programs.md', await pretty(programsPage()));
  return files;
}

/** As the formatter of the project leaves it. */
async function pretty(text) {
  return format(text, { ...(await resolveConfig(join(root, 'README.md'))), parser: 'markdown' });
}
const code = (text) => `\`\`\`ts\n${text}\n\`\`\``;

function markdown(page) {
  const parts = [`# ${page.title}`, page.text];
  for (const entry of page.entries) {
    parts.push(`## ${entry.name}`, code(entry.signatures.join('\n')), entry.text);
    for (const member of entry.members) {
      parts.push(`#### ${entry.name}.${member.name}`, code(member.signatures.join('\n')), member.text);
    }
  }
  return parts.filter(Boolean).join('\n\n');
}

function index(pages) {
  const rows = pages.map((p) => `- [${p.title}](${p.id}.md): ${p.entries.length} entries. ${p.text}`);
  return [
    '# Reference of the library',
    'Made from the doc comments by `npm run reference`. [Coming from PyTorch](../coming-from-pytorch.md) lists the names of PyTorch beside those of Flint.',
    rows.join('\n'),
  ].join('\n\n');
}

if (process.argv[1]?.endsWith('build-reference.mjs')) {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of await referenceFiles()) writeFileSync(join(root, path), text);
}
