// What all the classic networks may be told.
export interface ModelOptions {
  /** 1000, those of ImageNet, when left out. */
  numClasses?: number;
}
/** Networks with dropout before their linear layers. */
export interface DropoutModelOptions extends ModelOptions {
  dropout?: number;
}
