// A small training whose losses are printed; threads.test.ts runs it in several processes at once.
import { F, manualSeed, nn, optim, randint, randn } from '../../../out/node/flint.js';

manualSeed(11);
const model = new nn.Sequential(new nn.Linear(64, 256), new nn.ReLU(), new nn.Dropout(0.3), new nn.Linear(256, 10));
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
for (let step = 0; step < 60; step++) {
  const loss = F.crossEntropy(model.forward(randn(128, 64)), randint(0, 10, [128]));
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 10 === 0) console.log(loss.item());
}
