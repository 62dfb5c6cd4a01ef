import { z } from 'zod';
import { asObject, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';

const Statement = z.object({
  vulnerability_id: z.string().refine(isIdentifier, 'is not an identifier'),
  artifacts: z
    .array(z.object({ id: z.string().max(1000), affected: z.enum(['true', 'false']).or(z.boolean()) }))
    .max(100_000)
    .optional(),
});

/**
 * SAP's project-kb, one `statement.yaml` a flaw: versions of Maven artifacts that were examined and found to have it or not.
 * Nothing is said about any other version. Statements that name commits only are passed over.
 */
export const projectKb: Feed = {
  format: 'project-kb',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return (
      value !== null &&
      'vulnerability_id' in value &&
      ('artifacts' in value || 'fixes' in value || 'notes' in value)
    );
  },

  *read(document) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => [toItem(document.value)]);
  },
};

function toItem(value: unknown): FeedItem {
  const { vulnerability_id: id, artifacts = [] } = Statement.parse(value);
  const examined = new Map<string, Versions>();
  for (const artifact of artifacts) {
    const { name, version } = readArtifact(artifact.id);
    const versions = examined.get(name) ?? { affected: [], notAffected: [] };
    (String(artifact.affected) === 'true' ? versions.affected : versions.notAffected).push(version);
    examined.set(name, versions);
  }
  if (examined.size === 0)
    return { kind: 'skipped', reason: 'a statement about commits, not about artifacts' };
  const affected = [...examined].flatMap(([name, { affected, notAffected }]) => [
    ...(affected.length > 0 ? [languagePackage('Maven', name, { versions: affected })] : []),
    ...(notAffected.length > 0
      ? [languagePackage('Maven', name, { status: 'not_affected', versions: notAffected })]
      : []),
  ]);
  return advisoryItem({ id, source: 'project-kb', affected });
}

interface Versions {
  readonly affected: string[];
  readonly notAffected: string[];
}

const Artifact = z
  .string()
  .transform(
    (id) => /^pkg:maven\/(?<group>[^/@?#]+)\/(?<artifact>[^/@?#]+)@(?<version>[^@?#]+)$/.exec(id)?.groups,
  )
  .pipe(z.object({ group: z.string(), artifact: z.string(), version: z.string() }))
  .transform(({ group, artifact, version }) => ({ name: `${group}:${artifact}`, version }))
  .refine(({ name, version }) => isPlainText(name) && isPlainText(version), 'is no artifact of Maven');

function readArtifact(id: string): { readonly name: string; readonly version: string } {
  return Artifact.parse(id);
}
