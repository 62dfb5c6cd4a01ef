import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { parseCargoRequirement } from './cargo-requirement.ts';
import { parseComparators } from './comparators.ts';
import { parseComposerConstraint } from './composer-constraint.ts';
import { gem } from './gem.ts';
import { parseGemRequirement } from './gem-requirement.ts';
import { complementIntervals } from './interval-set.ts';
import { findInterval } from './interval.ts';
import { parseMavenRange, parseNugetRange } from './maven-range.ts';
import { parsePep440Specifier } from './pep440-specifier.ts';
import { pypi } from './pypi.ts';
import { schemeNamed } from './register.ts';
import { VersionError, type VersionInterval } from './scheme.ts';
import { parseVers } from './vers.ts';

/** `[1,2) (3,4]`; no bound is an empty one. */
function shown(intervals: readonly VersionInterval[]): string {
  return intervals.map(shownInterval).join(' ');
}

function shownInterval({ introduced, fixed, lastAffected, afterIntroduced }: VersionInterval): string {
  const [open, close] = [
    introduced === null || afterIntroduced ? '(' : '[',
    lastAffected === null ? ')' : ']',
  ];
  return `${open}${introduced ?? ''},${fixed ?? lastAffected ?? ''}${close}`;
}

type Cases = readonly (readonly [range: string, intervals: string])[];

function assertRanges(parse: (text: string) => VersionInterval[], cases: Cases): void {
  for (const [range, expected] of cases) assert.equal(shown(parse(range)), expected, range);
}

test('requirements of RubyGems', () => {
  assertRanges(parseGemRequirement, [
    ['~> 6.1.7', '[6.1.7,6.2.a)'],
    ['~> 2', '[2,3.a)'],
    ['~> 1.2.3.rc1', '[1.2.3.rc1,1.3.a)'],
    ['>= 1, < 2', '[1,2)'],
    ['>= 3.0.0.beta, <= 3.0.9', '[3.0.0.beta,3.0.9]'],
    ['!= 1.5', '(,1.5) (1.5,)'],
    ['> 1.0', '(1.0,)'],
    ['1.0', '[1.0,1.0]'],
    ['~> 3.2.1, != 3.2.2', '[3.2.1,3.2.2) (3.2.2,3.3.a)'],
    ['< 1, > 2', ''],
  ]);
});

test('CVE-2022-44570 in rack: affected is what is neither patched nor unaffected', () => {
  const patched = ['~> 2.0.9, >= 2.0.9.2', '~> 2.1.4, >= 2.1.4.2', '~> 2.2.6, >= 2.2.6.2', '>= 3.0.4.1'];
  const unaffected = ['< 1.5.0'];
  const safe = [...patched, ...unaffected].flatMap(parseGemRequirement);
  const affected = complementIntervals(gem, safe);
  assert.equal(shown(affected), '[1.5.0,2.0.9.2) [2.1.a,2.1.4.2) [2.2.a,2.2.6.2) [2.3.a,3.0.4.1)');
  const isAffected = (version: string) => findInterval(gem, version, affected).interval !== null;
  assert.deepEqual(['2.0.9.2', '2.0.9.1', '2.1.0.rc1', '3.0.0', '3.0.4.1'].map(isAffected), [
    false,
    true,
    true,
    true,
    false,
  ]);
});

test('constraints of Composer', () => {
  assertRanges(parseComposerConstraint, [
    ['>=1,<2', '[1,2)'],
    ['>=1 <1.2 || >=2 <2.1', '[1,1.2) [2,2.1)'],
    ['>=2.3,<2.3.2-p2|>=2.2,<2.2.10', '[2.2,2.2.10) [2.3,2.3.2-p2)'],
    ['^1.2.3', '[1.2.3,2-dev)'],
    ['^0.3', '[0.3,0.4-dev)'],
    ['^0.0.3', '[0.0.3,0.0.4-dev)'],
    ['~1.2', '[1.2,2-dev)'],
    ['~1.2.3', '[1.2.3,1.3-dev)'],
    ['~1', '[1,2-dev)'],
    ['1.2.*', '[1.2-dev,1.3-dev)'],
    ['!=1.2.*', '(,1.2-dev) [1.3-dev,)'],
    ['<> 1.2', '(,1.2) (1.2,)'],
    ['*', '(,)'],
    ['1.0 - 2.0', '[1.0,2.1-dev)'],
    ['1.0.0 - 2.1.0', '[1.0.0,2.1.0]'],
    ['v1.2.3', '[1.2.3,1.2.3]'],
    ['>=1.0@dev', '[1.0,)'],
  ]);
});

test('ranges of Maven and NuGet', () => {
  const both: Cases = [
    ['[1.0,2.0)', '[1.0,2.0)'],
    ['(,1.0]', '(,1.0]'],
    ['[1.0]', '[1.0,1.0]'],
    ['(1.0,)', '(1.0,)'],
    ['(,)', '(,)'],
    ['[ 1.0 , 2.0 ]', '[1.0,2.0]'],
    ['(,1.0],[1.2,)', '(,1.0] [1.2,)'],
    ['[2,3), [1,1.5)', '[1,1.5) [2,3)'],
    ['(2,1)', ''],
  ];
  assertRanges(parseMavenRange, both);
  assertRanges(parseNugetRange, [...both, ['1.0', '[1.0,)']]);
});

