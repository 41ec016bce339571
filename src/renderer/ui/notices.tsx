// Things said in passing and things said in place: toasts, banners, empty rooms, progress.
import { AlertTriangle, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMessages } from '../messages/use-messages.ts';
import { dismiss, useWindow } from '../store.ts';
import { Button, IconButton } from './button.tsx';

export function Toasts() {
  const toasts = useWindow((s) => s.toasts);
  const m = useMessages();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((t) => (
        <div className="toast" key={t.id}>
          {t.bad && <AlertTriangle size={16} color="var(--bad)" aria-hidden />}
          <p>{t.text}</p>
          {t.action && (
            <Button
              onClick={() => {
                t.action!.act();
                dismiss(t.id);
              }}
            >
              {t.action.label}
            </Button>
          )}
          <IconButton name={m.common.close} onClick={() => dismiss(t.id)}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}

export function Banner({ look = '', children }: { look?: 'warn' | ''; children: ReactNode }) {
  return (
    <div className={`banner ${look}`} role={look ? 'note' : 'alert'}>
      <AlertTriangle size={15} aria-hidden />
      <div>{children}</div>
    </div>
  );
}

export function Empty({ icon, text, children }: { icon?: ReactNode; text: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Bar({ fraction, name }: { fraction: number; name: string }) {
  const part = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * part)}
    >
      <div style={{ transform: `scaleX(${part})` }} />
    </div>
  );
}
