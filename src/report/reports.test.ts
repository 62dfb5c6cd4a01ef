/** Whole reports of an assessment made by hand, against texts in test/fixtures/report that were read by a person. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import {
  assessment,
  digestOf,
  EXPLOITED,
  finding,
  mapStrings,
  rootAssessment,
} from '../../test/report/assessment.ts';
import { pkg } from '../../test/packages.ts';
import type { UnmatchedRecord } from '../findings/explain.ts';
import type { Assessment } from '../model/assessment.ts';
import { OPEN_VERDICTS } from '../model/finding.ts';
import { formatExplanation, formatUnmatched } from './explanation.ts';
import { filterFindings } from './findings-table.ts';
import { formatHistory, formatStep, stepsWithLayers } from './history.ts';
import { formatInspection } from './inspect.ts';
import { formatPackages } from './packages-table.ts';
import { formatScan } from './scan.ts';
import { createStyle } from './style.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'report');

const PLAIN = createStyle({ colour: false, width: 100 });
const COLOURED = createStyle({ colour: true, width: 100 });

const UNMATCHED: readonly UnmatchedRecord[] = [
  {
    package: { ...EXPLOITED.package },
    advisory: 'GHSA-aaaa-bbbb-cccc',
    source: 'ghsa',
    reason: 'outside-range',
    message: 'minimist 1.2.0 is not among the affected versions of GHSA-aaaa-bbbb-cccc',
  },
];

const open = (whole: Assessment): Assessment => ({
  ...whole,
  findings: filterFindings(whole.findings, { verdicts: OPEN_VERDICTS }),
});

function matches(t: TestContext, name: string, text: string): void {
  t.assert.fileSnapshot(text, join(FIXTURES, `${name}.txt`), { serializers: [String] });
}

test('the inspection of an image', (t) => matches(t, 'inspection', formatInspection(assessment(), PLAIN)));

test('the inspection of a root file system', (t) =>
  matches(t, 'inspection-root', formatInspection(rootAssessment(), PLAIN)));

test('the inspection of an image of which nothing is known', (t) => {
  const { image, verdictCounts } = assessment();
  const nothing = assessment({
    image: {
      ...image,
      labels: {},
      annotations: {},
      layers: [],
      history: [],
      digest: null,
      run: {
        user: null,
        entrypoint: [],
        command: [],
        workingDirectory: null,
        environment: [],
        exposedPorts: [],
        volumes: [],
        stopSignal: null,
        healthcheck: null,
        shell: [],
      },
    },
    distribution: null,
    packages: [],
    findings: [],
    verdictCounts: { ...verdictCounts, affected: 0, unimportant: 0, fixed: 0 },
    coverage: [],
    advisories: null,
  });
  matches(t, 'inspection-empty', formatInspection(nothing, PLAIN));
});

test('the list of findings', (t) => matches(t, 'scan', formatScan(open(assessment()), PLAIN)));

test('the build history', (t) => matches(t, 'history', formatHistory(assessment(), PLAIN)));

test('the list of packages', (t) => matches(t, 'packages', formatPackages(assessment(), PLAIN)));

test('the explanation of a finding', (t) =>
  matches(
    t,
    'explanation',
    formatExplanation(EXPLOITED, PLAIN) + formatUnmatched(EXPLOITED.id, UNMATCHED, true, PLAIN),
  ));

test('explanations without a finding', () => {
  assert.equal(
    formatUnmatched('CVE-1999-0001', [], false, PLAIN),
    'CVE-1999-0001: no source knows it for any package that was found here.\n',
  );
  assert.match(
    formatUnmatched('CVE-2021-1', UNMATCHED, false, PLAIN),
    /^CVE-2021-1: known, and no package is affected\n {2}minimist 1\.2\.0 is not among .* \(ghsa\)\n$/,
  );
});

test('a root file system has no history', () => {
  assert.equal(formatHistory(rootAssessment(), PLAIN), 'A root file system has no build history.\n');
});

test('build steps as their authors wrote them', () => {
  const cases: readonly (readonly [createdBy: string | null, text: string])[] = [
    [null, '(no record of how it was made)'],
    ['', '(no record of how it was made)'],
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['RUN /bin/sh -c make\n  install # buildkit', 'RUN make install'],
    ['COPY . /app # buildkit', 'COPY . /app'],
    ['RUN evil \u001b[2J', 'RUN evil \\u{1b}[2J'],
  ];
  for (const [createdBy, text] of cases) assert.equal(formatStep(createdBy), text);
});

test('layers that no step of the history made are listed after the steps', () => {
  const { image } = assessment();
  const rows = stepsWithLayers({ ...image, history: image.history.slice(0, 2) });
  assert.deepEqual(
    rows.map(({ layer }) => layer?.index ?? null),
    [0, null, 1],
  );
});

test('a long claim does not push the warning that it is one out of sight', () => {
  const { image } = assessment();
  const labels = { 'org.opencontainers.image.authors': 'a'.repeat(500) };
  const report = formatInspection(assessment({ image: { ...image, labels } }), PLAIN);
  assert.match(report, /^ {2}authors {6}a+… \(declared, not verified\)$/m);
});

test('history names only the first packages of a layer, and all when asked', () => {
  const { image } = assessment();
  const added = Array.from({ length: 9 }, (_, index) => pkg('npm', `p${index}`, '1.0.0').purl);
  const layers = image.layers.map((layer) => ({ ...layer, packages: { added, removed: [], changed: [] } }));
  const many = assessment({ image: { ...image, layers } });
  assert.match(formatHistory(many, PLAIN), /\+ npm p5 1\.0\.0\n {5}\+ and 3 more\n/);
  assert.match(formatHistory(many, PLAIN, true), /\+ npm p8 1\.0\.0\n/);
});

test('an upgrade names the greatest fix, and one package in two places is one upgrade', () => {
  const left = pkg('npm', 'semver', '7.3.4', { id: 'left' });
  const right = pkg('npm', 'semver', '7.3.4', { id: 'right' });
  const findings = [
    finding('CVE-1-1', left, { fixedIn: '7.3.10' }),
    finding('CVE-1-1', right, { fixedIn: '7.3.10' }),
    finding('CVE-1-2', left, { fixedIn: '7.3.9' }),
  ];
  assert.match(
    formatInspection(assessment({ packages: [left, right], findings }), PLAIN),
    /upgrade +semver 7\.3\.4 to 7\.3\.10 in 2 places: fixes 2 findings\n/,
  );
});

const REPORTS: Readonly<Record<string, (whole: Assessment) => string>> = {
  inspection: (whole) => formatInspection(whole, PLAIN),
  scan: (whole) => formatScan(whole, PLAIN),
  history: (whole) => formatHistory(whole, PLAIN, true),
  packages: (whole) => formatPackages(whole, PLAIN),
  explanation: ({ findings }) => findings.map((entry) => formatExplanation(entry, PLAIN)).join(''),
  unmatched: ({ findings }) =>
    findings.map(({ id }) => formatUnmatched(id, mapStrings(UNMATCHED, poison), true, PLAIN)).join(''),
};

/** Vocabulary and digests are closed: their types and the readers of what comes from outside see to it. */
const CLOSED =
  /^(?:sha256:.*|image|deb|npm|EVIDENCE_UNREADABLE|affected|unimportant|fixed|critical|high|medium|negligible)$/;

