/**
 * What `hallmark verify` costs: cold as a whole process, warm in one, in requests, and against evidence made to be too much.
 *
 *   npx node bench/verification.ts [RUNS] [PROGRAM]     PROGRAM: another bin/hallmark.js, as that of the built package
 *
 * Images, services and trust root are made anew, the registry is on loopback in another process; nothing else is asked. The
 * baselines are the start of Node, of `hallmark --version`, and cosign's verification of the same image where a cosign of
 * Debian can be had; for the warm one, the single signature and hash without which no verification is one.
 */
import { spawnSync } from 'node:child_process';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { preAuthenticationEncoding } from '../src/formats/dsse.ts';
import { parseDigest } from '../src/model/digest.ts';
import { readEvidenceFile } from '../src/trust/evidence/evidence-file.ts';
import { verifyBundle } from '../src/trust/sigstore/verify-bundle.ts';
import { parseTrustedRoot } from '../src/trust/material/trusted-root.ts';
import { contextOf, IMAGE_BYTES, subject, subjectsOf } from '../test/trust/evidence.ts';
import { findPeer } from '../test/trust/peers/peers.ts';
import { type BundleJson, WORKFLOW } from '../test/trust/services/bundles.ts';
import { measure, median } from './measure.ts';
import type { SignedImages, SignedImagesData } from './signed-images.ts';

const [runs = '11', program = resolve(import.meta.dirname, '..', 'bin', 'hallmark.js')] =
  process.argv.slice(2);

const DELAY_MS = 1000;
const GIBIBYTE = 2 ** 30;
const WARM_RUNS = 300;

const folder = mkdtempSync(join(tmpdir(), 'hallmark-bench-'));
const counter = (): Int32Array => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const [requests, sentBytes, delayMs] = [counter(), counter(), counter()];
const workerData: SignedImagesData = { folder, requests, sentBytes, delayMs };
const registry = new Worker(new URL('./signed-images.ts', import.meta.url), { workerData });

const place = (name: string): string => join(folder, name);
const ROOT = ['--trusted-root', place('trusted_root.json')];
const SIGNER = ['--certificate-issuer', WORKFLOW.issuer, '--certificate-identity', WORKFLOW.subject.value];
const COMMON = ['verify', '--quiet', '--no-memory'];
const policyFor = (image: string): string => `schema: hallmark.trust-policy/1
roots: { bench: { trustedRoot: trusted_root.json } }
authorities:
  workflow:
    certificate: { root: bench, issuer: '${WORKFLOW.issuer}', san: '${WORKFLOW.subject.value}' }
rules:
  - repositories: ['${image.split('@')[0]}']
    require: [{ signature: { by: workflow } }]
`;

/** User and system time of a command that must succeed, in seconds, by the shell's own clock. */
function cpuOf(command: readonly string[], environment: Readonly<Record<string, string>> = {}): number {
  const env = { ...process.env, HOME: folder, OUTPUT: place('output'), TIMEFORMAT: '%U %S', ...environment };
  const script = 'time "$@" >"$OUTPUT" 2>&1';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { env });
  if (status !== 0) throw new Error(readFileSync(place('output'), 'utf8'));
  const [user, system] = String(stderr).trim().split(' ').map(Number);
  return (user ?? Number.NaN) + (system ?? Number.NaN);
}

const hallmark = (...args: readonly string[]): string[] => [process.execPath, program, ...args];

/** Every contender in turn, so that what else the machine does falls on all of them. */
function cold(images: SignedImages): void {
  const bundle = ['--offline', '--evidence', place('bundle.json')];
  const contenders: Readonly<Record<string, readonly string[]>> = {
    "Node's start": [process.execPath, '--eval', ''],
    'hallmark --version': hallmark('--version'),
    'the verifier alone, one bundle': [
      process.execPath,
      resolve(import.meta.dirname, 'verify-bundle.ts'),
      place('bundle.json'),
      place('trusted_root.json'),
      images.layout.slice(images.layout.indexOf('@') + 1),
    ],
    'a bundle from a file, offline': hallmark(...COMMON, ...ROOT, ...SIGNER, ...bundle, images.layout),
    'an image in a registry': hallmark(...COMMON, ...ROOT, ...SIGNER, images.one),
    'an index in a registry': hallmark(...COMMON, ...ROOT, ...SIGNER, images.index),
    'the image, by a policy file': hallmark(...COMMON, '--policy', place('policy.yaml'), images.one),
    ...cosignOn(images.one),
  };
  const taken = new Map(Object.keys(contenders).map((name): [string, number[]] => [name, []]));
  for (let run = 0; run <= Number(runs); run += 1) {
    for (const [name, command] of Object.entries(contenders)) {
      const seconds = cpuOf(command);
      // the first run fills Node's compile cache
      if (run > 0) taken.get(name)?.push(seconds);
    }
  }
  const start = median(taken.get('hallmark --version') ?? []);
  for (const [name, seconds] of taken) {
    const span = `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}`;
    const middle = median(seconds);
    print(name, `${middle.toFixed(2)} s of CPU (${span}), ${(middle / start).toFixed(1)} × --version`);
  }
  const fresh = Array.from({ length: 3 }, (_, run) => {
    const cache = place(`compile-cache-${run}`);
    mkdirSync(cache);
    return cpuOf(contenders['an image in a registry'] ?? [], { NODE_COMPILE_CACHE: cache });
  });
  print('the image, nothing compiled', `${median(fresh).toFixed(2)} s of CPU`);
}

