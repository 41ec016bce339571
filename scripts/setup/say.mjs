// What the set-up prints: one line a step, with its time, so that a long first start explains itself.
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const say = (text) => console.log(`${paint('36', 'flint')} ${text}`);
export const warn = (text) => console.log(`${paint('33', 'flint')} ${text}`);

/** A problem that ends the set-up, with what to do about it. */
export class SetupError extends Error {}

/** Runs `work`, and says how long it took when it took long enough to wonder. */
export async function step(title, work) {
  const start = Date.now();
  say(`${title} …`);
  const result = await work();
  const seconds = (Date.now() - start) / 1000;
  if (seconds > 1) say(`  done in ${seconds.toFixed(1)} s`);
  return result;
}
