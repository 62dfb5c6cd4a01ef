/** An assessment made by hand, with one of everything that a report shows. */
import type { AssessedImage, Assessment } from '../../src/model/assessment.ts';
import { type Digest, parseDigest } from '../../src/model/digest.ts';
import { type Finding, VERDICTS } from '../../src/model/finding.ts';
import type { Package } from '../../src/model/package.ts';
import { NO_TRIAGE } from '../../src/model/triage.ts';
import { distribution, pkg } from '../packages.ts';

/** `sha256:111…`: a digest that is easy to tell apart. */
export function digestOf(digit: string): Digest {
  return parseDigest(`sha256:${digit.repeat(64)}`);
}

const [BASE, APPLICATION] = [digestOf('1'), digestOf('2')];

const evidence = (path: string, layer: Digest, step: number) => [{ path, layer, step }];

const libc = pkg('deb', 'libc6', '2.36-9+deb12u9', {
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.36-9+deb12u9' },
  layer: BASE,
  evidence: evidence('var/lib/dpkg/status', BASE, 0),
  files: ['lib/x86_64-linux-gnu/libc.so.6'],
});

const minimist = pkg('npm', 'minimist', '1.2.0', {
  licences: ['MIT'],
  layer: APPLICATION,
  evidence: evidence('app/node_modules/minimist/package.json', APPLICATION, 2),
});

/** A finding with what a test is about; `affected`, of medium severity and without a fix when nothing is said. */
export function finding(id: string, about: Package, facts: Partial<Finding> = {}): Finding {
  const { name, purl, version, type, layer } = about;
  const severity = facts.severity ?? 'medium';
  return {
    id,
    aliases: [],
    package: { id: about.id, purl, name, version, type, layer },
    verdict: 'affected',
    severity,
    severityChoice: { level: severity, score: null, vector: null, source: null, reason: 'nobody rates it' },
    severities: [],
    weaknesses: [],
    fixedIn: null,
    fixedElsewhere: null,
    malicious: false,
    epss: null,
    kev: null,
    exploitation: null,
    risk: 20,
    published: null,
    suppressedBy: null,
    advisories: [],
    because: [],
    ...facts,
  };
}

export const EXPLOITED = finding('CVE-2021-44906', minimist, {
  aliases: ['GHSA-xvch-5gv4-984h'],
  severity: 'critical',
  severityChoice: {
    level: 'critical',
    score: 9.8,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    source: 'ghsa',
    reason: 'GHSA-xvch-5gv4-984h rates the flaw',
  },
  fixedIn: '1.2.6',
  epss: { score: 0.0458, percentile: 0.908, date: '2026-08-16' },
  kev: { dateAdded: '2022-03-03', dueDate: '2022-03-24', ransomware: true },
  risk: 95.6,
  advisories: [
    {
      id: 'GHSA-xvch-5gv4-984h',
      source: 'ghsa',
      verdict: 'affected',
      fixedIn: '1.2.6',
      modified: '2025-01-14T10:00:00Z',
      url: 'https://github.com/advisories/GHSA-xvch-5gv4-984h',
    },
  ],
  because: [
    {
      step: 'matched-name',
      message: 'minimist in npm is this package by name',
      advisory: 'GHSA-xvch-5gv4-984h',
    },
    { step: 'compared-version', message: '1.2.0 is older than the fix 1.2.6 (npm order)' },
  ],
});

const OTHERS = [
  finding('CVE-2020-7598', minimist, { fixedIn: '1.2.3', risk: 26.6 }),
  finding('CVE-2025-4802', libc, { severity: 'high', fixedIn: '2.36-9+deb12u11', risk: 33.4 }),
  finding('CVE-2019-9192', libc, { severity: 'negligible', verdict: 'unimportant', risk: 1.2 }),
  finding('CVE-2024-33599', libc, { verdict: 'fixed', fixedIn: '2.36-9+deb12u7', risk: 0 }),
];

