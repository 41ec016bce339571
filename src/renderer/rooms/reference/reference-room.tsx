// The library's reference: every name with its forms and doc comment, found by its own name or by PyTorch's.
import { Search } from 'lucide-react';
import { Fragment, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useMessages } from '../../messages/use-messages.ts';
import { useQuery } from '../../studio.ts';
import { Banner, Empty } from '../../ui/notices.tsx';
import {
  find,
  loadReference,
  optionLines,
  optionsOf,
  type Entry,
  type Hit,
  type Page,
  type Reference,
} from './pages.ts';
import './reference.css';

/** A doc comment: paragraphs, `code` in a line, and fenced blocks. */
function Doc({ text }: { text: string }) {
  if (text === '') return null;
  return text.split(/```(?:\w*\n)?/).map((part, i) =>
    i % 2 === 1 ? (
      <pre key={i} tabIndex={0}>
        {part.trimEnd()}
      </pre>
    ) : (
      part
        .split(/\n{2,}/)
        .filter((p) => p.trim() !== '')
        .map((p, j) => (
          <p key={`${i}.${j}`}>
            {p
              .split('`')
              .map((word, k) => (k % 2 === 1 ? <code key={k}>{word}</code> : <Fragment key={k}>{word}</Fragment>))}
          </p>
        ))
    ),
  );
}

function Article({ hit, reference }: { hit: Hit; reference: Reference }) {
  const m = useMessages();
  const { page, entry } = hit;
  const full = page.id === 'tensor' ? `Tensor.${entry.name}` : entry.name;
  const torch = reference.torch.filter((t) => t.flint === full);
  return (
    <article aria-label={entry.name}>
      <p className="muted small">{page.title}</p>
      <h2 className="title">{entry.name}</h2>
      <pre tabIndex={0}>{entry.signatures.join('\n')}</pre>
      <Doc text={entry.text} />
      {torch.length > 0 && (
        <dl className="reference-torch">
          <dt>{m.reference.inTorch}</dt>
          {torch.map((t) => (
            <dd key={t.torch}>
              <code>{t.torch}</code>
              {t.note && <span className="muted"> · {t.note}</span>}
            </dd>
          ))}
        </dl>
      )}
      {optionsOf(reference, entry).map((type) => (
        <section key={type.name} aria-label={type.name}>
          <h3>{type.name}</h3>
          <Doc text={type.text} />
          <pre tabIndex={0}>{optionLines(type)}</pre>
        </section>
      ))}
      {entry.members.map((member) => (
        <section key={member.name} aria-label={member.name}>
          <h3>{member.name}</h3>
          <pre tabIndex={0}>{member.signatures.join('\n')}</pre>
          <Doc text={member.text} />
        </section>
      ))}
    </article>
  );
}

function Names({
  page,
  entries,
  chosen,
  choose,
}: {
  page: Page;
  entries: Entry[];
  chosen: Entry | null;
  choose: (hit: Hit) => void;
}) {
  return entries.map((entry) => (
    <li key={entry.name}>
      <button
        type="button"
        aria-current={entry === chosen ? 'true' : undefined}
        onClick={() => choose({ page, entry })}
      >
        {entry.name}
      </button>
    </li>
  ));
}

function Browser({ reference }: { reference: Reference }) {
  const m = useMessages();
  const [question, setQuestion] = useState('');
  const [open, setOpen] = useState<string | null>('nn');
  const [hit, setHit] = useState<Hit | null>(null);
  const asked = useDeferredValue(question.trim());
  const hits = useMemo(() => find(reference, asked), [reference, asked]);
  useEffect(() => {
    if (asked !== '' && hits[0]) setHit(hits[0]);
  }, [asked, hits]);
  return (
    <div className="reference">
      <div className="reference-side">
        <label className="reference-search">
          <Search size={15} aria-hidden />
          <input
            className="field wide"
            type="search"
            aria-label={m.reference.search}
            placeholder={m.reference.searchHint}
            value={question}
            onChange={(e) => setQuestion(e.target.value)}
          />
        </label>
        <p role="status" className="visually-hidden">
          {asked === '' ? '' : m.reference.found(hits.length)}
        </p>
        <nav className="reference-names" aria-label={m.reference.names}>
          {asked !== '' && hits.length === 0 && <p className="muted">{m.reference.nothing(asked)}</p>}
          {asked !== '' ? (
            <ul>
              {hits.map((h) => (
                <li key={`${h.page.id} ${h.entry.name}`}>
                  <button
                    type="button"
                    aria-current={h.entry === hit?.entry ? 'true' : undefined}
                    onClick={() => setHit(h)}
                  >
                    {h.page.id === 'tensor' ? `Tensor.${h.entry.name}` : h.entry.name}
                    {h.torch && <span className="muted small"> {h.torch.torch}</span>}
                  </button>
                </li>
              ))}
            </ul>
          ) : (
            reference.pages.map((page) => (
              <section key={page.id}>
                <h2>
                  <button
                    type="button"
                    aria-expanded={open === page.id}
                    onClick={() => setOpen(open === page.id ? null : page.id)}
                  >
                    {page.title} <span className="muted small">{page.entries.length}</span>
                  </button>
                </h2>
                {open === page.id && (
                  <ul>
                    <Names page={page} entries={page.entries} chosen={hit?.entry ?? null} choose={setHit} />
                  </ul>
                )}
              </section>
            ))
          )}
        </nav>
      </div>
      <div className="reference-page">
        {hit ? <Article hit={hit} reference={reference} /> : <Empty text={m.reference.choose} />}
      </div>
    </div>
  );
}

export default function ReferenceRoom() {
  const m = useMessages();
  const reference = useQuery('reference', loadReference);
  if (reference.error) return <Banner>{reference.error.message}</Banner>;
  if (!reference.data) return <Empty text={m.common.loading} />;
  return <Browser reference={reference.data} />;
}
