// The exact tensor that the model gets: as colours with their range, the numbers of its channels, the values under the pointer.
import { useMemo, useState } from 'react';
import type { PreviewTensor } from '../../../../shared/contract/augment.ts';
import { useMessages, value } from '../../../messages/use-messages.ts';
import './tensor.css';
import { PictureCanvas } from './picture-canvas.tsx';
import { tensorColours, valueAt } from './tensor-colours.ts';

function ChannelTable({ tensor }: { tensor: PreviewTensor }) {
  const m = useMessages();
  return (
    <table className="augment-numbers">
      <thead>
        <tr>
          {[m.augment.channel, m.augment.least, m.augment.greatest, m.augment.mean, m.augment.deviation].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tensor.perChannel.map((channel, c) => (
          <tr key={c}>
            <th scope="row">{c}</th>
            {[channel.min, channel.max, channel.mean, channel.std].map((n, i) => (
              <td key={i}>{value(n)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function TensorView({ tensor }: { tensor: PreviewTensor }) {
  const m = useMessages();
  const [wantsRestored, setRestored] = useState(false);
  const [chosen, setChannel] = useState<number | null>(null);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const [channels, height, width] = tensor.shape;
  const restored = wantsRestored && tensor.undo !== undefined;
  const channel = chosen !== null && chosen < channels ? chosen : null;
  const colours = useMemo(() => tensorColours(tensor, { restored, channel }), [tensor, restored, channel]);
  const point = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const clip = (part: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(part * n)));
    setAt({
      x: clip((event.clientX - box.left) / box.width, width),
      y: clip((event.clientY - box.top) / box.height, height),
    });
  };
  const under = at && at.x < width && at.y < height ? at : null;
  const values = under
    ? Array.from({ length: channels }, (_, c) => value(valueAt(tensor, c, under.y, under.x, restored)))
    : [];
  return (
    <section className="augment-tensor" aria-label={m.augment.tensor}>
      <div className="augment-tensor-bar">
        <div role="group" aria-label={m.augment.tensor} className="augment-choice">
          <button type="button" aria-pressed={!restored} onClick={() => setRestored(false)}>
            {m.augment.normalised}
          </button>
          <button
            type="button"
            aria-pressed={restored}
            disabled={!tensor.undo}
            title={tensor.undo ? undefined : m.augment.restoreHint}
            onClick={() => setRestored(true)}
          >
            {m.augment.restored}
          </button>
        </div>
        {channels > 1 && (
          <label>
            {m.augment.channel}{' '}
            <select
              className="field"
              value={channel ?? ''}
              onChange={(e) => setChannel(e.target.value === '' ? null : Number(e.target.value))}
            >
              <option value="">{m.augment.allChannels}</option>
              {tensor.perChannel.map((_, c) => (
                <option key={c} value={c}>
                  {c}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="spacer" />
        <code>[{tensor.shape.join(', ')}] float32</code>
      </div>
      <PictureCanvas
        picture={colours}
        name={m.augment.tensorOf(`[${tensor.shape.join(', ')}]`)}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
      />
      <div className="augment-scale small">
        <span>{value(colours.low)}</span>
        <span className="augment-ramp" aria-hidden />
        <span>{value(colours.high)}</span>
      </div>
      <p className="small muted augment-pointed">
        {under ? `${m.augment.pointed(under.y, under.x)}: ${values.join(', ')}` : m.augment.hover}
      </p>
      <ChannelTable tensor={tensor} />
    </section>
  );
}
