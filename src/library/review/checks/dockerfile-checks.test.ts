import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDockerfile } from './dockerfile-checks.ts';

const SUM = 'echo "$SHA256 *a.tgz" | sha256sum -c -';

for (const [title, dockerfile, expected] of [
  ['a checked download', `RUN curl -fsSL -o a.tgz https://example.org/a.tgz && ${SUM}`, []],
  [
    'a signed one',
    'RUN wget -O a.tgz "$URL"; wget -O a.tgz.asc "$URL.asc"; gpg --batch --verify a.tgz.asc a.tgz',
    [],
  ],
  [
    'one that nothing checks',
    'RUN set -eux; \\\n  wget -O a.tgz "$URL"; \\\n  tar -xf a.tgz',
    ['dockerfile.unverified-download 3'],
  ],
  [
    'one that is unpacked as it comes',
    'RUN curl -fsSL https://example.org/a.tgz | tar -xz',
    ['dockerfile.unverified-download 2'],
  ],
  [
    'one that runs as it comes',
    'RUN curl -fsSL https://example.org/install.sh | bash',
    ['dockerfile.piped-download 2'],
  ],
  [
    'one in a step that checks another does not count',
    `RUN ${SUM}\nRUN wget https://example.org/b.tgz`,
    ['dockerfile.unverified-download 3'],
  ],
  [
    'one behind what only looks like a continued line or a document',
    'RUN dir C:\\\\\nRUN ["cat", "<<EOF"]\nRUN wget https://example.org/b.tgz',
    ['dockerfile.unverified-download 4'],
  ],
  [
    'one in a document',
    'RUN <<EOF\n\nwget https://example.org/b.tgz\nEOF\nRUN true',
    ['dockerfile.unverified-download 4'],
  ],
  ['MD5', 'RUN curl -O https://example.org/a.tgz && md5sum -c a.md5', ['dockerfile.weak-checksum 2']],
  ['plain HTTP, checked', `RUN wget http://example.org/a.tgz && ${SUM}`, ['dockerfile.plain-http 2']],
  ['a server of this machine', `RUN curl -f http://localhost:8080/health`, []],
  ['an answer that is looked at', 'RUN curl -fsS https://example.org/version', []],
  ['a key', 'RUN curl -fsSL -o /usr/share/keyrings/a.gpg https://example.org/a.gpg', []],
  ['a package of that name', 'RUN apt-get update && apt-get install -y curl wget', []],
  ['a package in a list', 'RUN apt-get install -y \\\n    ca-certificates \\\n    wget bzip2 gnupg', []],
  [
    'PowerShell, checked',
    "RUN Invoke-WebRequest -Uri $env:URL -OutFile 'a.zip'; if ((Get-FileHash a.zip).Hash -ne $env:SUM) { exit 1 }",
    [],
  ],
  [
    'PowerShell, not checked',
    "RUN Invoke-WebRequest -Uri $env:URL -OutFile 'a.zip'",
    ['dockerfile.unverified-download 2'],
  ],
  ['ADD with a sum', 'ADD --checksum=sha256:0 https://example.org/a.tgz /', []],
  ['ADD without', 'ADD https://example.org/a.tgz /', ['dockerfile.unverified-download 2']],
  ['ADD of a branch', 'ADD https://example.org/a.git#main /src', ['dockerfile.unverified-download 2']],
  ['ADD of a commit', `ADD https://example.org/a.git#${'1'.repeat(40)} /src`, []],
  ['ADD of a file', 'ADD rootfs.tar.xz /', []],
  ['a comment', 'RUN true \\\n  # wget http://example.org/a.tgz -O a\n  && false', []],
  [
    'a whole fingerprint',
    `RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys ${'A'.repeat(40)}`,
    [],
  ],
  ['a short one', 'RUN gpg --recv-keys 0xDEADBEEFDEADBEEF', ['dockerfile.short-key 2']],
  ['a health check', 'HEALTHCHECK CMD true', ['dockerfile.healthcheck 2']],
  ['none', 'HEALTHCHECK NONE', []],
  ['the kernel', 'RUN arch="$(uname -m)"', ['dockerfile.uname 2']],
  ['dpkg', 'RUN arch="$(dpkg --print-architecture)"', []],
  ['more rights', 'RUN --security=insecure mount', ['dockerfile.privileged 2']],
] as const) {
  test(title, () => {
    const found = checkDockerfile(`FROM debian\n${dockerfile}\n`).map(
      ({ check, line }) => `${check} ${line}`,
    );
    assert.deepEqual(found, expected);
  });
}

const MANY = 50_000;

for (const [title, step, findings] of [
  ['options', `RUN curl ${'-o a '.repeat(MANY)} \\\n ${'https://example.org/ '.repeat(MANY)}`, 1],
  ['letters of an option', `RUN curl https://example.org/ -${'o'.repeat(MANY)}; true`, 1],
  ['programs of signatures', `RUN curl https://example.org/ -o a; ${'gpg '.repeat(MANY)}`, 1],
  ['spaces', `RUN curl -o a${' '.repeat(MANY)}$URL`, 1],
  ['lines', `RUN true${' \\\n curl $URL'.repeat(10_000)}`, 0],
  ['addresses', `ADD ${'http://localhost/a.sig '.repeat(10_000)} /`, 0],
] as const) {
  test(`takes time in proportion to its length: ${title}`, () => {
    assert.equal(checkDockerfile(`FROM a\n${step}\n`).length, findings);
  });
}
