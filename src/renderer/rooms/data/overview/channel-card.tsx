// Mean and standard deviation of each channel, and the line of code that takes them out.
import { Copy } from 'lucide-react';
import type { Inspection } from '../../../../shared/contract/dataset-inspection.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { complain, toast } from '../../../store.ts';
import { Button } from '../../../ui/button.tsx';
import { channelName } from '../gallery/channel-histograms.tsx';

const four = (n: number) => n.toFixed(4);

/** `new transforms.Normalize([0.1307], [0.3081])`. */
export const normalizeCode = ({ mean, std }: { mean: readonly number[]; std: readonly number[] }): string =>
  // A deviation of 0 would divide by 0: a channel that is flat stays as it is.
  `new transforms.Normalize([${mean.map(four).join(', ')}], [${std.map((s) => (s > 0 ? four(s) : '1')).join(', ')}])`;

export function ChannelCard({ inspection }: { inspection: Inspection }) {
  const m = useMessages();
  const code = normalizeCode(inspection.splits[0]!.channels);
  const copy = () => navigator.clipboard.writeText(code).then(() => toast(m.overview.normalizeCopied), complain);
  return (
    <section className="card" aria-label={m.overview.channels}>
      <h2>{m.overview.channels}</h2>
      <table className="numbers data-table">
        <thead>
          <tr>
            <th>{m.data.split}</th>
            <th className="channel">{m.gallery.channel}</th>
            <th>{m.data.mean}</th>
            <th>{m.gallery.deviation}</th>
          </tr>
        </thead>
        <tbody>
          {inspection.splits.flatMap(({ name, channels: { mean, std } }) =>
            mean.map((value, c) => (
              <tr key={`${name}${c}`}>
                {c === 0 && (
                  <th scope="row" rowSpan={mean.length}>
                    {name}
                  </th>
                )}
                <td className="channel">{channelName(m, c, mean.length)}</td>
                <td>{four(value)}</td>
                <td>{four(std[c]!)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
      <p className="muted small">{m.overview.channelsHint}</p>
      <p className="code-line">
        <code>{code}</code>
        <Button onClick={() => void copy()}>
          <Copy size={14} aria-hidden /> {m.overview.useInNormalize}
        </Button>
      </p>
    </section>
  );
}
