import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparableName, ecosystemTraits } from './ecosystems.ts';

test('an ecosystem is known with its release or registry', () => {
  for (const [ecosystem, scheme, naming] of [
    ['Debian:12', 'deb', 'source'],
    ['Alpine:v3.18', 'apk', 'source'],
    ['AlmaLinux:9', 'rpm', 'binary'],
    ['Rocky Linux:9', 'rpm', 'binary'],
    ['Packagist:https://packages.drupal.org/8', 'composer', 'binary'],
    ['npm', 'npm', 'binary'],
    ['Somebody else’s', 'unknown', 'binary'],
  ] as const) {
    const traits = ecosystemTraits(ecosystem);
    assert.equal(traits.scheme, scheme);
    assert.equal(traits.naming, naming);
  }
});

test('names compare as their ecosystem compares them, also when they did already', () => {
  for (const [ecosystem, name, expected] of [
    ['PyPI', 'Flask_Cors.Extra', 'flask-cors-extra'],
    ['NuGet', 'Newtonsoft.Json', 'newtonsoft.json'],
    ['npm', 'JSONStream', 'JSONStream'],
    ['Go', 'github.com/BurntSushi/toml', 'github.com/BurntSushi/toml'],
    ['Debian:12', 'zlib', 'zlib'],
  ] as const) {
    assert.equal(comparableName(ecosystem, name), expected);
    assert.equal(comparableName(ecosystem, expected), expected);
  }
});
