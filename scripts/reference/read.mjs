// The public names of the library with their signatures and doc comments, read by TypeScript itself.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../setup/root.mjs';

const source = join(root, 'src/flint');

/** The pages in their order: a door of the library, or a namespace in one. */
const plan = [
  {
    id: 'flint',
    door: 'index',
    title: 'flint',
    text: 'Tensors are made and joined here; `import { … } from "flint"`.',
  },
  { id: 'tensor', door: 'index', class: 'Tensor', title: 'Tensor', text: 'The methods of tensors.' },
  { id: 'autograd', door: 'index', name: 'autograd', text: 'Own derivatives, checkpointing, anomaly mode.' },
  { id: 'linalg', door: 'index', name: 'linalg', text: 'Inverses, determinants and decompositions.' },
  { id: 'nn', door: 'index', name: 'nn', text: 'Layers, losses and containers.' },
  { id: 'nn.init', door: 'index', name: 'nn.init', text: 'Initial values.' },
  { id: 'nn.utils', door: 'index', name: 'nn.utils', text: 'Gradient clipping, and parameters as one vector.' },
  { id: 'nn.utils.rnn', door: 'index', name: 'nn.utils.rnn', text: 'Sequences of different lengths.' },
  { id: 'functional', door: 'index', name: 'F', text: 'The functions of networks without state.' },
  { id: 'optim', door: 'index', name: 'optim', text: 'Optimizers and schedules of the learning rate.' },
  { id: 'optim.lrScheduler', door: 'index', name: 'optim.lrScheduler', text: 'Schedules of the learning rate.' },
  { id: 'data', door: 'data/index', title: 'flint/data', text: 'Data sets and loaders.' },
  { id: 'vision', door: 'vision/index', title: 'flint/vision', text: 'Image data sets.' },
  { id: 'vision.models', door: 'vision/index', name: 'models', text: 'Classic networks by name.' },
  { id: 'vision.transforms', door: 'vision/index', name: 'transforms', text: 'Image transforms, on whole batches.' },
  { id: 'io', door: 'io/index', title: 'flint/io', text: "Tensors in files: safetensors, NumPy's and PyTorch's." },
  { id: 'studio', door: 'studio/index', title: 'flint/studio', text: 'What a script shows in the studio.' },
];

