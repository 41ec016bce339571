// Things said in passing and things said in place: toasts, banners, empty rooms, progress.
import { AlertTriangle, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useMessages } from '../messages/use-messages.ts';
import { dismiss, useWindow, type Toast } from '../store.ts';
import { Button, IconButton } from './button.tsx';

/** One line; it goes by itself unless it is pointed at or holds the focus. */
function ToastLine({ toast: t, paused }: { toast: Toast; paused: boolean }) {
  const m = useMessages();
  const lasting = t.action !== undefined || t.bad === true;
  useEffect(() => {
    if (paused) return;
    const timer = setTimeout(() => dismiss(t.id), lasting ? 12_000 : 4000);
    return () => clearTimeout(timer);
  }, [paused, lasting, t.id]);
  return (
    <div className="toast">
      {t.bad && <AlertTriangle className="bad" size={16} aria-hidden />}
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
  );
}

function ToastStack({ toasts }: { toasts: readonly Toast[] }) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  return (
    <div
      className="toast-stack"
      onPointerMove={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onClick={() => setFocused(false)}
    >
      {toasts.map((t) => (
        <ToastLine key={t.id} toast={t} paused={pointed || focused} />
      ))}
    </div>
  );
}

/** The stack leaves with its last line, and what it knew of pointer and focus with it. */
export function Toasts() {
  const toasts = useWindow((s) => s.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.length > 0 && <ToastStack toasts={toasts} />}
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
