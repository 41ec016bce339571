// What stands for a token that is not seen.
const signs: Record<string, string> = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍' };
export const visible = (token: string): string => signs[token] ?? token;
