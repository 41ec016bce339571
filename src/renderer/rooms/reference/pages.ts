// The reference as it was made from the doc comments, and finding something in it by any of its names.

/** A method, a field, or an option. */
export interface Member {
  name: string;
  signatures: string[];
  text: string;
}
/** A function, class, value or type of the library. */
export interface Entry extends Member {
  kind: string;
  members: Member[];
}
/** A door of the library, or a namespace. */
export interface Page {
  id: string;
  title: string;
  text: string;
  entries: Entry[];
}
/** A name of PyTorch, what it is in Flint, and what differs. */
export interface TorchName {
  torch: string;
  flint: string;
  note: string;
}
/** Everything that the room shows. */
export interface Reference {
  pages: Page[];
  torch: TorchName[];
}

/** Something found: where it is, and by which name of PyTorch when not by its own. */
export interface Hit {
  page: Page;
  entry: Entry;
  torch?: TorchName;
}

/** Loads the reference once; it is a part of the studio's own files. */
export async function loadReference(): Promise<Reference> {
  const file = (await import('../../../../docs/reference/reference.json')) as unknown as { default: Reference };
  return file.default;
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]/g, '');

/** How well a name answers a question: 0 exactly, then its beginning, its end after a dot, its middle; -1 not at all. */
function rank(name: string, question: string): number {
  const n = plain(name);
  const last = n.slice(n.lastIndexOf('.') + 1);
  if (n === question || last === question) return 0;
  if (last.startsWith(question) || n.startsWith(question)) return 1;
  return n.includes(question) ? 2 : -1;
}

/** The entries whose names, or PyTorch's for them, answer the question, the best first. */
export function find(reference: Reference, question: string, most = 80): Hit[] {
  const wanted = plain(question.replace(/^(torch|np|numpy)\.(?=.)/, ''));
  if (wanted === '') return [];
  const hits: (Hit & { rank: number })[] = [];
  const byName = new Map<string, { page: Page; entry: Entry }>();
  for (const page of reference.pages) {
    for (const entry of page.entries) {
      const full = page.id === 'tensor' ? `Tensor.${entry.name}` : entry.name;
      byName.set(full, { page, entry });
      const r = rank(full, wanted);
      if (r >= 0) hits.push({ page, entry, rank: entry.kind === 'type' ? r + 3 : r });
    }
  }
  const found = new Set(hits.map((h) => h.entry));
  for (const torch of reference.torch) {
    const r = rank(torch.torch.replace(/^torch\./, ''), wanted);
    const place = byName.get(torch.flint);
    if (r < 0 || !place || found.has(place.entry)) continue;
    found.add(place.entry);
    hits.push({ ...place, torch, rank: r + 0.5 });
  }
  return hits.sort((a, b) => a.rank - b.rank || a.entry.name.length - b.entry.name.length).slice(0, most);
}

/** The types of options that a function or constructor mentions. */
export function optionsOf(reference: Reference, entry: Entry): Entry[] {
  if (entry.kind === 'type') return [];
  const words = new Set(entry.signatures.join(' ').match(/\b[A-Z]\w*(?:Options|Masks)\b/g) ?? []);
  const bare = (e: Entry): string => e.name.slice(e.name.lastIndexOf('.') + 1);
  const types = reference.pages.flatMap((p) => p.entries).filter((e) => e.kind === 'type' && words.has(bare(e)));
  return types.filter((e, i) => e.members.length > 0 && types.findIndex((o) => bare(o) === bare(e)) === i);
}

/** A type's members as they are declared, each after its comment. */
export function optionLines(type: Entry): string {
  return type.members
    .map(
      ({ signatures, text }) => (text === '' ? '' : `// ${text.replace(/\s*\n\s*/g, ' ')}\n`) + signatures.join('\n'),
    )
    .join('\n');
}
