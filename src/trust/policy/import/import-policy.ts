import { TrustError } from '../../errors.ts';
import { importClusterImagePolicy } from './cluster-image-policy.ts';
import { importContainersPolicy } from './containers-policy.ts';
import type { Imported } from './imported.ts';
import type { ImportedForm } from '../imported-forms.ts';
import { importNotationPolicy } from './notation-policy.ts';
import { importSourcePolicy } from './source-policy.ts';

const IMPORTERS: Readonly<Record<ImportedForm, (content: string, name: string) => Imported>> = {
  'containers-policy': importContainersPolicy,
  'cluster-image-policy': importClusterImagePolicy,
  notation: importNotationPolicy,
  buildkit: importSourcePolicy,
};

/**
 * Writes a policy of another program in Hallmark's form. Whatever could not be carried over is among the losses.
 *
 * @param options allowsWeaker whether the result may admit what the original did not
 * @throws {TrustError} POLICY_INVALID, POLICY_NOT_IMPORTED
 */
export function importPolicy(
  content: string,
  {
    form,
    name,
    allowsWeaker,
  }: { readonly form: ImportedForm; readonly name: string; readonly allowsWeaker: boolean },
): Imported {
  const imported = IMPORTERS[form](content, name);
  const weaker = imported.losses.filter(({ effect }) => effect === 'weaker');
  if (weaker.length === 0 || allowsWeaker) return imported;
  const named = weaker.slice(0, MAX_NAMED).map(({ item, reason }) => `${item}: ${reason}`);
  const more = weaker.length > MAX_NAMED ? `; and ${weaker.length - MAX_NAMED} more` : '';
  throw new TrustError('POLICY_NOT_IMPORTED', `${name} would become weaker: ${named.join('; ')}${more}`, {
    subject: name,
  });
}

/** Losses that one message names. */
const MAX_NAMED = 10;
