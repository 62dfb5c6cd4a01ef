import { NOT_STATED, type SourceDescription } from './source-description.ts';

/** Sources of applications, runtimes and makers of images. */
export const PRODUCT_SOURCES: readonly SourceDescription[] = [
  {
    id: 'bitnami',
    name: 'Bitnami Vulnerability Database',
    licence: 'Apache-2.0',
    attribution: 'VMware Tanzu (Bitnami), github.com/bitnami/vulndb',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    ecosystems: ['Bitnami'],
    prefixes: ['BIT-'],
  },
  {
    id: 'chainguard-libraries',
    name: 'Chainguard Libraries VEX',
    licence: NOT_STATED,
    attribution: 'Chainguard, libraries.cgr.dev',
    redistributable: false,
    page: null,
  },
  {
    id: 'dhi',
    name: 'Docker Hardened Images advisories',
    licence: 'Apache-2.0',
    attribution: 'Docker, github.com/docker-hardened-images/advisories',
    redistributable: true,
    page: null,
    ecosystems: ['DHI'],
    recordPerProduct: true,
  },
  {
    id: 'kubernetes',
    name: 'Kubernetes advisories',
    licence: NOT_STATED,
    attribution: 'The Kubernetes authors',
    redistributable: false,
    page: (id) => `https://www.cve.org/CVERecord?id=${id}`,
    ecosystems: ['kubernetes'],
    recordPerProduct: true,
  },
];
