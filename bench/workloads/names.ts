// P12: the character network of PyTorch's names tutorial, one name of seven letters a step, by hand.
import { cat, F, nn, noGrad, randint, tensor, zeros } from 'flint';
import type { Workload } from '../workload.ts';

const [letters, hidden, categories, length] = [57, 128, 18, 7];

export const char_rnn_names_b1: Workload = (prepare) => {
  const toHidden = new nn.Linear(letters + hidden, hidden);
  const toOutput = new nn.Linear(letters + hidden, categories);
  const criterion = new nn.NLLLoss();
  const params = [...toHidden.parameters(), ...toOutput.parameters()];
  const line = F.oneHot(randint(0, letters, [length, 1]), letters).float();
  const category = tensor([3], { dtype: 'int64' });
  const step = prepare(() => {
    let state = zeros(1, hidden);
    let output = state;
    for (const p of params) p.grad = null;
    for (let i = 0; i < length; i++) {
      const combined = cat([line.at(i), state], 1);
      state = toHidden.forward(combined);
      output = F.logSoftmax(toOutput.forward(combined), 1);
    }
    const loss = criterion.forward(output, category);
    loss.backward();
    noGrad(() => {
      for (const p of params) if (p.grad) p.add_(p.grad, { alpha: -0.005 });
    });
    return loss;
  });
  return () => step().item();
};
