import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnSource } from './own-source.ts';

const PATHS: readonly (readonly [path: string, isOwn: boolean])[] = [
  ['yarn.lock', true],
  ['srv/app/yarn.lock', true],
  ['srv/latest/yarn.lock', true],
  ['srv/app/packages/vendors/yarn.lock', true],
  ['usr/lib/python3/site-packages/jupyterlab/staging/yarn.lock', false],
  ['root/go/pkg/mod/example.com/a@v1.0.0/web/yarn.lock', false],
  ['usr/share/doc/a/examples/yarn.lock', false],
  ['vendor/a/yarn.lock', false],
  ['srv/app/test/fixtures/yarn.lock', false],
  ['srv/infra/.terraform/modules/a/.terraform.lock.hcl', false],
];
for (const [path, isOwn] of PATHS) {
  test(`${path} is ${isOwn ? '' : 'not '}the project’s own`, () => assert.equal(isOwnSource(path), isOwn));
}
