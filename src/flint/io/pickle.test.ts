// Pickles as Python wrote them (see fixtures/make.py), damaged ones, and one that would run a command.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type NumpyArray, readPickle } from './pickle.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));

describe('D2 pickle', () => {
  it.each([0, 2, 4, 5])('reads protocol %i', (protocol) => {
    const value = readPickle(fixture(`cifar-protocol${protocol}.pickle`)) as Map<string, unknown>;
    expect(value.get('labels')).toEqual([3, 300]);
    expect(Buffer.from(value.get('batch_label') as Uint8Array).toString()).toBe('testing batch 1 of 1');
    const data = value.get('data') as NumpyArray;
    expect([data.shape, data.dtype, data.fortran]).toEqual([[2, 3072], '|u1', false]);
    expect(data.bytes).toHaveLength(6144);
    expect(data.bytes.every((byte, i) => byte === (i & 255))).toBe(true);
  });

  it('runs nothing', () => {
    expect(() => readPickle(fixture('evil.pickle'), 'evil.pickle')).toThrow(
      /evil\.pickle, byte \d+: the pickle asks for "(posix|os|nt)\.system"\. .*runs none/,
    );
  });

  it('refuses what numpy and Python do not write, in words', () => {
    const read = (text: string) => () => readPickle(Buffer.from(text, 'latin1'), 'f');
    expect(read('Ix\n.')).toThrow('f, byte 0: "x" is no integer');
    expect(read(`I${'9'.repeat(5000)}\n.`)).toThrow(/byte 0: "999.*" is no integer/);
    expect(read(`\x8b\xff\xff\0\0${'\0'.repeat(70_000)}.`)).toThrow(/an integer of 65535 bytes is none that is read/);
    expect(read('cnumpy\ndtype\n(I1\ntR.')).toThrow(/calls something that Flint does not run/);
    expect(read('}(]I1\nu.')).toThrow(/a dictionary whose keys are no plain values/);
    expect(read(']]\x93.')).toThrow(/names something without its name/);
    expect(read('cnumpy\ndtype\n(Vu1\ntR(I3\nI1\ntb.')).toThrow(/the state of a numpy type is not as numpy writes it/);
  });

  it('names the byte where a file was cut', () => {
    const bytes = fixture('cifar-protocol2.pickle');
    for (const cut of [1, 50, 3000, bytes.length - 1]) {
      expect(() => readPickle(bytes.subarray(0, cut), 'f')).toThrow(
        new RegExp(`^f, byte ${cut}: the pickle ends too early`),
      );
    }
    expect(() => readPickle(new Uint8Array([0x80, 2, 0xff]))).toThrow(/byte 2: opcode 0xff is not known/);
    expect(() => readPickle(new Uint8Array([0x80, 2, 0x2e]))).toThrow(/empty stack/);
  });
});