const image: AssessedImage = {
  reference: 'registry.example/shop:1.3',
  kind: 'image',
  digest: digestOf('a'),
  indexDigest: null,
  configDigest: digestOf('b'),
  platform: 'linux/amd64',
  created: '2026-11-01T10:00:00Z',
  author: null,
  labels: { 'org.opencontainers.image.source': 'https://git.example/shop' },
  annotations: { 'org.opencontainers.image.vendor': 'Example Ltd' },
  run: {
    user: 'node',
    entrypoint: ['node'],
    command: ['server.js', '--title', 'the shop'],
    workingDirectory: '/app',
    environment: ['NODE_ENV=production'],
    exposedPorts: ['8080/tcp'],
    volumes: ['/data'],
    stopSignal: null,
    healthcheck: null,
    shell: [],
  },
  layers: [
    {
      index: 0,
      diffId: BASE,
      digest: digestOf('3'),
      sizeBytes: 29_150_000,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      step: 0,
      base: null,
      packages: { added: [libc.purl], removed: [], changed: [] },
    },
    {
      index: 1,
      diffId: APPLICATION,
      digest: digestOf('4'),
      sizeBytes: 996,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      step: 2,
      base: null,
      packages: {
        added: [minimist.purl],
        removed: [pkg('npm', 'y18n', '4.0.0').purl],
        changed: [{ from: pkg('npm', 'semver', '7.3.4').purl, to: pkg('npm', 'semver', '7.3.5').purl }],
      },
    },
  ],
  history: [
    {
      createdBy: '/bin/sh -c #(nop) ADD file:abc in / ',
      created: '2026-10-01T00:00:00Z',
      author: null,
      comment: null,
      layer: 0,
    },
    { createdBy: '/bin/sh -c #(nop)  CMD ["bash"]', created: null, author: null, comment: null, layer: null },
    {
      createdBy: 'RUN /bin/sh -c npm ci &&\n  npm prune # buildkit',
      created: null,
      author: null,
      comment: null,
      layer: 1,
    },
  ],
  base: null,
};

const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));

/** What a report is made from: two layers, a distribution, five findings, one gap. */
export function assessment(facts: Partial<Assessment> = {}): Assessment {
  return {
    schema: 'hallmark.assessment/1',
    tool: { name: 'hallmark', version: '0.1.0' },
    image,
    bill: null,
    distribution: distribution('debian', '12', { prettyName: 'Debian GNU/Linux 12 (bookworm)' }),
    packages: [libc, minimist],
    files: [],
    fileDigests: [],
    secrets: [],
    findings: [EXPLOITED, ...OTHERS].sort((a, b) => b.risk - a.risk),
    verdictCounts: { ...(counts as Assessment['verdictCounts']), affected: 3, unimportant: 1, fixed: 1 },
    ...NO_TRIAGE,
    coverage: [
      {
        code: 'EVIDENCE_UNREADABLE',
        message: 'app/broken/package.json is not JSON: the package was left out.',
        subject: 'app/broken/package.json',
      },
    ],
    trust: null,
    advisories: {
      built: '2026-11-20T00:00:00Z',
      newest: '2026-11-19T12:00:00Z',
      schema: 1,
      digest: digestOf('c'),
      sources: [
        {
          id: 'ghsa',
          name: 'GitHub Advisory Database',
          licence: 'CC-BY-4.0',
          attribution: null,
          newest: null,
          records: 2,
        },
        {
          id: 'debian',
          name: 'Debian security tracker',
          licence: 'MIT',
          attribution: null,
          newest: null,
          records: 3,
        },
      ],
    },
    ...facts,
  };
}

/** The same of a root file system, where nothing is known of layers, history or how it is started. */
export function rootAssessment(): Assessment {
  const whole = assessment();
  return {
    ...whole,
    image: {
      ...whole.image,
      reference: 'dir:/srv/root',
      kind: 'root-file-system',
      digest: null,
      configDigest: null,
      platform: null,
      created: null,
      labels: {},
      annotations: {},
      run: null,
      layers: [],
      history: [],
    },
    packages: whole.packages.map((entry) => ({ ...entry, layer: null })),
  };
}

/** Every string of a document, names of fields left as they are, through `change`. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  const map = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(map);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, field]) => [name, map(field)]));
  };
  return map(value) as T;
}
