// The sizes of the images: each a dot by width and height, as large as there are many; the commonest as a list.
import type { Inspection } from '../../../../shared/contract/dataset-inspection.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import type { ShowSamples } from './overview.tsx';

const side = 190;
const margin = 32;
const listed = 6;

export function SizeCard({ inspection, show }: { inspection: Inspection; show: ShowSamples }) {
  const m = useMessages();
  const { sizes, sizeCount, splits } = inspection;
  const showSize = (split: string, { width, height }: { width: number; height: number }) =>
    show(split, { size: { width: [width, width], height: [height, height] } });
  return (
    <section className="card" aria-label={m.overview.sizes}>
      <h2>
        {m.overview.sizes} <span className="muted small">{m.overview.sizeCount(sizeCount)}</span>
      </h2>
      <div className="sizes">
        {sizeCount > 1 && <Scatter sizes={sizes} />}
        <table className="numbers data-table">
          <thead>
            <tr>
              <th>{m.overview.size}</th>
              {splits.map(({ name }) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sizes.slice(0, listed).map((size) => (
              <tr key={`${size.width}x${size.height}`}>
                <th scope="row">
                  {size.width} × {size.height}
                </th>
                {splits.map(({ name }, s) => (
                  <td key={name}>
                    {size.bySplit[s] ? (
                      <button type="button" className="link" onClick={() => showSize(name, size)}>
                        {count(size.bySplit[s])}
                      </button>
                    ) : (
                      <span className="muted">0</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Scatter({ sizes }: { sizes: Inspection['sizes'] }) {
  const m = useMessages();
  // No spread: where every picture has a size of its own there are more than a call takes arguments.
  const largest = (key: 'width' | 'height' | 'count') => sizes.reduce((most, s) => Math.max(most, s[key]), 0);
  const widest = largest('width');
  const highest = largest('height');
  const reach = Math.max(widest, highest);
  const most = largest('count');
  const at = (v: number) => (v / reach) * (side - margin - 8);
  return (
    <svg
      className="scatter"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={m.overview.scatter(String(widest), String(highest))}
    >
      <line x1={margin} y1={side - margin} x2={side} y2={side - margin} />
      <line x1={margin} y1={0} x2={margin} y2={side - margin} />
      <line className="square" x1={margin} y1={side - margin} x2={margin + at(reach)} y2={side - margin - at(reach)} />
      {sizes.map(({ width, height, count: n }) => (
        <circle
          key={`${width}x${height}`}
          cx={margin + at(width)}
          cy={side - margin - at(height)}
          r={2 + 7 * Math.sqrt(n / most)}
        >
          <title>{`${width} × ${height}: ${n}`}</title>
        </circle>
      ))}
      <text x={side - 4} y={side - 8} textAnchor="end">
        {m.overview.width} {reach}
      </text>
      <text x={4} y={12}>
        {reach}
      </text>
      <text x={8} y={side - margin - 4} transform={`rotate(-90 12 ${side - margin - 4})`}>
        {m.overview.height}
      </text>
    </svg>
  );
}
