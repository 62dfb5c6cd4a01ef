import { FILES, gitFiles, osvEcosystem, upstream } from './describe-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Sources of applications, runtimes and makers of images. */
export const PRODUCT_UPSTREAMS: readonly Upstream[] = [
  osvEcosystem('Bitnami', { id: 'bitnami', title: 'Bitnami applications', source: 'bitnami', megabytes: 5 }),
  upstream(gitFiles(['.json'], ['osv/', 'vex/']), {
    id: 'dhi',
    title: 'Docker Hardened Images, advisories and VEX',
    at: ['https://github.com/docker-hardened-images/advisories'],
    source: 'dhi',
    everyHours: 24,
    megabytes: 20,
  }),
  upstream(gitFiles(['.json'], ['secjson/']), {
    id: 'openssl',
    title: 'OpenSSL, from its repository',
    at: ['https://github.com/openssl/release-metadata'],
    source: 'openssl',
    everyHours: 168,
    megabytes: 2,
  }),
  upstream(gitFiles(['.json'], ['vuln/core/']), {
    id: 'node-security-wg',
    title: 'Node.js itself',
    at: ['https://github.com/nodejs/security-wg'],
    source: 'node-security-wg',
    everyHours: 168,
    megabytes: 3,
  }),
  upstream(gitFiles(['.json'], ['advisories/']), {
    id: 'psf',
    title: 'CPython itself',
    at: ['https://github.com/psf/advisory-database'],
    source: 'psf',
    everyHours: 168,
    megabytes: 1,
  }),
  upstream(FILES, {
    id: 'php-version-audit',
    title: 'PHP itself',
    at: ['https://raw.githubusercontent.com/lightswitch05/php-version-audit/main/docs/rules-v1.json'],
    source: 'php-version-audit',
    everyHours: 24,
    megabytes: 1,
  }),
  upstream(gitFiles(['.json']), {
    id: 'kubernetes',
    title: 'Kubernetes',
    at: ['https://github.com/aquasecurity/vuln-list-k8s'],
    source: 'kubernetes',
    everyHours: 720,
    megabytes: 1,
    byDefault: false,
  }),
];
