import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { COMMAND_SPECIMEN, PLACED_SPECIMENS, SPECIMENS } from '../../test/secret-specimens.ts';
import { SECRET_RULES } from './rules.ts';
import { findSecretsInFile, findSecretsInText, redact } from './search.ts';

const rulesIn = (path: string, text: string) =>
  findSecretsInFile(path, Buffer.from(text)).map(({ rule }) => rule.id);

test('every rule has a specimen, and a name of its own', () => {
  const names = SECRET_RULES.map(({ id }) => id);
  assert.deepEqual(names, [...new Set(names)]);
  const shown = [...Object.keys(SPECIMENS), ...Object.keys(PLACED_SPECIMENS), 'password-in-command'];
  assert.deepEqual(shown.sort(), names.sort());
});

describe('finds', () => {
  for (const [rule, text] of Object.entries(SPECIMENS)) {
    test(rule, () => {
      assert.deepEqual(rulesIn('srv/app/any.txt', `before\n${text}\nafter`), [rule]);
      assert.ok(findSecretsInText(text).some((found) => found.rule.id === rule));
    });
  }

  for (const [rule, [path, text]] of Object.entries(PLACED_SPECIMENS)) {
    test(`${rule}, in its own files only`, () => {
      assert.deepEqual(rulesIn(path, text), [rule]);
      assert.deepEqual(rulesIn('srv/app/any.txt', text), []);
    });
  }

  test('password-in-command', () => {
    assert.deepEqual(findSecretsInText(COMMAND_SPECIMEN)[0]?.rule.id, 'password-in-command');
    assert.deepEqual(rulesIn('srv/install.sh', COMMAND_SPECIMEN), []);
  });
});

describe('leaves alone', () => {
  for (const text of [
    'AKIAIOSFODNN7EXAMPLE',
    `ghp_${'a'.repeat(36)}`,
    ['ghp_', '0123456789abcdefghijABCDEFGHIJ012345'].join(''),
    'postgres://user:password@localhost/db',
    'postgres://user:${DB_PASSWORD}@db/app',
    'https://user:changeme@example.org',
    'https://[user[:password]@]host',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA',
    'text about -----BEGIN PRIVATE KEY----- and nothing else',
    "define('DB_PASSWORD', 'password_here');",
    'AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/aws)',
    'password: string;',
    `integrity sha512-${'Ab1'.repeat(29)}==`,
  ]) {
    test(JSON.stringify(text.slice(0, 60)), () => assert.deepEqual(rulesIn('app/config.txt', text), []));
  }

  for (const text of [
    'DB_PASSWORD=${DB_PASSWORD:-}',
    'API_TOKEN=<your-token>',
    'SECRET_KEY_FILE=/run/secrets/key.pem',
    'PASSWORD_RESET_ENABLED=true',
    'TOKEN_URL=https://login.example.org/oauth',
    'API_KEY=changeme',
    'token_expiry_seconds = 3600',
  ]) {
    test(`in .env: ${text}`, () => assert.deepEqual(rulesIn('app/.env', text), []));
  }
});

test('what is shown is never the secret', () => {
  for (const text of Object.values(SPECIMENS)) {
    for (const { start, end, redacted } of findSecretsInText(text)) {
      const secret = Buffer.from(text).toString('utf8', start, end);
      const shown = redacted.replace('[redacted]', '');
      assert.ok(secret.startsWith(shown) && shown.length <= 16 && shown.length < secret.length / 2, redacted);
      assert.ok(!redact(text).includes(secret), redact(text));
    }
  }
});

test('lines are counted from 1, in CRLF too', () => {
  const text = `a\r\nb\r\n${SPECIMENS['github-token']}\r\n${SPECIMENS['npm-token']}`;
  assert.deepEqual(
    findSecretsInFile('a', Buffer.from(text)).map(({ line }) => line),
    [3, 4],
  );
});

test('text around secrets stays as it is, in any script', () => {
  const text = `naïve ✓ ${SPECIMENS['github-token']} – ende`;
  assert.equal(redact(text), 'naïve ✓ ghp_[redacted] – ende');
  assert.equal(redact('nothing here'), 'nothing here');
});

test('redacting twice changes nothing more', () => {
  const piece = fc.oneof(fc.constantFrom(...Object.values(SPECIMENS)), fc.string({ maxLength: 10 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const once = redact(pieces.join('\n'));
      assert.equal(redact(once), once);
    }),
    { numRuns: 300 },
  );
});

test('a file of nothing but anchors is bounded', () => {
  const anchors = SECRET_RULES.flatMap((rule) => rule.anchors).join(' ');
  const bytes = Buffer.from(`${anchors} `.repeat(500));
  assert.ok(findSecretsInFile('app/.env', bytes).length <= 100);
});
