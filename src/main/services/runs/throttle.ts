// At most one call in each interval: the first at once, those that follow together at its end.

export interface Throttled {
  (): void;
  /** Calls now when a call is waiting. */
  flush(): void;
  cancel(): void;
}

export function throttle(milliseconds: number, call: () => void): Throttled {
  let timer: NodeJS.Timeout | null = null;
  let waiting = false;
  const tick = () => {
    timer = null;
    if (!waiting) return;
    waiting = false;
    timer = setTimeout(tick, milliseconds);
    call();
  };
  const throttled = () => {
    if (timer) {
      waiting = true;
      return;
    }
    timer = setTimeout(tick, milliseconds);
    call();
  };
  throttled.flush = () => {
    if (!waiting) return;
    waiting = false;
    call();
  };
  throttled.cancel = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    waiting = false;
  };
  return throttled;
}
