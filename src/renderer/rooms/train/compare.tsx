// The runs shown, side by side: their settings beside their results, differing ones marked.
import { useMessages, value } from '../../messages/use-messages.ts';
import { useWindow } from '../../store.ts';
import { StatusIcon } from './run-list.tsx';
import { compareSettings, metricNames } from './settings.ts';

export function Compare() {
  const m = useMessages();
  const runs = useWindow((s) => s.runs);
  const shown = useWindow((s) => s.shown);
  const chosen = runs.filter((r) => shown.includes(r.id));
  return (
    <div className="compare" tabIndex={0} role="region" aria-label={m.train.compare}>
      <table>
        <thead>
          <tr>
            <th scope="col">{m.train.setting}</th>
            {chosen.map((r) => (
              <th scope="col" key={r.id}>
                <StatusIcon status={r.status} /> {r.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metricNames(chosen).map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {chosen.map((r) => (
                <td key={r.id}>{value(r.metrics[name])}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{m.train.seed}</th>
            {chosen.map((r) => (
              <td key={r.id}>{r.seed}</td>
            ))}
          </tr>
          {compareSettings(chosen).map((row) => (
            <tr key={row.name} className={row.differs ? 'differs' : ''}>
              <th scope="row">
                {row.name}{' '}
                {row.differs && (
                  <span className="badge warn" title={m.train.differs}>
                    ≠
                  </span>
                )}
              </th>
              {row.values.map((v, i) => (
                <td key={chosen[i]!.id}>{v === undefined ? '–' : String(v)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
