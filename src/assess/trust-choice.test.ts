import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { deployment } from '../../test/trust/evidence.ts';
import { chooseTrust, NOTHING_ASKED } from './trust-choice.ts';

test('a root of the policy takes the place of another one of its name, and stands beside the others', async (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'root.json'), JSON.stringify(deployment().trustedRoot()));
  const rootsWith = async (name: string) => {
    const policy = `
schema: hallmark.trust-policy/1
roots: { ${name}: { trustedRoot: root.json } }
authorities: { ci: { certificate: { issuer: 'https://issuer.example', san: 'a@b.example', root: ${name} } } }
rules: [{ repositories: ['example.com/**'], require: [{ signature: { by: ci } }] }]
`;
    writeFileSync(join(folder, 'hallmark-trust.yaml'), policy);
    const { material } = await chooseTrust({
      ...NOTHING_ASKED,
      environment: { HOME: folder, XDG_DATA_HOME: folder },
      workingDirectory: folder,
    });
    return material.sigstore.map((root) => [root.name, root.origin]);
  };
  assert.deepEqual(await rootsWith('public-good'), [['public-good', 'file']]);
  assert.deepEqual(await rootsWith('acme'), [
    ['acme', 'file'],
    ['public-good', 'bundled'],
  ]);
});
