// The door `flint/text`: tokens, sequences, word vectors.
export { LineFolder, EncodedLines } from './line-folder.ts';
export type { LineFolderOptions } from './line-folder.ts';
export { padSequences } from './padding.ts';
export type { PadOptions } from './padding.ts';
export { readLines, readPairs, readText } from './read-text.ts';
export type { PairOptions } from './read-text.ts';
export { consecutiveSequences, randomSequences } from './sequences.ts';
export type { SequenceBatch, SequenceOptions, Sequences } from './sequences.ts';
export { tokenize, Vocabulary } from './vocabulary.ts';
export type { TokenLevel, VocabularyOptions } from './vocabulary.ts';
export type { TextEncoding, TextOptions } from '../io/text-file.ts';
export { WordVectors } from './word-vectors.ts';
export type { NearWord, ToEmbeddingOptions } from './word-vectors.ts';
export { readWordVectors } from './word-vector-files.ts';
export type { WordVectorOptions } from './word-vector-files.ts';