function cosignOn(image: string): Readonly<Record<string, readonly string[]>> {
  const { missing, command, version } = findPeer('cosign');
  if (missing !== false) {
    console.log(missing);
    return {};
  }
  const signer = SIGNER.map((word) => word.replace('--certificate-issuer', '--certificate-oidc-issuer'));
  const flags = ['verify', '--allow-http-registry', '--new-bundle-format', ...ROOT, ...signer];
  return { [`cosign ${version} on the image`]: [...command, ...flags, image] };
}

function warm(images: SignedImages): void {
  const bytes = readFileSync(place('bundle.json'));
  const about = parseDigest(images.layout.slice(images.layout.indexOf('@') + 1));
  const [evidence] = readEvidenceFile(bytes, 'bundle.json', about);
  if (evidence === undefined) throw new Error('no evidence');
  const root = parseTrustedRoot(readFileSync(place('trusted_root.json')), { name: 'bench', origin: 'file' });
  const subjects = subjectsOf(subject(IMAGE_BYTES, { digest: about }));
  const context = contextOf({ sigstore: [root] }, subjects, new Date());
  const { dsseEnvelope, verificationMaterial } = JSON.parse(String(bytes)) as BundleJson;
  const { payload = '', payloadType = '', signatures = [] } = dsseEnvelope ?? {};
  const signed = preAuthenticationEncoding(payloadType, Buffer.from(payload, 'base64'));
  const signature = Buffer.from(signatures[0]?.sig ?? '', 'base64');
  const certificate = Buffer.from(verificationMaterial.certificate?.rawBytes ?? '', 'base64');
  const { publicKey } = new X509Certificate(certificate);
  const whole: number[] = [];
  const single: number[] = [];
  for (let run = 0; run < WARM_RUNS; run += 1) {
    whole.push(millisecondsOf(() => verifyBundle(evidence, context).result === 'holds'));
    single.push(
      millisecondsOf(() => {
        createHash('sha256').update(signed).digest();
        return verify('sha256', signed, publicKey, signature);
      }),
    );
  }
  const [middle, least] = [median(whole), median(single)];
  print('warm, in one process', `${middle.toFixed(2)} ms of CPU; the first time ${whole[0]?.toFixed(0)} ms`);
  print('one signature and one hash', `${least.toFixed(2)} ms of CPU: ${(middle / least).toFixed(0)} × that`);
}

/** Of CPU: what else the machine does does not count. */
function millisecondsOf(check: () => boolean): number {
  const before = process.cpuUsage();
  if (!check()) throw new Error('it does not hold');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Requests that had to wait for one another, from outside: by how much longer it takes when every answer is late. */
function roundTrips(name: string, image: string): void {
  const run = () => measure([program, ...COMMON, ...ROOT, ...SIGNER, image], { HOME: folder }).wallSeconds;
  const best = () => Math.min(run(), run(), run());
  const before = Atomics.load(requests, 0);
  const prompt = best();
  const asked = (Atomics.load(requests, 0) - before) / 3;
  Atomics.store(delayMs, 0, DELAY_MS);
  const late = best();
  Atomics.store(delayMs, 0, 0);
  const trips = ((late - prompt) * 1000) / DELAY_MS;
  print(name, `${asked} requests in ${trips.toFixed(1)} round trips`);
}

/** Evidence that is too much. @param status with which it has to be refused */
function refusal(name: string, status: number, args: readonly string[]): void {
  const before = [Atomics.load(requests, 0), Atomics.load(sentBytes, 0)] as const;
  const run = measure([program, ...COMMON, ...ROOT, ...SIGNER, ...args], { HOME: folder }, status);
  const asked = Atomics.load(requests, 0) - before[0];
  const megabytes = (Atomics.load(sentBytes, 0) - before[1]) / 1e6;
  const costs = `${run.cpuSeconds.toFixed(2)} s of CPU, ${run.wallSeconds.toFixed(2)} s, ${run.peakMegabytes.toFixed(0)} MB`;
  print(name, `exit ${status}; ${costs}; ${asked} requests, ${megabytes.toFixed(1)} MB of the endless one`);
}

const print = (name: string, figures: string): void => console.log(`${name.padEnd(36)}${figures}`);

try {
  const [images] = (await once(registry, 'message')) as [SignedImages];
  writeFileSync(place('policy.yaml'), policyFor(images.one));
  writeFileSync(place('huge.json'), '');
  truncateSync(place('huge.json'), GIBIBYTE);
  cold(images);
  warm(images);
  roundTrips('an image by digest', images.one);
  roundTrips('an index by digest', images.index);
  refusal('10,000 referrers', 1, [images.crowded]);
  refusal('a bundle that says it has 1 GiB', 1, [images.huge]);
  refusal('a bundle that has 1 GiB', 2, [images.growing]);
  refusal('a file of 1 GiB', 3, ['--evidence', place('huge.json'), images.one]);
} finally {
  await registry.terminate();
  rmSync(folder, { recursive: true, force: true });
}
