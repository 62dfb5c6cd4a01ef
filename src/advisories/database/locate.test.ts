import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { importedDatabase, locateDatabase } from './locate.ts';

test('the option, the environment, the imported database, the starter: in this order', (t) => {
  const dataDirectory = temporaryFolder(t);
  const environment = { HALLMARK_DB: '/srv/advisories.db' };
  const locate = (explicit: string | undefined, named: Record<string, string>) =>
    locateDatabase({ explicit, environment: named, dataDirectory });
  assert.deepEqual(locate('mine.db', environment), { origin: 'option', file: 'mine.db' });
  assert.deepEqual(locate(undefined, environment), { origin: 'environment', file: '/srv/advisories.db' });
  assert.deepEqual(locate(undefined, { HALLMARK_DB: '' }), { origin: 'starter', file: null });
  writeFileSync(importedDatabase(dataDirectory), '');
  assert.deepEqual(locate(undefined, {}), { origin: 'imported', file: join(dataDirectory, 'advisories.db') });
});
