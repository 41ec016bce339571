// A TypeScript source cut into tokens: enough to tell code from strings, templates, comments and regular expressions.
// It never fails: what is not ended ends with its line or with the source.

export type TokenKind = 'name' | 'number' | 'string' | 'template' | 'regex' | 'sign' | 'comment';

export interface Token {
  kind: TokenKind;
  /**
   * As written. A template with substitutions is several tokens, "`a${", "}b${", "}c`", with code between them; those
   * open and close like brackets.
   */
  text: string;
  start: number;
  end: number;
}

const patterns = {
  space: /[\s\uFEFF]+/y,
  comment: /\/\/[^\r\n\u2028\u2029]*|\/\*[\s\S]*?(?:\*\/|$)|^#![^\r\n]*/y,
  name: /[\p{ID_Start}$_#@\\][\p{ID_Continue}$\u200c\u200d\\]*/uy,
  number: /0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y,
  string: /'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*'?|"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*"?/y,
  template: /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|\\?$)/y,
  regex: /\/(?![*/])(?:[^\\/[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+\/[a-zA-Z]*/y,
  sign: /\.\.\.|=>|\?\.(?!\d)|\+\+|--|&&=?|\|\|=?|\?\?=?|[=!]==?|[<>]=|\*\*|[-+*/%&|^]=|[\s\S]/y,
} as const;

/** Words after which a value begins, so that a slash there begins a regular expression. */
const beforeValue = new Set(
  'return typeof case in of new delete void throw await yield else do instanceof extends default'.split(' '),
);

function endsValue(previous: Token | undefined, before: Token | undefined): boolean {
  if (!previous) return false;
  if (previous.kind === 'name') return !beforeValue.has(previous.text);
  if (previous.kind === 'template') return previous.text.endsWith('`');
  if (previous.kind !== 'sign') return true;
  if (previous.text === '!')
    return before !== undefined && endsValue(before, undefined) && before.end === previous.start;
  return [')', ']', '}', '++', '--'].includes(previous.text);
}

/** All tokens, comments included, in order. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** Open braces: true for those of a template's substitution. */
  const braces: boolean[] = [];
  const code: Token[] = [];
  let at = 0;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const take = (kind: TokenKind, text: string): void => {
    const token = { kind, text, start: at, end: at + text.length };
    tokens.push(token);
    if (kind !== 'comment') code.push(token);
    at = token.end;
  };
  const takeTemplate = (): void => {
    const text = match(patterns.template) ?? source[at]!;
    take('template', text);
    if (text.length > 1 && text.endsWith('${')) braces.push(true);
  };
  const takeSign = (): void => {
    const text = match(patterns.sign)!;
    if (text === '{') braces.push(false);
    if (text === '}') braces.pop();
    take('sign', text);
  };

  while (at < source.length) {
    const first = source[at]!;
    const space = match(patterns.space);
    if (space) {
      at += space.length;
      continue;
    }
    const comment = first === '/' || first === '#' ? match(patterns.comment) : null;
    if (comment) {
      take('comment', comment);
      continue;
    }
    if (first === "'" || first === '"') take('string', match(patterns.string)!);
    else if (first === '`') takeTemplate();
    else if (first === '}' && braces.at(-1)) {
      braces.pop();
      takeTemplate();
    } else {
      const number = match(patterns.number);
      const name = number ? null : match(patterns.name);
      const regex = first === '/' && !endsValue(code.at(-1), code.at(-2)) ? match(patterns.regex) : null;
      if (number) take('number', number);
      else if (name) take('name', name);
      else if (regex) take('regex', regex);
      else takeSign();
    }
  }
  return tokens;
}
