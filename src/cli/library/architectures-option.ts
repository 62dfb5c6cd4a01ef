import { InvalidArgumentError, Option } from 'commander';
import { type Architecture, ARCHITECTURE_NAMES, isArchitecture } from '../../definitions/architectures.ts';

export function architecturesOption(): Option {
  return new Option('--arch <name>', 'repeatable; only what is for this architecture')
    .argParser(collectArchitecture)
    .default([], 'all');
}

function collectArchitecture(value: string, before: readonly Architecture[]): readonly Architecture[] {
  if (isArchitecture(value)) return [...before, value];
  throw new InvalidArgumentError(`Architectures are ${ARCHITECTURE_NAMES.join(', ')}.`);
}