test('specifiers of PEP 440', () => {
  assertRanges(
    parsePep440Specifier,
    [
      ['<4.2.16,>=4.2', '[4.2,4.2.16)'],
      ['~=2.2', '[2.2,3.dev0)'],
      ['~=1.4.5a4', '[1.4.5a4,1.5.dev0)'],
      ['~=1!2.2.1', '[1!2.2.1,1!2.3.dev0)'],
      ['==1.*', '[1.dev0,2.dev0)'],
      ['!=1.2.*', '(,1.2.dev0) [1.3.dev0,)'],
      ['== 1.2, ', '[1.2,1.2]'],
      ['===1.2', '[1.2,1.2]'],
      ['!=1.5,>1,<=2', '(1,1.5) (1.5,2]'],
      ['', '(,)'],
    ].map(([range = '', expected = '']): [string, string] => [range.replace(/, $/, ''), expected]),
  );
});

function isSpecified(version: string, specifier: string): boolean {
  return findInterval(pypi, version, parsePep440Specifier(specifier)).interval !== null;
}

test('a local version is within what ends with its public version', () => {
  assert.equal(isSpecified('1.13.0+cu117', '<=1.13.0'), true);
  assert.equal(isSpecified('1.13.0+cu117', '==1.13.0'), true);
  assert.equal(isSpecified('1.13.1+cu117', '<1.13.1'), false);
  assert.equal(isSpecified('1.13.0+cu118', '<=1.13.0+cu117'), false);
});

test('requirements of Cargo', () => {
  assertRanges(parseCargoRequirement, [
    ['>=1.2.3', '[1.2.3,)'],
    ['>= 1.2, < 1.3.5', '[1.2.0,1.3.5)'],
    ['^0.9.5', '[0.9.5,0.10.0-0)'],
    ['1.2.3', '[1.2.3,2.0.0-0)'],
    ['^0.0.3', '[0.0.3,0.0.4-0)'],
    ['^0.0', '[0.0.0,0.1.0-0)'],
    ['~1.2', '[1.2.0,1.3.0-0)'],
    ['~1', '[1.0.0,2.0.0-0)'],
    ['=1.2', '[1.2.0,1.3.0-0)'],
    ['1.*', '[1.0.0,2.0.0-0)'],
    ['>1.2', '[1.3.0-0,)'],
    ['<=1.2', '(,1.3.0-0)'],
    ['=1.0.0-rc.1', '[1.0.0-rc.1,1.0.0-rc.1]'],
    ['*', '(,)'],
  ]);
});

test('comparators in any scheme', () => {
  assertRanges(parseComparators.bind(null, schemeNamed('hex')), [
    ['>= 1.0.0, < 2.0.0', '[1.0.0,2.0.0)'],
    ['= 1.2.3', '[1.2.3,1.2.3]'],
    ['> 1.2.3', '(1.2.3,)'],
  ]);
});

const PARSERS: Readonly<Record<string, (text: string) => VersionInterval[]>> = {
  cargo: parseCargoRequirement,
  composer: parseComposerConstraint,
  gem: parseGemRequirement,
  maven: parseMavenRange,
  nuget: parseNugetRange,
  pypi: parsePep440Specifier,
  vers: parseVers,
};

test('what is no range is refused with one error, in any time', () => {
  const broken: Readonly<Record<string, readonly string[]>> = {
    cargo: ['', '>', 'a', '>=1,', '1.2.3.4', '^^1', '>=1 <2'],
    composer: ['', '>', 'dev-main', '>=1,<', '>=1,,<2', '^dev-x', '>*', '|'],
    gem: ['', '>', '>= 1,', '=> 1', '~> a', '>= 1 < 2'],
    maven: ['', '1.0', '[1', '1)', '(1.0)', '[1,2,3]', '[1,2)[3,4)', '[1,2),', '[unknown,)'],
    nuget: ['', '1.*', '[1', '[a,b]', '[1.*,)'],
    pypi: [',', '1.0', '>', '~=1', '>=1.*', '>=a', '==*', '>=1;<2'],
    vers: ['', 'npm/1', 'vers:npm', 'vers:npm/', 'vers:npm/latest', 'vers:cpan/>=1'],
  };
  for (const [notation, ranges] of Object.entries(broken)) {
    for (const range of ranges) {
      assert.throws(() => PARSERS[notation]?.(range), { code: 'RANGE_UNREADABLE' }, `${notation} ${range}`);
    }
  }
  for (const [notation, parse] of Object.entries(PARSERS)) {
    for (const piece of ['>=1,', '!=1,', '1|', '(', '[1,2),', '~', ' ', '9']) {
      const spent = startCpuTime();
      assert.throws(() => parse(piece.repeat(20_000)), { code: 'RANGE_UNREADABLE' }, `${notation} ${piece}`);
      try {
        parse(piece.repeat(1000).replace(/,$/, ''));
      } catch (error) {
        assert.ok(error instanceof VersionError, String(error));
      }
      assert.ok(spent() < LITTLE, `${notation} ${piece}`);
    }
  }
});

test('any text is a range or that one error', () => {
  const pieces = fc.constantFrom(
    ...'1 2.0 1.2.3 . * x - , | || > >= < <= = == != ~ ^ ~> ~= [ ] ( ) a rc1 dev vers:npm/ %3E'.split(' '),
    ' ',
  );
  const text = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.constantFrom(...Object.values(PARSERS)), (given, parse) => {
      try {
        parse(given);
      } catch (error) {
        assert.ok(error instanceof VersionError);
        assert.equal(error.code, 'RANGE_UNREADABLE');
      }
    }),
    { numRuns: 2000 },
  );
});
