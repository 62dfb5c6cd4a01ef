import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { digestOf } from '../model/digest.ts';
import { ReferenceFileError } from './errors.ts';
import { findImages, recogniseFile } from './find-images.ts';
import type { ImageUse } from './image-use.ts';
import { applyPins, pinnedText, readUse } from './pin.ts';

const DIGEST = digestOf('an image');

/** Every literal place with a digest of its own making. */
function pinAll(text: string, path: string): string {
  const uses = findImages(text, path).filter((use) => use.literal !== null && readUse(use) !== null);
  return applyPins(
    text,
    uses.map((use) => ({
      use: use as ImageUse & { literal: { start: number; end: number } },
      digest: DIGEST,
    })),
  );
}

const DOCKERFILE = `# syntax=docker/dockerfile:1.7
ARG BASE="node:22-slim"
ARG VERSION=3.20
FROM --platform=$BUILDPLATFORM golang:1.24 AS build
RUN --mount=type=bind,from=ghcr.io/acme/tools:2,target=/tools make
FROM alpine:\${VERSION} AS certs
FROM \${BASE}
COPY --from=build /app /app
COPY --from=0 /a /a
COPY --from=busybox:1.36 \\
  /bin/busybox /bin/busybox
COPY <<EOT /note
FROM fake:1
EOT
FROM certs AS last
FROM scratch
FROM $UNKNOWN
`;

test('a Dockerfile: frontend, stages, copies and mounts, with build arguments', () => {
  const found = findImages(DOCKERFILE, 'build/Dockerfile');
  assert.deepEqual(
    found.map(({ reference, line, literal, obstacle }) => [reference, line, literal !== null, obstacle]),
    [
      ['docker/dockerfile:1.7', 1, true, null],
      ['golang:1.24', 4, true, null],
      ['ghcr.io/acme/tools:2', 5, true, null],
      ['alpine:3.20', 6, false, 'it is put together from build arguments, so no single place holds it'],
      ['node:22-slim', 7, true, null],
      ['busybox:1.36', 10, true, null],
      [null, 17, false, 'it depends on the build argument UNKNOWN, which has no default'],
    ],
  );
});

test('pinning a Dockerfile changes the references and nothing else', () => {
  const pinned = pinAll(DOCKERFILE, 'Dockerfile');
  assert.equal(pinned.replaceAll(`@${DIGEST}`, ''), DOCKERFILE);
  for (const line of [
    `# syntax=docker/dockerfile:1.7@${DIGEST}`,
    `ARG BASE="node:22-slim@${DIGEST}"`,
    `FROM --platform=$BUILDPLATFORM golang:1.24@${DIGEST} AS build`,
    `RUN --mount=type=bind,from=ghcr.io/acme/tools:2@${DIGEST},target=/tools make`,
    `COPY --from=busybox:1.36@${DIGEST} \\`,
    'FROM alpine:${VERSION} AS certs',
    'FROM fake:1',
  ]) {
    assert.ok(pinned.split('\n').includes(line), line);
  }
  assert.equal(pinAll(pinned, 'Dockerfile'), pinned, 'a second time changes nothing');
});

