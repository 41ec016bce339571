// How to use an exported file elsewhere, ready to be pasted.
import type { ExportResult } from '../../../shared/contract/exports.ts';

export interface Snippet {
  language: 'python' | 'javascript';
  code: string;
}

export function snippetsFor(result: ExportResult): Snippet[] {
  const file = JSON.stringify(result.file);
  if (result.format === 'safetensors') {
    return [
      {
        language: 'python',
        code: `from safetensors.numpy import load_file\n\nweights = load_file(${file})\nfor name, value in weights.items():\n    print(name, value.shape)`,
      },
    ];
  }
  return [
    {
      language: 'python',
      code: `import onnxruntime as ort\n\nsession = ort.InferenceSession(${file})\nname = session.get_inputs()[0].name\n(logits,) = session.run(None, {name: images})  # float32, first axis is the batch\nprint(logits.argmax(1))`,
    },
    {
      language: 'javascript',
      code: `import * as ort from 'onnxruntime-node';\n\nconst session = await ort.InferenceSession.create(${file});\nconst feeds = { [session.inputNames[0]]: new ort.Tensor('float32', pixels, shape) };\nconst { [session.outputNames[0]]: logits } = await session.run(feeds);`,
    },
  ];
}
