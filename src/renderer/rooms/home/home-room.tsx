// Where a person begins: templates with a picture and a sentence, recent projects, any folder.
import { FolderOpen, X } from 'lucide-react';
import { useState } from 'react';
import { openProject, showProject } from '../../actions.ts';
import type { TemplateInfo } from '../../../shared/contract/projects.ts';
import { useLocale, useMessages } from '../../messages/use-messages.ts';
import { api, useQuery } from '../../studio.ts';
import { complain } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { chooseFolder, FolderDialog } from '../../ui/folder-dialog.tsx';
import { Banner } from '../../ui/notices.tsx';
import './home.css';

function TemplateCard({ template, busy, onPick }: { template: TemplateInfo; busy: boolean; onPick: () => void }) {
  const m = useMessages();
  const locale = useLocale();
  return (
    <button
      type="button"
      className="template"
      disabled={busy}
      title={m.home.use(template.title[locale])}
      onClick={onPick}
    >
      <span className="picture">
        <img alt="" src={`data:image/svg+xml;utf8,${encodeURIComponent(template.picture)}`} />
      </span>
      <span className="words">
        <strong>{template.title[locale]}</strong>
        <span className="muted">{template.sentence[locale]}</span>
      </span>
    </button>
  );
}

function Recent() {
  const m = useMessages();
  const recent = useQuery('recent', () => api.projects.recent({}));
  if (recent.error && !recent.data) return <Banner>{recent.error.message}</Banner>;
  if (!recent.data?.length) return <p className="muted">{recent.data ? m.home.none : ' '}</p>;
  return (
    <ul className="list card recent">
      {recent.data.map((p) => (
        <li key={p.path}>
          <button
            type="button"
            className="open"
            disabled={!p.exists}
            onClick={() => void openProject(p.path, 'editor').catch(complain)}
          >
            <strong>{p.name}</strong>
            <span className="muted">{p.path}</span>
            {!p.exists && <span className="badge warn">{m.home.missing}</span>}
          </button>
          <IconButton
            name={m.home.forget(p.name)}
            onClick={() => void api.projects.forget({ path: p.path }).then(recent.again, complain)}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

export default function HomeRoom() {
  const m = useMessages();
  const templates = useQuery('templates', () => api.projects.templates({}));
  const [busy, setBusy] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const open = (path: string) => {
    setChoosing(false);
    void openProject(path, 'editor').catch(complain);
  };
  const create = async (template: string) => {
    setBusy(true);
    try {
      await showProject(await api.projects.create({ template }), 'editor');
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="home">
      <div className="home-inner">
        <div className="home-title">
          <div>
            <h2 className="title">{m.home.title}</h2>
            <p>{m.home.subtitle}</p>
          </div>
          <Button
            onClick={() =>
              void chooseFolder(m.home.openFolder, () => setChoosing(true)).then((path) => path && open(path), complain)
            }
          >
            <FolderOpen size={15} aria-hidden /> {m.home.openFolder}
          </Button>
        </div>
        <section aria-labelledby="templates-title">
          <h2 id="templates-title">{m.home.templates}</h2>
          {templates.error && !templates.data && <Banner>{templates.error.message}</Banner>}
          <div className="templates">
            {templates.data?.map((t) => (
              <TemplateCard key={t.id} template={t} busy={busy} onPick={() => void create(t.id)} />
            ))}
          </div>
        </section>
        <section aria-labelledby="recent-title">
          <h2 id="recent-title">{m.home.recent}</h2>
          <Recent />
        </section>
      </div>
      {choosing && <FolderDialog title={m.common.folderTitle} onChoose={open} onClose={() => setChoosing(false)} />}
    </div>
  );
}
