// P13: a Transformer encoder as a language model of characters: 4 layers, width 128, 4 heads, 64 tokens, batch 16.
import { F, nn, optim, randint, type Tensor } from 'flint';
import type { Workload } from '../workload.ts';

const [vocabulary, width, tokens, batch] = [65, 128, 64, 16];

class Model extends nn.Module {
  embedding = new nn.Embedding(vocabulary, width);
  place = new nn.Embedding(tokens, width);
  encoder = new nn.TransformerEncoder(
    () => new nn.TransformerEncoderLayer(width, 4, { dimFeedforward: 512, batchFirst: true, normFirst: true }),
    4,
  );
  head = new nn.Linear(width, vocabulary);

  forward(x: Tensor, places: Tensor, mask: Tensor): Tensor {
    const embedded = this.embedding.forward(x).add(this.place.forward(places));
    return this.head.forward(this.encoder.forward(embedded, { srcMask: mask }));
  }
}

export const transformer_chars_b16: Workload = (prepare) => {
  const net = new Model();
  const optimizer = new optim.Adam(net.parameters(), { lr: 1e-3 });
  const mask = nn.Transformer.generateSquareSubsequentMask(tokens);
  const places = randint(0, tokens, [tokens]);
  const x = randint(0, vocabulary, [batch, tokens]);
  const y = randint(0, vocabulary, [batch * tokens]);
  const step = prepare(() => {
    const loss = F.crossEntropy(net.forward(x, places, mask).reshape(-1, vocabulary), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  return () => step().item();
};