function program() {
  const config = ts.readConfigFile(join(root, 'tsconfig.node.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const entries = [...new Set(plan.map((p) => p.door))].map((door) => join(source, `${door}.ts`));
  return ts.createProgram(entries, { ...options, noEmit: true });
}

const flags =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.WriteArrowStyleSignature |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
const clean = (text) =>
  text
    .replace(/import\("[^"]+"\)\./g, '')
    .replace(/\s+/g, ' ')
    .replace(/(?<=\?: [^?]*) \| undefined(?=[,)])/g, '');
const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
const isPublic = (symbol) =>
  symbol.declarations?.some((d) => d.getSourceFile().fileName.startsWith(source)) &&
  !symbol.declarations.some((d) => ts.getCombinedModifierFlags(d) & hidden) &&
  !/^(_|#)/.test(symbol.name);

/** Puts symbols of TypeScript into words. */
class Describer {
  constructor(checker) {
    this.checker = checker;
  }
  actual(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
  doc(symbol) {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    return text.replace(/\{@link\s+([^}]+?)\s*\}/g, '`$1`').trim();
  }
  /** "name(a: A, b?: B): R" for each form of a function. */
  forms(name, type, construct) {
    const kind = construct ? ts.SignatureKind.Construct : ts.SignatureKind.Call;
    const colon = flags & ~ts.TypeFormatFlags.WriteArrowStyleSignature;
    return this.checker.getSignaturesOfType(type, kind).map((s) => {
      const text = this.checker.signatureToString(s, undefined, colon, kind).replace(/^new /, '');
      return clean(`${construct ? 'new ' : ''}${name}${text}`);
    });
  }
  /** "name: T" of a value. */
  plain(name, type) {
    return clean(`${name}: ${this.checker.typeToString(type, undefined, flags)}`);
  }

  /** A member that is no method; an optional one without the undefined that this means. */
  field(member, type) {
    const optional = member.flags & ts.SymbolFlags.Optional;
    const text = this.plain(optional ? `${member.name}?` : member.name, type);
    return optional ? text.replace(/ \| undefined$/, '') : text;
  }

  /** The members of a class or an interface; with `own`, without those that every module has. */
  members(symbol, own) {
    const statics = this.checker.getPropertiesOfType(this.checker.getTypeOfSymbol(symbol));
    const type = this.checker.getDeclaredTypeOfSymbol(symbol);
    const all = [...this.checker.getPropertiesOfType(type), ...statics.filter((s) => s.name !== 'prototype')];
    const seen = new Set(['toString', 'extraRepr', 'stateNames', 'dims']);
    return all.filter(isPublic).flatMap((member) => {
      const home = member.parent ?? symbol;
      if ((own && home !== symbol && /^(Module|TensorHandle)$/.test(home.name)) || seen.has(member.name)) return [];
      seen.add(member.name);
      const type = this.checker.getTypeOfSymbol(member);
      const signatures = this.forms(member.name, type, false);
      const inherited = own && home !== symbol && member.name === 'forward';
      const text = inherited ? '' : this.doc(member);
      // A field without a word of its own says nothing that the constructor does not.
      if (own && text === '' && signatures.length === 0 && symbol.flags & ts.SymbolFlags.Class) return [];
      return [{ name: member.name, signatures: signatures.length > 0 ? signatures : [this.field(member, type)], text }];
    });
  }

  /** What is said of one exported name; a class or a type with its members. */
  entry(exported, prefix) {
    const symbol = this.actual(exported);
    const name = prefix + exported.name;
    const text = this.doc(symbol) || this.doc(exported);
    const type = this.checker.getTypeOfSymbol(symbol);
    if (symbol.flags & ts.SymbolFlags.Class) {
      const members = exported.name === 'Tensor' ? [] : this.members(symbol, exported.name !== 'Module');
      return { name, kind: 'class', signatures: this.forms(name, type, true), text, members };
    }
    if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) return this.typeEntry(symbol, name, text);
    const signatures = this.forms(name, type, false);
    if (signatures.length > 0) return { name, kind: 'function', signatures, text, members: [] };
    return { name, kind: 'value', signatures: [this.plain(name, type)], text, members: [] };
  }
  typeEntry(symbol, name, text) {
    if (symbol.flags & ts.SymbolFlags.Interface) {
      return { name, kind: 'type', signatures: [`interface ${name}`], text, members: this.members(symbol, true) };
    }
    const declared = this.checker.getDeclaredTypeOfSymbol(symbol);
    const alias = this.checker.typeToString(declared, undefined, flags | ts.TypeFormatFlags.InTypeAlias);
    return { name, kind: 'type', signatures: [clean(`type ${name} = ${alias}`)], text, members: [] };
  }

  exportsOf(symbol) {
    return symbol.flags & ts.SymbolFlags.Module
      ? this.checker.getExportsOfModule(symbol)
      : this.checker.getPropertiesOfType(this.checker.getTypeOfSymbol(symbol));
  }
  find(symbol, name) {
    return this.actual(this.exportsOf(symbol).find((s) => s.name === name));
  }
  isNamespace(exported) {
    return Boolean(this.actual(exported).flags & ts.SymbolFlags.ValueModule);
  }
}

const order = { function: 0, class: 1, value: 2, type: 3 };
const nested = new Set(plan.flatMap((p) => (p.name ? [p.name] : [])));

/** Every page with its entries: `{ id, title, text, entries: [{ name, kind, signatures, text, members }] }`. */
export function readLibrary() {
  const all = program();
  const describer = new Describer(all.getTypeChecker());
  return plan.map((page) => {
    const file = all.getSourceFile(join(source, `${page.door}.ts`));
    const door = describer.checker.getSymbolAtLocation(file);
    const { id, text, title = page.name } = page;
    if (page.class) {
      const entries = describer
        .members(describer.find(door, page.class), true)
        .map((m) => ({ ...m, kind: 'method', members: [] }));
      return { id, title, text, entries };
    }
    const owner = (page.name?.split('.') ?? []).reduce((symbol, name) => describer.find(symbol, name), door);
    const prefix = page.name ? `${page.name}.` : '';
    const entries = describer
      .exportsOf(owner)
      .filter((s) => !describer.isNamespace(s) && !nested.has(prefix + s.name))
      .map((s) => describer.entry(s, prefix))
      .sort((a, b) => order[a.kind] - order[b.kind] || (a.name < b.name ? -1 : 1));
    return { id, title, text, entries };
  });
}
