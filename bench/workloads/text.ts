// P11: recurrent networks on text: vocabulary 1027, hidden 256, 35 steps of 32 sequences, gradients clipped.
import { F, nn, optim, randint, type Tensor } from 'flint';
import type { Workload } from '../workload.ts';

const [vocabulary, hidden, steps, batch] = [1027, 256, 35, 32];

function text(make: () => nn.RNN | nn.GRU | nn.LSTM): Workload {
  return (prepare) => {
    const cell = make();
    const dense = new nn.Linear(hidden, vocabulary);
    const params = [...cell.parameters(), ...dense.parameters()];
    const optimizer = new optim.SGD(params, { lr: 1 });
    const ids = randint(0, vocabulary, [batch, steps + 1]);
    let state: Tensor | Tensor[] | undefined;
    const step = prepare((state: Tensor | Tensor[] | undefined) => {
      const x = F.oneHot(ids.at(':', ':-1').t(), vocabulary).float();
      const y = ids.at(':', '1:').t().reshape(-1);
      const [output, next] =
        cell instanceof nn.LSTM
          ? cell.forward(x, state as [Tensor, Tensor] | undefined)
          : cell.forward(x, state as Tensor | undefined);
      const loss = F.crossEntropy(dense.forward(output.reshape(-1, hidden)), y);
      optimizer.zeroGrad();
      loss.backward();
      nn.utils.clipGradNorm_(params, 1e-2);
      optimizer.step();
      return [loss, Array.isArray(next) ? next.map((t) => t.detach()) : next.detach()] as const;
    });
    return () => {
      const [loss, next] = step(state);
      state = next as Tensor | Tensor[];
      return loss.item();
    };
  };
}

export const rnn_text_b32 = text(() => new nn.RNN(vocabulary, hidden));
export const gru_text_b32 = text(() => new nn.GRU(vocabulary, hidden));
export const lstm_text_b32 = text(() => new nn.LSTM(vocabulary, hidden));
