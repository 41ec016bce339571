// What was taken from a source and what was not, and why.
import type { ImportReport, Skipped } from '../../../../shared/contract/datasets.ts';
import type { Messages } from '../../../messages/en.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import './report.css';

const firstShown = 6;

/** Why something was left out, in the window's language where there is a sentence for it. */
function skipWords(m: Messages, { path, reason, why }: Skipped): string {
  return reason ? m.report.reasons[reason](/\.[^./]*$/.exec(path)?.[0] ?? '') : why;
}

export function ReportView({ report }: { report: ImportReport }) {
  const m = useMessages();
  const { splits, skipped, skippedCount, emptyClasses, missingClasses, notes } = report;
  const clean = skippedCount === 0 && emptyClasses.length === 0 && missingClasses.length === 0 && notes.length === 0;
  const total = splits.reduce((sum, split) => sum + split.count, 0);
  return (
    <div className="report">
      <p>
        <span className="badge good">{m.report.taken(count(total))}</span>{' '}
        <span className="muted">{splits.map(({ name, count: n }) => `${name} ${count(n)}`).join(' · ')}</span>
      </p>
      {clean && <p className="muted">{m.report.nothingSkipped}</p>}
      {skippedCount > 0 && (
        <details open={skippedCount <= firstShown}>
          <summary>
            <span className="badge warn">{m.report.skipped(count(skippedCount))}</span>
          </summary>
          <ul className="file-problems">
            {skipped.map((one) => (
              <li key={one.row ?? one.path}>
                {one.row === undefined ? <code>{one.path}</code> : `${m.table.row} ${one.row}`}{' '}
                <span className="muted" title={one.why}>
                  {skipWords(m, one)}
                </span>
              </li>
            ))}
            {skippedCount > skipped.length && (
              <li className="muted">{m.report.andMore(count(skippedCount - skipped.length))}</li>
            )}
          </ul>
        </details>
      )}
      {emptyClasses.length > 0 && (
        <p>
          <span className="badge warn">{m.report.emptyClasses}</span> {emptyClasses.join(', ')}
        </p>
      )}
      {missingClasses.map(({ split, classes }) => (
        <p key={split}>
          <span className="badge warn">{m.report.missingClasses(split)}</span> {classes.join(', ')}
        </p>
      ))}
      {notes.map((note) => (
        <p key={note} className="muted">
          {note}
        </p>
      ))}
    </div>
  );
}
