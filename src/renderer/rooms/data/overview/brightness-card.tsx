// How bright the samples are: each bar leads to its samples.
import type { Inspection } from '../../../../shared/contract/dataset-inspection.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import type { ShowSamples } from './overview.tsx';

export function BrightnessCard({ inspection, show }: { inspection: Inspection; show: ShowSamples }) {
  const m = useMessages();
  return (
    <section className="card" aria-label={m.overview.brightness}>
      <h2>{m.overview.brightness}</h2>
      {inspection.splits.map(({ name, brightness }, s) => {
        const most = Math.max(1, ...brightness);
        return (
          <div key={name} className="columns-chart">
            <span className="muted small">{name}</span>
            <div className="columns">
              {brightness.map((n, step) => (
                <button
                  key={step}
                  type="button"
                  disabled={n === 0}
                  aria-label={m.overview.brightnessBin(String(step * 8), String(step * 8 + 8), count(n))}
                  title={m.overview.brightnessBin(String(step * 8), String(step * 8 + 8), count(n))}
                  onClick={() => show(name, { brightness: [step * 8, step * 8 + 7.999], sort: 'brightness' })}
                >
                  <span
                    className={`trace-${(s % 8) + 1}`}
                    style={{ height: n === 0 ? 0 : `${Math.max(2, (100 * n) / most)}%` }}
                  />
                </button>
              ))}
            </div>
            <div className="columns-axis muted small" aria-hidden>
              <span>0</span>
              <span>128</span>
              <span>255</span>
            </div>
          </div>
        );
      })}
    </section>
  );
}
