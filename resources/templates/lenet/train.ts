// P6: LeNet on one random image: the shapes as data flows, the parameters, a backward pass, an update by hand.
import { F, manualSeed, nn, noGrad, randn, type Tensor } from 'flint';
import { checkpoint, config, log, track, viz } from 'flint/studio';

const settings = config({ lr: 0.01, steps: 20 });
manualSeed(0);

const shapes: string[] = [];

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    const show = (name: string, t: Tensor): Tensor => {
      shapes.push(`${name.padEnd(8)} [${t.shape.join(', ')}]`);
      return t;
    };
    show('input', x);
    x = show('conv1', F.relu(this.conv1.forward(x)));
    x = show('pool', F.maxPool2d(x, 2));
    x = show('conv2', F.relu(this.conv2.forward(x)));
    x = show('pool', F.maxPool2d(x, 2));
    x = show('flatten', x.flatten(1));
    x = show('fc1', F.relu(this.fc1.forward(x)));
    x = show('fc2', F.relu(this.fc2.forward(x)));
    return show('fc3', this.fc3.forward(x));
  }
}

const net = new LeNet();
const parameters = net.parameters();
console.log(String(net));
console.log('parameters:', parameters.length, ' conv1.weight:', parameters[0]!.shape);

const input = randn([1, 1, 32, 32]);
const target = randn([1, 10]);
net.forward(input);
console.log(shapes.join('\n'));
viz.text('shapes', shapes.join('\n'));

net.zeroGrad();
console.log('conv1.bias.grad before backward:', net.conv1.bias!.grad);
for (const _ of track.epochs(1)) {
  for (const step of track.steps(settings.steps)) {
    const loss = F.mseLoss(net.forward(input), target);
    net.zeroGrad();
    loss.backward();
    if (step === 0) console.log('conv1.bias.grad after backward:', net.conv1.bias!.grad);
    noGrad(() => {
      for (const f of parameters) f.data.sub_(f.grad!.data.mul(settings.lr));
    });
    log({ 'train/loss': loss });
  }
}
checkpoint({ model: net, example: input });
