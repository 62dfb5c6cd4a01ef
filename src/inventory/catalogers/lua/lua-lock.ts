import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { parseLuaTables, tableOf } from './lua-table.ts';
import { isRockName, isRockVersion, rockPurl } from './rock.ts';

/**
 * Rocks that only a `luarocks.lock` names. Left out are those for building and testing, and `lua`, by which the version of
 * the language is fixed. LuaRocks, "Pinning versions with a lock file".
 */
export const luaLockCataloger = defineCataloger<LockRecord>({
  name: 'lua-lock',
  version: 1,
  interests: [
    {
      names: ['luarocks.lock'],
      accepts: (path) => isOwnSource(path) && !/(?:^|\/)luarocks\/rocks(?:-\d+\.\d+)?\//.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks('luarocks'),
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const lock = parseLuaTables(decodeText(content));
  const pinned = lock === null ? null : [...(tableOf(lock.get('dependencies')) ?? [])];
  const entries = pinned?.filter(([name]) => name !== 'lua').map(([name, version]) => toEntry(name, version));
  return lockReading(path, entries ?? null, 'a lock file of LuaRocks');
}

function toEntry(name: string, version: unknown): LockEntry | null {
  if (!isRockName(name) || typeof version !== 'string' || !isRockVersion(version)) return null;
  return { name, version, purl: rockPurl(name, version), checksums: [], needs: [] };
}
