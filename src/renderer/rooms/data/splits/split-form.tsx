// How a split is to be made: by ratio, stratified, by folder, in folds, or from what was chosen in the gallery.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Splitting } from '../../../../shared/contract/dataset-splits.ts';
import type { DatasetKind } from '../../../../shared/contract/datasets.ts';
import { count, percent, useMessages } from '../../../messages/use-messages.ts';
import { api } from '../../../studio.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Banner } from '../../../ui/notices.tsx';

export type SplitWay = 'stratified' | 'ratio' | 'folder' | 'folds' | 'chosen';
export interface Part {
  name: string;
  share: number;
}
export interface SplitDraft {
  way: SplitWay;
  from: string;
  parts: Part[];
  folds: number;
  seed: number;
  chosen: Uint32Array | null;
}

/** What the studio is asked for. */
export function splittingOf({ way, from, parts, folds, seed, chosen }: SplitDraft, classes: boolean): Splitting {
  switch (way) {
    case 'chosen':
      return { by: 'chosen', from, indices: new Uint32Array(chosen ?? []), chosenName: 'chosen', restName: 'rest' };
    case 'folds':
      return { by: 'folds', from, folds, stratified: classes, seed };
    case 'folder':
      return { by: 'folder', from, parts, seed };
    default:
      return { by: 'ratio', from, parts, stratified: way === 'stratified', seed };
  }
}

/** Which ways a kind of data set knows. */
export const waysOf = (kind: DatasetKind, chosen: boolean): SplitWay[] => [
  ...(chosen ? (['chosen'] as const) : []),
  ...(kind === 'table' ? [] : (['stratified'] as const)),
  'ratio',
  ...(kind === 'image-folder' ? (['folder'] as const) : []),
  'folds',
];

interface SplitFormProps {
  at: { project: string; dataset: string };
  kind: DatasetKind;
  splits: readonly string[];
  from: string;
  chosen: Uint32Array | null;
  /** Names that are in use. */
  taken: readonly string[];
  onForget: () => void;
  onMade: (file: string) => void;
}

export function SplitForm({ at, kind, splits, from, chosen, taken, onForget, onMade }: SplitFormProps) {
  const m = useMessages();
  const ways = waysOf(kind, chosen !== null);
  const [way, setWay] = useState<SplitWay>(ways[0]!);
  const [source, setSource] = useState(from);
  const [parts, setParts] = useState<Part[]>([
    { name: 'train', share: 80 },
    { name: 'validation', share: 20 },
  ]);
  const [folds, setFolds] = useState(5);
  const [seed, setSeed] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = ways.includes(way) ? way : ways[0]!;
  const name = typed ?? freeName(shown, taken);
  const make = async () => {
    setProblem(null);
    const draft = { way: shown, from: shown === 'chosen' ? from : source, parts, folds, seed, chosen };
    try {
      const { saved } = await api.datasets.makeSplit({ ...at, name, how: splittingOf(draft, kind !== 'table') });
      setTyped(null);
      onMade(saved.file);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form
      className="split-form card"
      aria-label={m.splits.make}
      onSubmit={(e) => {
        e.preventDefault();
        void make();
      }}
    >
      <h2>{m.splits.make}</h2>
      <fieldset>
        <legend className="visually-hidden">{m.splits.way}</legend>
        {ways.map((w) => (
          <label key={w} className="way">
            <input type="radio" name="way" checked={shown === w} onChange={() => setWay(w)} />
            <span>
              {m.splits.ways[w]}
              <span className="muted small">{m.splits.wayHints[w]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {shown === 'chosen' ? (
        <p>
          {m.splits.chosenFrom(count(chosen?.length ?? 0), from)}{' '}
          <Button look="quiet" onClick={onForget}>
            {m.splits.forgetChosen}
          </Button>
        </p>
      ) : (
        splits.length > 1 && (
          <label className="stacked">
            {m.splits.from}
            <select className="field" value={source} onChange={(e) => setSource(e.target.value)}>
              {splits.map((s) => (
                <option key={s}>{s}</option>
              ))}
            </select>
          </label>
        )
      )}
      {(shown === 'stratified' || shown === 'ratio' || shown === 'folder') && (
        <PartRows parts={parts} onParts={setParts} />
      )}
      {shown === 'folds' && (
        <label className="stacked">
          {m.splits.folds}
          <input
            className="field"
            type="number"
            min={2}
            max={50}
            value={folds}
            onChange={(e) => setFolds(Number(e.target.value))}
          />
        </label>
      )}
      <div className="split-pair">
        {shown !== 'chosen' && (
          <label className="stacked">
            {m.train.seed}
            <input
              className="field"
              type="number"
              min={0}
              value={seed}
              onChange={(e) => setSeed(Number(e.target.value))}
            />
          </label>
        )}
        <label className="stacked">
          {m.splits.name}
          <input className="field" value={name} onChange={(e) => setTyped(e.target.value)} />
        </label>
      </div>
      {problem && <Banner>{problem}</Banner>}
      <div className="dialog-actions">
        <Button type="submit" look="primary" disabled={!name.trim()}>
          {m.splits.save}
        </Button>
      </div>
    </form>
  );
}

function freeName(way: SplitWay, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? way : `${way}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

function PartRows({ parts, onParts }: { parts: Part[]; onParts: (parts: Part[]) => void }) {
  const m = useMessages();
  const sum = parts.reduce((total, { share }) => total + share, 0);
  const change = (at: number, to: Partial<Part>) => onParts(parts.map((p, i) => (i === at ? { ...p, ...to } : p)));
  return (
    <div className="part-rows" role="group" aria-label={m.splits.parts}>
      {parts.map((part, i) => (
        <div key={i} className="part-row">
          <input
            className="field"
            aria-label={m.splits.partName(i + 1)}
            value={part.name}
            onChange={(e) => change(i, { name: e.target.value })}
          />
          <input
            className="field"
            type="number"
            min={1}
            max={1000}
            aria-label={m.splits.partShare(part.name)}
            value={part.share}
            onChange={(e) => change(i, { share: Math.max(0, Number(e.target.value)) })}
          />
          <span className="muted">{percent(part.share / Math.max(1e-9, sum))}</span>
          <IconButton
            name={m.splits.removePart(part.name)}
            disabled={parts.length <= 2}
            onClick={() => onParts(parts.filter((_, k) => k !== i))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        look="quiet"
        disabled={parts.length >= 8}
        onClick={() => onParts([...parts, { name: nextPart(parts), share: 10 }])}
      >
        <Plus size={14} aria-hidden /> {m.splits.addPart}
      </Button>
    </div>
  );
}

function nextPart(parts: readonly Part[]): string {
  const used = parts.map(({ name }) => name);
  return ['train', 'validation', 'test'].find((name) => !used.includes(name)) ?? `part${parts.length + 1}`;
}
