// Files of PyTorch that are pickles of little size and much harm: each is refused in words, at once.
import { describe, expect, it } from 'vitest';
import { Tensor } from '../tensor/tensor.ts';
import { zipParts } from './archive/zip-write.ts';
import { decodeTorch } from './torch.ts';

/** A file with this pickle and a storage of `bytes` bytes. */
const archive = (pickle: string, bytes = 8): Uint8Array =>
  Buffer.concat(
    zipParts([
      { name: 'a/data.pkl', bytes: Buffer.from(pickle, 'latin1') },
      { name: 'a/data/0', bytes: new Uint8Array(bytes) },
    ]),
  );
const tensorOf = (shape: string, strides: string, offset = 'I0\n', count = 'I2\n') =>
  `ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\nFloatStorage\nV0\nVcpu\n${count}tQ${offset}(${shape}t(${strides}tI00\n}tR.`;

describe('D2 hostile files of PyTorch', () => {
  it('reads the plain form that they are made from', () => {
    const value = decodeTorch(archive(tensorOf('I2\n', 'I1\n')));
    expect(value).toBeInstanceOf(Tensor);
    expect((value as Tensor).shape).toEqual([2]);
  });
  it('D2 a value within itself, and values too deep', () => {
    expect(() => decodeTorch(archive(']q\0h\0a.'), 'f')).toThrow(/^f: a value in it holds itself/);
    expect(() => decodeTorch(archive(`${'('.repeat(9000)}${'t'.repeat(9000)}.`), 'f')).toThrow(
      /nested more than 500 deep/,
    );
  });
  it('D2 a list of lists of itself twice, forty deep, is built once for each level', () => {
    let pickle = ']q\0';
    for (let level = 1; level < 40; level++) pickle += `h${String.fromCharCode(level - 1)}h${String.fromCharCode(level - 1)}\x86q${String.fromCharCode(level)}`; // prettier-ignore
    const start = performance.now();
    expect(Array.isArray(decodeTorch(archive(`${pickle}.`)))).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
  });
  it('D2 tensors that repeat a few bytes, lie outside, or have no sizes', () => {
    const read = (pickle: string) => () => decodeTorch(archive(pickle), 'f');
    expect(read(tensorOf('I2000000000\n', 'I0\n'))).toThrow(/repeats the 2 elements of storage "0"\. Save a copy/);
    expect((read(tensorOf('I100\n', 'I0\n'))() as Tensor).shape).toEqual([100]);
    expect(read(tensorOf('I3\n', 'I1\n'))).toThrow(/lies beyond the 8 bytes of storage/);
    expect(read(tensorOf('Vx\n', 'I1\n'))).toThrow(/calls something that Flint does not run/);
    expect(read(tensorOf('I2\n', 'I1\n', 'I-1\n'))).toThrow(/calls something that Flint does not run/);
    expect(read(tensorOf('I2\n', 'I1\n', 'I0\n', 'Vmany\n'))).toThrow(
      /names something outside of it that is not known/,
    );
  });
});
