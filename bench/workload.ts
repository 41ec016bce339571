// A workload builds its model and hands back one training step, which reads its loss.
export type Workload = () => () => number;
