// P7: the small convolutional network of PyTorch's first tutorial on 32x32 colour images.
import { F, nn, optim, randint, randn, type Tensor } from 'flint';
import type { Workload } from '../workload.ts';

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  pool = new nn.MaxPool2d(2, 2);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    x = this.pool.forward(F.relu(this.conv1.forward(x)));
    x = this.pool.forward(F.relu(this.conv2.forward(x)));
    x = x.flatten(1);
    return this.fc3.forward(F.relu(this.fc2.forward(F.relu(this.fc1.forward(x)))));
  }
}

const lenet =
  (batch: number): Workload =>
  (prepare) => {
    const net = new LeNet();
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.001, momentum: 0.9 });
    const criterion = new nn.CrossEntropyLoss();
    const x = randn([batch, 3, 32, 32]);
    const y = randint(0, 10, [batch]);
    const step = prepare(() => {
      optimizer.zeroGrad();
      const loss = criterion.forward(net.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    });
    return () => step().item();
  };

export const lenet_cifar_b4 = lenet(4);
export const lenet_cifar_b128 = lenet(128);
