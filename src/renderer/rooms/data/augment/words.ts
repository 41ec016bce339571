// What transforms, parameters and choices are called; what has no word yet keeps the name that it has in code.
import type { Messages } from '../../../messages/en.ts';
import { isCode, type Step } from '../../../../shared/pipeline/code/code-step.ts';
import type { ParameterProblem } from './parameters.ts';
import { numberText } from './parameters.ts';

type Words = Messages['augment'];

export const transformName = (m: Messages, type: string): string =>
  m.augment.names[type as keyof Words['names']] ?? type;
export const transformText = (m: Messages, type: string): string => m.augment.does[type as keyof Words['does']] ?? '';
export const parameterName = (m: Messages, name: string): string =>
  m.augment.parameters[name as keyof Words['parameters']] ?? name;
export const choiceName = (m: Messages, choice: string): string =>
  m.augment.choices[choice as keyof Words['choices']] ?? choice;
export const stepName = (m: Messages, step: Step): string =>
  isCode(step) ? m.augment.inCode : transformName(m, step.type);
export const problemText = (m: Messages, problem: ParameterProblem): string =>
  m.augment.problems[problem.is](problem.limit === undefined ? '' : numberText(problem.limit));