function poison(text: string): string {
  return CLOSED.test(text) ? text : `${text}\u001b]0;owned\u0007\nFORGED LINE\r\u202e\u009b2J`;
}

for (const [name, report] of Object.entries(REPORTS)) {
  test(`${name}: whatever an image or a database says, it cannot act on the terminal or forge a line`, () => {
    const text = report(mapStrings(assessment(), poison));
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
    assert.doesNotMatch(text, /^\s*FORGED/m);
  });
}

test('colour adds codes and nothing else', () => {
  for (const [name, coloured, plain] of [
    ['inspection', formatInspection(assessment(), COLOURED), formatInspection(assessment(), PLAIN)],
    ['scan', formatScan(assessment(), COLOURED), formatScan(assessment(), PLAIN)],
    ['history', formatHistory(assessment(), COLOURED), formatHistory(assessment(), PLAIN)],
    ['explanation', formatExplanation(EXPLOITED, COLOURED), formatExplanation(EXPLOITED, PLAIN)],
  ] as const) {
    assert.notEqual(coloured, plain, name);
    assert.equal(stripVTControlCharacters(coloured), plain, name);
  }
});

test('filters of findings: every condition must hold', () => {
  const { findings } = assessment();
  const ids = (filter: Partial<Parameters<typeof filterFindings>[1]>) =>
    filterFindings(findings, { verdicts: OPEN_VERDICTS, ...filter }).map(({ id }) => id);
  const unknown = finding('CVE-0-1', pkg('npm', 'x', '1'), { severity: 'unknown' });

  assert.deepEqual(ids({}), ['CVE-2021-44906', 'CVE-2025-4802', 'CVE-2020-7598', 'CVE-2019-9192']);
  assert.deepEqual(ids({ severity: 'high' }), ['CVE-2021-44906', 'CVE-2025-4802']);
  assert.deepEqual(ids({ fixed: false }), ['CVE-2019-9192']);
  assert.deepEqual(ids({ severity: 'critical', fixed: false }), []);
  assert.deepEqual(ids({ verdicts: new Set(['fixed'] as const) }), ['CVE-2024-33599']);
  for (const [severity, passes] of [
    ['negligible', true],
    ['low', true],
    ['medium', false],
    ['critical', false],
  ] as const) {
    const left = filterFindings([unknown], { verdicts: OPEN_VERDICTS, severity });
    assert.equal(left.length === 1, passes, severity);
  }
});

test('digests in reports are whole', () => {
  assert.ok(formatInspection(assessment(), PLAIN).includes(digestOf('a')));
});
