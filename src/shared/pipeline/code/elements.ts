// The elements of a pipeline's list with what belongs to each: its comments, whether it is switched off, an empty line before.
// An element is switched off by `transforms.off(...)`; one that is made a comment, as the editor's own key does, is off as
// well. What no transform can be recognised in begins with "off:" in a comment.
import type { Step } from './code-step.ts';
import { indentAt, readScript, splitAtCommas, type Script } from './script.ts';
import type { Token } from './tokens.ts';

export interface Element {
  step: Step;
  /** It is a comment, so that training does not know of it. */
  commented: boolean;
  /** The element as written, with its signs of comment, without the comma behind. */
  written: string;
  /** The element's code without what switches it off, its further lines moved left by the indentation of the first. */
  code: string;
  /** Comments before it, and behind it on its line. */
  leading: string[];
  trailing: string[];
  /** An empty line stands before. */
  apart: boolean;
  line: number;
  /** Where it begins in the source. */
  start: number;
  /** It is a transform and no more, known or not. */
  recognised: boolean;
}
export interface Elements {
  elements: Element[];
  /** Comments behind the opening bracket on its line, and those before the closing one. */
  head: string[];
  tail: string[];
}

/** Understands the code of one element. */
export interface StepReader {
  step(script: Script, from: number, to: number, kept: { code: string; line: number }): Step;
  /** Whether it is a transform and no more, so that it cannot be taken for prose in a comment. */
  isTransform(script: Script, from: number, to: number): boolean;
  /** What is inside of `transforms.off(...)`, or null where it is anything else. */
  switchedOff(script: Script, from: number, to: number): { from: number; to: number } | null;
}

/** Moves the lines after the first left by an indentation, or right. */
export const dedent = (text: string, indent: string): string =>
  text
    .split(/\r?\n/)
    .map((line, i) => (i > 0 && line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
export const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line, i) => (i > 0 && line !== '' ? indent + line : line))
    .join('\n');

const inside = (comment: Token): string =>
  comment.text.startsWith('//')
    ? comment.text.slice(2).replace(/^ /, '')
    : comment.text.slice(2).replace(/\*\/$/, '').trim();

const balanced = (script: Script): boolean =>
  script.code.every((t, i) => script.partner[i] !== -1 || !(t.kind === 'sign' && /[()[\]{}]/.test(t.text)));

class ElementReader {
  readonly result: Elements = { elements: [], head: [], tail: [] };
  private leading: Token[] = [];
  private readonly script: Script;
  private readonly reader: StepReader;

  constructor(script: Script, reader: StepReader) {
    this.script = script;
    this.reader = reader;
  }

  read(open: number): Elements {
    const { script } = this;
    const close = script.partner[open]!;
    let before = script.code[open]!;
    let comma: Token | undefined;
    for (const part of splitAtCommas(script, open + 1, close)) {
      if (part.from < part.to) {
        const [first, last] = [script.code[part.from]!, script.code[part.to - 1]!];
        this.readGap(before, comma, first);
        this.addElement(part.from, part.to);
        before = last;
      }
      comma = part.comma < 0 ? undefined : script.code[part.comma];
    }
    this.readGap(before, comma, script.code[close]!);
    this.result.tail = this.takeLeading();
    return this.result;
  }

  private takeLeading(): string[] {
    return this.leading.splice(0).map((t) => t.text);
  }

  /** Whether an empty line stands before a place, or before the comments that wait for it. */
  private isApart(start: number): boolean {
    const begin = this.leading[0]?.start ?? start;
    return /\n[ \t\r]*\n[ \t]*$/.test(this.script.source.slice(Math.max(0, begin - 200), begin));
  }

  private addElement(from: number, to: number): void {
    const { source, code, lineAt } = this.script;
    const [start, end] = [code[from]!.start, code[to - 1]!.end];
    const off = this.reader.switchedOff(this.script, from, to);
    const inner = off ?? { from, to };
    const innerStart = code[inner.from]!.start;
    const text = source.slice(innerStart, code[inner.to - 1]!.end);
    const kept = { code: dedent(text, indentAt(source, innerStart)), line: lineAt(start) };
    const step = this.reader.step(this.script, inner.from, inner.to, kept);
    this.result.elements.push({
      step: off ? { ...step, off: true } : step,
      commented: false,
      written: source.slice(start, end),
      apart: this.isApart(start),
      leading: this.takeLeading(),
      trailing: [],
      start,
      recognised: this.reader.isTransform(this.script, inner.from, inner.to),
      ...kept,
    });
  }

  /** The comments between two elements: behind the one, switched-off elements, before the other. */
  private readGap(before: Token, comma: Token | undefined, next: Token): void {
    const { comments, lineAt } = this.script;
    const gap = comments.filter((c) => c.start >= before.end && c.end <= next.start);
    const last = this.result.elements.at(-1);
    let line = lineAt((comma ?? before).end);
    for (let i = 0; i < gap.length;) {
      const comment = gap[i]!;
      const ahead = comma !== undefined && comment.start < comma.start;
      const alone = next.text === ']' || lineAt(comment.end) < lineAt(next.start);
      const taken = !ahead && comment.text.startsWith('/*') ? this.readOff(gap, i) : 0;
      if (taken === 0 && (ahead || (lineAt(comment.start) === line && alone))) {
        (last?.trailing ?? this.result.head).push(comment.text);
        if (!ahead) line = lineAt(comment.end);
        i += 1;
        continue;
      }
      const found = taken || this.readOff(gap, i);
      if (found === 0) this.leading.push(comment);
      i += Math.max(1, found);
    }
  }

  /** Takes a switched-off element that begins with comment `i`: how many comments it is, 0 for none. */
  private readOff(gap: readonly Token[], i: number): number {
    const { source, lineAt } = this.script;
    const first = gap[i]!;
    const marked = /^off:\s*/.exec(inside(first));
    if (!marked && !/^new\s/.test(inside(first))) return 0;
    let text = inside(first).slice(marked?.[0].length ?? 0);
    let inner = readScript(text);
    let count = 1;
    while (!balanced(inner) && first.text.startsWith('//')) {
      const more = gap[i + count];
      if (!more?.text.startsWith('//') || lineAt(more.start) !== lineAt(first.start) + count) break;
      text += `\n${inside(more)}`;
      inner = readScript(text);
      count += 1;
    }
    const parts = splitAtCommas(inner, 0, inner.code.length);
    const part = parts[0];
    if (parts.length !== 1 || !part || part.from === part.to || !balanced(inner)) return 0;
    const recognised = this.reader.isTransform(inner, part.from, part.to);
    if (!marked && !recognised) return 0;
    const [start, end] = [inner.code[part.from]!.start, inner.code[part.to - 1]!.end];
    if (inner.comments.some((c) => c.start < start)) return 0;
    const kept = { code: text.slice(start, end), line: lineAt(first.start) };
    this.result.elements.push({
      step: { ...this.reader.step(inner, part.from, part.to, kept), off: true },
      commented: true,
      written: source.slice(first.start, gap[i + count - 1]!.end),
      apart: this.isApart(first.start),
      leading: this.takeLeading(),
      trailing: inner.comments.filter((c) => c.start > end).map((c) => c.text),
      start: first.start,
      recognised,
      ...kept,
    });
    return count;
  }
}

/** The elements of the list whose bracket opens at `open`. */
export const readElements = (script: Script, reader: StepReader, open: number): Elements =>
  new ElementReader(script, reader).read(open);