const YAML_FILES: readonly (readonly [
  path: string,
  text: string,
  images: readonly (string | null)[],
  pinned: readonly string[],
])[] = [
  [
    'compose.yaml',
    `x-image: &app
  image: "registry.example:5000/app:1"
services:
  web:
    <<: *app
  db:
    image: postgres:\${PG:-17}
  cache: { image: 'redis' }
  built:
    build:
      context: .
      additional_contexts:
        base: docker-image://debian:12
        other: ./folder
`,
    ['postgres:17', 'redis', 'debian:12'],
    [`  cache: { image: 'redis:latest@${DIGEST}' }`, `        base: docker-image://debian:12@${DIGEST}`],
  ],
  [
    'deploy.yml',
    `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers:
      - image: busybox:1.36 # first
      containers:
      - name: app
        image: &app ghcr.io/acme/app:2
      - name: same
        image: *app
      volumes:
      - name: model
        image: { reference: quay.io/models/llama:3 }
---
apiVersion: batch/v1
kind: CronJob
spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: "perl:5" }] } } } } }
`,
    ['busybox:1.36', 'ghcr.io/acme/app:2', 'quay.io/models/llama:3', 'perl:5'],
    [
      `      - image: busybox:1.36@${DIGEST} # first`,
      `        image: &app ghcr.io/acme/app:2@${DIGEST}`,
      `        image: { reference: quay.io/models/llama:3@${DIGEST} }`,
    ],
  ],
  [
    '.github/workflows/ci.yml',
    `on: push
jobs:
  test:
    container: node:22
    services:
      db: { image: postgres:17 }
    steps:
      - uses: actions/checkout@v4
      - uses: docker://alpine:3.20
      - uses: docker://\${{ matrix.image }}
  other:
    container:
      image: python:3.13
`,
    ['node:22', 'postgres:17', 'alpine:3.20', null, 'python:3.13'],
    [`    container: node:22@${DIGEST}`, `      - uses: docker://alpine:3.20@${DIGEST}`],
  ],
  [
    'action.yml',
    `name: it
runs:
  using: docker
  image: docker://ghcr.io/acme/action:1
`,
    ['ghcr.io/acme/action:1'],
    [`  image: docker://ghcr.io/acme/action:1@${DIGEST}`],
  ],
  [
    '.gitlab-ci.yml',
    `image: ruby:3.4
services:
  - postgres:17
build:
  image:
    name: golang:1.24
  services:
    - name: redis:7
deploy:
  image: $CI_REGISTRY_IMAGE
`,
    ['ruby:3.4', 'postgres:17', 'golang:1.24', 'redis:7', null],
    [`image: ruby:3.4@${DIGEST}`, `  - postgres:17@${DIGEST}`, `    name: golang:1.24@${DIGEST}`],
  ],
  [
    'kustomization.yaml',
    `images:
  - name: app
    newName: ghcr.io/acme/app
    newTag: "2"
`,
    ['ghcr.io/acme/app:2'],
    ['    newTag: "2"'],
  ],
];

for (const [path, text, images, lines] of YAML_FILES) {
  test(`${path}: images are found and pinned in their places`, () => {
    assert.deepEqual(
      findImages(text, path).map(({ reference }) => reference),
      images,
    );
    const pinned = pinAll(text, path);
    for (const line of lines) assert.ok(pinned.split('\n').includes(line), `${line}\nin\n${pinned}`);
    assert.equal(pinned.replaceAll(`@${DIGEST}`, '').replaceAll("'redis:latest'", "'redis'"), text);
  });
}

test('a file is recognised by its name, else by its content', () => {
  for (const [path, text, kind] of [
    ['Containerfile', '', 'dockerfile'],
    ['app.Dockerfile', '', 'dockerfile'],
    ['Dockerfile.prod', '', 'dockerfile'],
    ['docker-compose.override.yml', '', 'compose'],
    ['x.yaml', 'apiVersion: v1\nkind: Pod\n', 'kubernetes'],
    ['x.yaml', 'name: ci\non: push\njobs: {}\n', 'github-workflow'],
    ['x.yaml', 'services: {}\n', 'compose'],
    ['x', 'from debian:12\n', 'dockerfile'],
    ['x.md', '# a page\n', null],
  ] as const) {
    assert.equal(recogniseFile(path, text), kind, path);
  }
});

test('what was pinned before gets the new digest, and no tag means latest', () => {
  assert.equal(pinnedText(`node:22@${digestOf('old')}`, DIGEST), `node:22@${DIGEST}`);
  assert.equal(pinnedText('localhost:5000/app', DIGEST), `localhost:5000/app:latest@${DIGEST}`);
});

test('a file that is no YAML is refused with line and column', () => {
  assert.throws(
    () => findImages('services:\n  a: [1\n', 'compose.yaml'),
    (error) => error instanceof ReferenceFileError && /^compose\.yaml:\d+:\d+ /.test(error.message),
  );
});

test('whatever a file holds, places lie in it and pinning them is reversible', () => {
  const line = fc.oneof(
    fc.constantFrom(...DOCKERFILE.split('\n'), ...YAML_FILES.flatMap(([, text]) => text.split('\n'))),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 15 }),
      fc.constantFrom('Dockerfile', 'compose.yaml', 'k.yaml'),
      (lines, path) => {
        const text = (path === 'k.yaml' ? 'apiVersion: v1\n' : '') + lines.join('\n');
        let uses: readonly ImageUse[];
        try {
          uses = findImages(text, path);
        } catch (error) {
          assert.ok(error instanceof ReferenceFileError);
          return;
        }
        for (const { literal, line: at } of uses) {
          assert.ok(at >= 1 && at <= text.split('\n').length);
          if (literal !== null) assert.ok(literal.start <= literal.end && literal.end <= text.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});
