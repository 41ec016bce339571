// Copies, leaks, unreadable files and what stands out: how many in each split.
import type { Inspection } from '../../../../shared/contract/dataset-inspection.ts';
import { sampleProblems } from '../../../../shared/contract/datasets.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import type { ShowSamples } from './overview.tsx';

export function ProblemCard({ inspection, show }: { inspection: Inspection; show: ShowSamples }) {
  const m = useMessages();
  const { splits, groups, nearBits, unreadable } = inspection;
  const total = splits.reduce((sum, { problems }) => sum + sampleProblems.reduce((n, p) => n + problems[p], 0), 0);
  return (
    <section className="card" aria-label={m.overview.problems}>
      <h2>
        {m.overview.problems} {total === 0 && <span className="badge good">{m.overview.noProblems}</span>}
      </h2>
      <table className="numbers data-table">
        <thead>
          <tr>
            <td />
            {splits.map(({ name }) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sampleProblems.map((problem) => (
            <tr key={problem}>
              <th scope="row" title={m.overview.problemHints[problem]}>
                {m.gallery.problems[problem]}
              </th>
              {splits.map(({ name, problems }) => (
                <td key={name}>
                  {problems[problem] === 0 ? (
                    <span className="muted">0</span>
                  ) : (
                    <button
                      type="button"
                      className={`link ${problem === 'leak' || problem === 'unreadable' ? 'bad' : ''}`}
                      aria-label={m.overview.showThese(count(problems[problem]), m.gallery.problems[problem], name)}
                      onClick={() => show(name, { problem })}
                    >
                      {count(problems[problem])}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted small">{m.overview.groups(count(groups.exact), count(groups.near), String(nearBits))}</p>
      {unreadable.length > 0 && (
        <ul className="file-problems small">
          {unreadable.slice(0, 8).map(({ split, index, path, why }) => (
            <li key={`${split}:${index}`}>
              <code>{path}</code> {why}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
