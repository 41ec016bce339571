// What the script prints, line by line and in order, handed on instead of written: console.log and process.stdout alike.
import type { OutputStream } from './reports.ts';

/** Longer lines are cut, with a word on it. */
const longestLine = 100_000;

/** Takes over stdout and stderr of this process. The returned function hands on lines that have no end yet. */
export function captureOutput(take: (stream: OutputStream, text: string) => void): () => void {
  const flushers = [captureStream(process.stdout, 'out', take), captureStream(process.stderr, 'error', take)];
  return () => {
    for (const flush of flushers) flush();
  };
}

function captureStream(
  stream: NodeJS.WriteStream,
  name: OutputStream,
  take: (stream: OutputStream, text: string) => void,
): () => void {
  let open = '';
  const line = (text: string) =>
    take(name, text.length > longestLine ? `${text.slice(0, longestLine)} … (${text.length} characters)` : text);
  type Done = (error?: Error | null) => void;
  const write = (chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const lines = (open + text).split('\n');
    open = lines.pop()!;
    for (const complete of lines) line(complete.endsWith('\r') ? complete.slice(0, -1) : complete);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  stream.write = write as typeof stream.write;
  return () => {
    if (open) line(open);
    open = '';
  };
}
