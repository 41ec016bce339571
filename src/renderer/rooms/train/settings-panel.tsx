// Settings for the next run: those of the project and of the last run as hints, only what is typed is sent.
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { nextSettings } from '../../actions.ts';
import { useMessages } from '../../messages/use-messages.ts';
import { useWindow } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { parseSetting, type SettingValue } from './settings.ts';

export function SettingsPanel() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!;
  const last = useWindow((s) => s.runs.find((r) => r.id === s.run));
  const [typed, setTyped] = useState<Record<string, string>>(() => {
    const kept = nextSettings.get(project.path)?.settings ?? {};
    return Object.fromEntries(Object.entries(kept).map(([k, v]) => [k, String(v)]));
  });
  const [seed, setSeed] = useState(String(nextSettings.get(project.path)?.seed ?? ''));
  const [extra, setExtra] = useState('');
  const known = useMemo<Record<string, SettingValue>>(
    () => ({ ...project.file.settings, ...last?.settings }),
    [project, last],
  );
  const names = [...new Set([...Object.keys(known), ...Object.keys(typed)])].sort();
  const remember = (next: Record<string, string>, nextSeed: string) => {
    const settings = Object.fromEntries(
      Object.entries(next)
        .filter(([, v]) => v !== '')
        .map(([k, v]) => [k, parseSetting(v)]),
    );
    nextSettings.set(project.path, { settings, ...(nextSeed.trim() === '' ? {} : { seed: Number(nextSeed) }) });
  };
  const type = (name: string, text: string) => {
    const next = { ...typed, [name]: text };
    setTyped(next);
    remember(next, seed);
  };
  return (
    <div className="settings">
      <p className="small muted">{m.train.settingsHint}</p>
      {names.map((name) => (
        <label key={name}>
          <span>{name}</span>
          <input
            className="field"
            value={typed[name] ?? ''}
            placeholder={String(known[name] ?? '')}
            onChange={(e) => type(name, e.target.value)}
          />
        </label>
      ))}
      <label>
        <span>{m.train.seed}</span>
        <input
          className="field"
          inputMode="numeric"
          value={seed}
          placeholder={String(last?.seed ?? 0)}
          onChange={(e) => {
            const text = e.target.value.replace(/[^\d]/g, '');
            setSeed(text);
            remember(typed, text);
          }}
        />
      </label>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (extra.trim()) type(extra.trim(), typed[extra.trim()] ?? '');
          setExtra('');
        }}
      >
        <input
          className="field"
          aria-label={m.train.settingName}
          placeholder={m.train.settingName}
          value={extra}
          onChange={(e) => setExtra(e.target.value)}
        />
        <Button type="submit" disabled={!extra.trim()}>
          <Plus size={14} aria-hidden /> {m.train.addSetting}
        </Button>
      </form>
    </div>
  );
}
