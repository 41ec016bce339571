// One sample in large: its pixels, the raw value under the pointer, its numbers, its file, and where else it stands.
import { Copy, FolderSearch } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Twin } from '../../../../shared/contract/dataset-inspection.ts';
import type { Sample } from '../../../../shared/contract/datasets.ts';
import { bytesText, count, useMessages, value } from '../../../messages/use-messages.ts';
import { api } from '../../../studio.ts';
import { complain, toast, useWindow } from '../../../store.ts';
import { IconButton } from '../../../ui/button.tsx';
import { ChannelHistograms, channelName } from './channel-histograms.tsx';
import { channelNumbers, valueRows } from './pixels.ts';
import { SampleCanvas, type PixelAt } from './sample-canvas.tsx';

/** Values shown at once: a 28 x 28 digit whole, of a photograph the part under the pointer. */
const side = 28;

interface SampleViewProps {
  sample: Sample;
  twins: readonly Twin[];
  /** False when the picture stands beside it in large. */
  picture: boolean;
  onTwin: (twin: Twin) => void;
}

export function SampleView({ sample, twins, picture, onTwin }: SampleViewProps) {
  const m = useMessages();
  const [at, setAt] = useState<PixelAt | null>(null);
  const numbers = useMemo(() => channelNumbers(sample), [sample]);
  return (
    <div className="sample">
      {picture && (
        <>
          <SampleCanvas sample={sample} onPoint={setAt} />
          <p className="small muted pixel">{at ? pixelWords(m.data.pixel(at.x, at.y), sample, at) : m.data.hover}</p>
        </>
      )}
      <SampleFacts sample={sample} />
      <h2>{m.gallery.histogram}</h2>
      <ChannelHistograms channels={numbers} />
      <table className="numbers">
        <thead>
          <tr>
            <th>{m.gallery.channel}</th>
            <th>{m.data.range}</th>
            <th>{m.data.mean}</th>
            <th>{m.gallery.deviation}</th>
          </tr>
        </thead>
        <tbody>
          {numbers.map(({ low, high, mean, std }, c) => (
            <tr key={c}>
              <th scope="row">{channelName(m, c, numbers.length)}</th>
              <td>
                {low} – {high}
              </td>
              <td>{value(mean)}</td>
              <td>{value(std)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {twins.length > 0 && <Twins twins={twins} onTwin={onTwin} />}
      {sample.metadata && <Metadata metadata={sample.metadata} />}
      <Values sample={sample} at={at} />
    </div>
  );
}

/** "row 3, column 4: 12, 200, 3". */
export function pixelWords(where: string, { shape, pixels }: Sample, at: PixelAt): string {
  const [channels, height, width] = shape;
  const values = Array.from({ length: channels }, (_, c) => pixels[c * height * width + at.y * width + at.x]);
  return `${where}: ${values.join(', ')}`;
}

function SampleFacts({ sample }: { sample: Sample }) {
  const m = useMessages();
  const { original, shape, fileBytes, path } = sample;
  const reduced = original && (original[0] !== shape[2] || original[1] !== shape[1]);
  return (
    <dl className="facts">
      <dt>{m.data.label}</dt>
      <dd>
        {sample.className} ({sample.label})
      </dd>
      <dt>{m.data.shape}</dt>
      <dd>
        [{reduced ? [shape[0], original[1], original[0]].join(', ') : shape.join(', ')}]
        {reduced && <span className="muted small"> {m.gallery.reduced(shape[2], shape[1])}</span>}
      </dd>
      {fileBytes !== undefined && (
        <>
          <dt>{m.gallery.fileSize}</dt>
          <dd>{bytesText(fileBytes)}</dd>
        </>
      )}
      {path && (
        <>
          <dt>{m.gallery.file}</dt>
          <dd className="path">
            <span>{sample.name}</span>
            <PathButtons path={path} />
          </dd>
        </>
      )}
    </dl>
  );
}

function PathButtons({ path }: { path: string }) {
  const m = useMessages();
  const reveals = useWindow((s) => s.capabilities?.revealPath ?? false);
  const copy = () => navigator.clipboard.writeText(path).then(() => toast(m.gallery.copied), complain);
  return (
    <>
      <IconButton name={m.gallery.copyPath} onClick={() => void copy()}>
        <Copy size={14} aria-hidden />
      </IconButton>
      {reveals && (
        <IconButton name={m.gallery.reveal} onClick={() => void api.desktop.revealPath({ path }).catch(complain)}>
          <FolderSearch size={14} aria-hidden />
        </IconButton>
      )}
    </>
  );
}

function Twins({ twins, onTwin }: { twins: readonly Twin[]; onTwin: (twin: Twin) => void }) {
  const m = useMessages();
  return (
    <section aria-label={m.gallery.twins}>
      <h2>{m.gallery.twins}</h2>
      <ul className="twins">
        {twins.map((twin) => (
          <li key={`${twin.split}:${twin.index}`}>
            <button type="button" className="link" onClick={() => onTwin(twin)}>
              {twin.split} {count(twin.index)}
            </button>{' '}
            <span className="muted">{twin.className}</span>{' '}
            <span className={`badge ${twin.exact ? 'bad' : 'warn'}`}>
              {twin.exact ? m.gallery.exactCopy : m.gallery.nearCopy}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Metadata({ metadata }: { metadata: Record<string, string | number> }) {
  const m = useMessages();
  type Known = keyof typeof m.gallery.metadataNames;
  return (
    <>
      <h2>{m.gallery.metadata}</h2>
      <dl className="facts">
        {Object.entries(metadata).map(([name, text]) => (
          <div key={name} className="pair">
            <dt>{m.gallery.metadataNames[name as Known] ?? name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Values({ sample, at }: { sample: Sample; at: PixelAt | null }) {
  const m = useMessages();
  const [channel, setChannel] = useState(0);
  const [channels, height, width] = sample.shape;
  const around = at ?? { x: width >> 1, y: height >> 1 };
  const rows = valueRows(sample, Math.min(channel, channels - 1), around, side);
  return (
    <>
      <h2>{m.data.values}</h2>
      {channels > 1 && (
        <select
          className="field"
          aria-label={m.gallery.channel}
          value={channel}
          onChange={(e) => setChannel(Number(e.target.value))}
        >
          {Array.from({ length: channels }, (_, c) => (
            <option key={c} value={c}>
              {channelName(m, c, channels)}
            </option>
          ))}
        </select>
      )}
      <pre className="values" tabIndex={0} role="region" aria-label={m.data.values}>
        {rows.join('\n')}
      </pre>
    </>
  );
}
