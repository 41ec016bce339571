// Files that NumPy and PyTorch wrote (fixtures/arrays.py), read; and ours, as those would have been written.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { randn, tensor } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as nn from '../nn/nn.ts';
import { decodeNpy, encodeNpy, loadNpz, saveNpy, saveNpz, loadNpy } from './npy.ts';
import { load, save } from './tensors.ts';
import { decodeTorch, encodeTorch, loadTorch, saveTorch } from './torch.ts';

const folder = fileURLToPath(new URL('fixtures/arrays/', import.meta.url));
const bytesOf = (name: string): Uint8Array => readFileSync(join(folder, name));
interface Array_ {
  dtype: string;
  shape: number[];
  values: (number | boolean)[];
}
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Array_> & {
  state: Record<string, Array_>;
};
const scratch = mkdtempSync(join(tmpdir(), 'flint-arrays-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function expectSame(t: Tensor, wanted: Array_): void {
  expect(t.shape).toEqual(wanted.shape);
  expect(t.to(t.dtype === 'int64' ? 'int64' : 'float64').toArray()).toEqual(wanted.values.map(Number));
}
/** The dtype in which Flint holds one of NumPy's. */
const held: Record<string, string> = { int8: 'int32', int16: 'int32', uint16: 'int32', uint32: 'int64' };
const names = Object.keys(expected).filter((n) => n.endsWith('.npy'));

describe('T3 NumPy', () => {
  test.each(names)('reads %s', (name) => {
    const dtype = expected[name]!.dtype.replace(/^[<>]/, '');
    const t = loadNpy(join(folder, name));
    expect(t.dtype).toBe(held[dtype] ?? dtype);
    expectSame(t, expected[name]!);
  });

  test.each(['f2le', 'f4le', 'f8le', 'i4le', 'i8le', 'u1le', 'b1le', 'scalar', 'empty'])(
    'writes %s.npy byte for byte as NumPy does',
    (name) => {
      const own = Buffer.concat(encodeNpy(decodeNpy(bytesOf(`${name}.npy`))));
      expect(own.equals(bytesOf(`${name}.npy`))).toBe(true);
    },
  );
  test('writes Fortran order byte for byte as NumPy does', () => {
    const own = Buffer.concat(encodeNpy(decodeNpy(bytesOf('fortran.npy')), { fortranOrder: true }));
    expect(own.equals(bytesOf('fortran.npy'))).toBe(true);
  });

  test.each(['plain.npz', 'packed.npz'])('reads %s and writes its like', (name) => {
    const arrays = loadNpz(join(folder, name));
    expect([...arrays.keys()]).toEqual(['weight', 'labels']);
    expect(arrays.get('labels')!.tolist()).toEqual([3, 1, 2]);
    const path = join(scratch, name);
    saveNpz(arrays, path, { compressed: name === 'packed.npz' });
    expect(loadNpz(path).get('weight')!.equal(arrays.get('weight')!)).toBe(true);
  });

  test('every cut-off file is an error that names the file', () => {
    const bytes = bytesOf('f4le.npy');
    for (let n = 0; n < bytes.length; n++)
      expect(() => decodeNpy(bytes.subarray(0, n), 'a.npy')).toThrow(/a\.npy, byte/);
    const text = Buffer.from(bytes).toString('latin1').replace('<f4', '<c8');
    expect(() => decodeNpy(Buffer.from(text, 'latin1'))).toThrow(/dtype "<c8" are not read.*astype/);
    expect(() => saveNpy(tensor([1]).bfloat16(), join(scratch, 'x.npy'))).toThrow(/NumPy has no bfloat16/);
  });
});

describe('N9 PyTorch files', () => {
  test.each(['state.pt', 'legacy.pth'])('reads %s', (name) => {
    const state = load(join(folder, name));
    expect([...state.keys()]).toEqual(Object.keys(expected.state));
    for (const [key, t] of state) {
      expect(t.dtype, key).toBe(expected.state[key]!.dtype);
      expectSame(t, expected.state[key]!);
    }
  });

  test('a state dict of PyTorch fits the same module here', () => {
    const net = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2), new nn.Linear(4, 3));
    const { unexpectedKeys, missingKeys } = net.loadStateDict(load(join(folder, 'state.pt')), { strict: false });
    expect(missingKeys).toEqual([]);
    expect(unexpectedKeys).not.toContain('1.running_mean');
  });

  test('a checkpoint is maps and plain values; load says what to do with it', () => {
    const value = loadTorch(join(folder, 'checkpoint.pt')) as Map<string, unknown>;
    const plain = Object.fromEntries([...value].filter(([k]) => !['model', 'optimizer'].includes(k)));
    expect(plain).toEqual({
      epoch: 3,
      loss: 0.25,
      name: 'höhe',
      flag: true,
      nothing: null,
      big: 2 ** 40,
      sizes: [2, 3],
      list: [1, 'two'],
    });
    const moments = (value.get('optimizer') as Map<string, Map<string, Map<string, Tensor>>>).get('state')!.get('0')!;
    expect(moments.get('exp_avg')!.shape).toEqual([2, 1, 3, 3]);
    expect(() => load(join(folder, 'checkpoint.pt'))).toThrow(/"epoch" is no tensor.*loadTorch/);
  });

  test('a pickled module is refused, by name: nothing of it runs', () => {
    expect(() => loadTorch(join(folder, 'module.pt'))).toThrow(/asks for "torch\.nn\.modules.*Flint runs none/);
  });

  test('every cut-off file is an error that names the file', () => {
    for (const name of ['state.pt', 'legacy.pth']) {
      const bytes = bytesOf(name);
      for (let n = 16; n < bytes.length; n += 7) {
        expect(() => decodeTorch(bytes.subarray(0, n), 'm.pt')).toThrow(/^m\.pt/);
      }
    }
  });

  const value = {
    epoch: 3,
    rate: 0.125,
    big: -(2 ** 40),
    name: 'höhe',
    flag: false,
    nothing: null,
    list: [1, [2.5]],
    model: new Map<string, Tensor>([
      [
        'weight',
        tensor([
          [1, 2],
          [3, 4.5],
        ]).t(),
      ],
      ['half', tensor([1.5, -0.1], { dtype: 'float16' })],
      ['brain', tensor([1.5, -0.1], { dtype: 'bfloat16' })],
      ['count', tensor(7, { dtype: 'int64' })],
      ['mask', tensor([true, false])],
    ]),
  };
  test('what is written is read again', () => {
    const back = decodeTorch(Buffer.concat(encodeTorch(value))) as Map<string, unknown>;
    expect(back.get('list')).toEqual([1, [2.5]]);
    expect([back.get('big'), back.get('rate'), back.get('nothing')]).toEqual([-(2 ** 40), 0.125, null]);
    for (const [name, t] of value.model) {
      const read = (back.get('model') as Map<string, Tensor>).get(name)!;
      expect([read.dtype, read.tolist()]).toEqual([t.dtype, t.tolist()]);
    }
    expect(() => encodeTorch({ f: (() => 1) as never })).toThrow(
      /a function cannot be saved|a Function cannot be saved/,
    );
  });

  const python = process.env['FLINT_PEER_PYTHON'];
  test.skipIf(!python)('torch.load(weights_only=True) reads what is written (needs FLINT_PEER_PYTHON)', () => {
    const path = join(scratch, 'model.pt');
    saveTorch(value, path);
    const script = `import sys, torch; v = torch.load(sys.argv[1], weights_only=True); print({k: (str(x.dtype), x.tolist()) for k, x in v.pop("model").items()}, v)`;
    const run = spawnSync(python!, ['-c', script, path], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim()).toBe(
      "{'weight': ('torch.float32', [[1.0, 3.0], [2.0, 4.5]]), 'half': ('torch.float16', [1.5, -0.0999755859375]), " +
        "'brain': ('torch.bfloat16', [1.5, -0.10009765625]), 'count': ('torch.int64', 7), 'mask': ('torch.bool', [True, False])} " +
        "{'epoch': 3, 'rate': 0.125, 'big': -1099511627776, 'name': 'höhe', 'flag': False, 'nothing': None, 'list': [1, [2.5]]}",
    );
  });
});

test('T2 the 16-bit types: printed, rounded, saved', () => {
  const x = tensor([1.0004883, -0.1, 70000], { dtype: 'float16' });
  expect(String(x)).toBe('tensor([ 1.0000, -0.1000,     inf], dtype=torch.float16)');
  expect(x.add(1).dtype).toBe('float16');
  expect(x.at(0).item()).toBe(1);
  const y = randn(3, 4).bfloat16();
  save({ x, y }, join(scratch, 'half.safetensors'));
  const back = load(join(scratch, 'half.safetensors'));
  expect([back.get('x')!.dtype, back.get('y')!.dtype]).toEqual(['float16', 'bfloat16']);
  expect(back.get('y')!.tolist()).toEqual(y.tolist());
});
