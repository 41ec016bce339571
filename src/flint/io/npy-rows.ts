// An array of NumPy as rows that are asked for by number: from memory, or out of the file when it is larger than that.
import { indexTensor } from '../data/dataset.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { withFile, type ByteSource } from './archive/source.ts';
import { listZip, zipBytes, zipContent } from './archive/zip.ts';
import { FileError } from './file-error.ts';
import { decodeNpy, decodeNpyRows, npyHeader, npyItemBytes, type NpyHeader } from './npy.ts';

/** More than a header takes. */
const headerBytes = 1 << 20;

/** Rows of an array, the array's first dimension. */
export interface ArrayRows {
  /** The array's name in an archive, the file's path otherwise. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Bytes of the whole array. */
  readonly bytes: number;
  /** The rows at `indices`, `[indices, …]`. */
  rows(indices: readonly number[]): Tensor;
}

/** Where the bytes of a .npy file lie: in a file of its own, or stored in an archive. */
interface Place {
  path: string;
  /** What errors call it. */
  label: string;
  from: number;
  to: number;
}

/** The array of a .npy file; kept in memory when it is not larger than `most` bytes. */
export function npyRows(path: string, most: number): ArrayRows {
  return withFile(path, (source) => placedRows(source, { path, label: path, from: 0, to: source.length }, path, most));
}

/** The arrays of a .npz file, in its order; `names`: only these. `most`: bytes that may be kept in memory, of all together. */
export function npzRows(path: string, names: readonly string[] | undefined, most: number): ArrayRows[] {
  return withFile(path, (source) => {
    const arrays = listZip(source, path).filter((place) => place.name.endsWith('.npy'));
    const known = arrays.map((place) => place.name.slice(0, -'.npy'.length));
    const chosen = names ?? known;
    const lacking = chosen.find((name) => !known.includes(name));
    if (lacking !== undefined) throw fault(path, `there is no array "${lacking}" in it; there are ${known.join(', ')}`);
    let left = most;
    return chosen.map((name) => {
      const place = arrays[known.indexOf(name)]!;
      const label = `${path}, ${place.name}`;
      let made: ArrayRows;
      if (place.deflated) {
        if (place.size > left) {
          throw fault(
            label,
            `it is compressed and takes ${place.size} bytes, more than memoryLimit allows (${left} are left)`,
          );
        }
        const bytes = zipBytes(source, place, path);
        made = inMemory(name, decodeNpy(bytes, label), bytes.length);
      } else {
        const from = zipContent(source, place, path);
        made = placedRows(source, { path, label, from, to: from + place.packed }, name, left);
      }
      if (made instanceof MemoryRows) left -= made.bytes;
      return made;
    });
  });
}

function fault(file: string, problem: string): FileError {
  const hint = 'Save it with numpy.savez, which does not compress: then rows are read from the file.';
  return new FileError('bad-npy', { file, problem, ...(problem.includes('compressed') ? { hint } : {}) });
}

function placedRows(source: ByteSource, place: Place, name: string, most: number): ArrayRows {
  const { label, from, to } = place;
  const header = npyHeader(source.slice(from, Math.min(to, from + headerBytes)), label);
  const bytes = npyItemBytes(header, label) * header.shape.reduce((a, b) => a * b, 1);
  if (header.shape.length === 0) throw fault(label, 'it holds one value, no rows');
  if (bytes <= most) return inMemory(name, decodeNpy(source.slice(from, to), label), bytes);
  if (from + header.start + bytes > to) {
    const missing = from + header.start + bytes - to;
    throw new FileError('bad-npy', {
      file: label,
      byte: to - from,
      problem: `${missing} bytes of the values are missing`,
      hint: 'The file may have been cut off; get it again.',
    });
  }
  if (header.fortran) {
    throw fault(label, `its values are in Fortran's order and take ${bytes} bytes, more than memoryLimit allows`);
  }
  return new FileRows(name, header, place, bytes);
}

class MemoryRows implements ArrayRows {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  private readonly array: Tensor;
  constructor(name: string, array: Tensor, bytes: number) {
    [this.name, this.array, this.shape, this.bytes] = [name, array, array.shape, bytes];
  }
  rows(indices: readonly number[]): Tensor {
    return this.array.indexSelect(0, indexTensor(indices));
  }
}
function inMemory(name: string, array: Tensor, bytes: number): ArrayRows {
  if (array.dim() === 0) throw fault(name, 'it holds one value, no rows');
  return new MemoryRows(name, array, bytes);
}

class FileRows implements ArrayRows {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  private readonly header: NpyHeader;
  private readonly place: Place;
  constructor(name: string, header: NpyHeader, place: Place, bytes: number) {
    [this.name, this.header, this.place, this.shape, this.bytes] = [name, header, place, header.shape, bytes];
  }
  rows(indices: readonly number[]): Tensor {
    const { header, place, shape, bytes } = this;
    const size = bytes / shape[0]!;
    const gathered = readRecords(place.path, indices, { start: place.from + header.start, size }, place.label);
    return decodeNpyRows(header, indices.length, gathered, place.label);
  }
}

/** Records of `size` bytes from `start` on, those at `indices` one after another; neighbours are read in one go. */
export function readRecords(
  path: string,
  indices: readonly number[],
  { start, size }: { start: number; size: number },
  label = path,
): Uint8Array {
  const gathered = new Uint8Array(indices.length * size);
  withFile(path, (source) => {
    for (let i = 0; i < indices.length;) {
      let run = 1;
      while (i + run < indices.length && indices[i + run] === indices[i]! + run) run++;
      const from = start + indices[i]! * size;
      const bytes = source.slice(from, from + run * size);
      if (bytes.length < run * size) {
        const hint = 'It became shorter while it was used.';
        throw new FileError('cut-off', { file: label, byte: source.length, problem: 'the file ends here', hint });
      }
      gathered.set(bytes, i * size);
      i += run;
    }
  });
  return gathered;
}
