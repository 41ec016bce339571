// How well a transform fits what is searched for.

/** 0 for not at all, to 1. Every word has to be in one of the texts; the earlier text, and the beginning of a word, count more. */
export function matchOf(search: string, texts: readonly string[]): number {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const scores = words.map((word) =>
    Math.max(
      ...texts.map((text, i) => {
        const lower = text.toLowerCase();
        const at = lower.indexOf(word);
        if (at < 0) return 0;
        const begins = at === 0 || !/[\p{L}\d]/u.test(lower[at - 1]!) || /\p{Lu}/u.test(text[at]!);
        return (begins ? 1 : 0.5) / (i + 1);
      }),
    ),
  );
  return scores.some((score) => score === 0) ? 0 : Math.min(1, ...scores);
}
