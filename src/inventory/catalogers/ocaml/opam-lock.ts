import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { type OpamText, parseOpam, runtimeNeeds, textOfToken } from './opam-file.ts';
import { isOpamName, isOpamVersion, opamPurl } from './opam-package.ts';

/**
 * Packages that only a `NAME.opam.locked` names, without those for tests, documentation, development and the build alone.
 * opam manual, `opam lock`.
 */
export const opamLockCataloger = defineCataloger<LockRecord>({
  name: 'opam-lock',
  version: 1,
  interests: [
    {
      suffixes: ['.opam.locked'],
      accepts: (path) => isOwnSource(path) && !/(?:^|\/)\.opam(?:-switch)?\//.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks('opam'),
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const fields = parseOpam(decodeText(content));
  return lockReading(path, fields === null ? null : runtimeNeeds(fields).map(toEntry), 'a lock file of opam');
}

/** `"name" {= "version"}` */
function toEntry({ text: name, options }: OpamText): LockEntry | null {
  const version = textOfToken(options[options.indexOf('=') + 1] ?? '');
  if (!isOpamName(name) || !options.includes('=') || !isOpamVersion(version)) return null;
  return { name, version, purl: opamPurl(name, version), checksums: [], needs: [] };
}
