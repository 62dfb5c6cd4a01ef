import { csafPublisher } from './csaf-document.ts';
import { readVendorDocument } from './vendor-documents.ts';
import type { CsafVendor } from './vendor.ts';
import type { Feed } from '../../feed.ts';
import { redHatFixState } from '../../vocabulary/redhat.ts';
import { redHatComponent } from './csaf-redhat-component.ts';

const RED_HAT: CsafVendor = {
  namespace: 'https://www.redhat.com',
  author: 'Red Hat Product Security',
  sources: { flaws: 'redhat-vex', errata: 'redhat' },
  fixLists: ['fixed'],
  component: redHatComponent,
  fixState({ category, details }) {
    if (category !== 'no_fix_planned' && category !== 'none_available') return null;
    const otherwise = category === 'no_fix_planned' ? 'will_not_fix' : 'affected';
    return redHatFixState(details) ?? { status: otherwise, statusWord: null };
  },
};

/**
 * Red Hat's CSAF documents, https://security.access.redhat.com/data/csaf/v2/: `vex/` has one flaw a document with the
 * state of every product, `advisories/` one erratum with the builds that fix its flaws.
 */
export const csafRedHat: Feed = {
  format: 'csaf-redhat',
  recognises(document) {
    return document.kind === 'tree' && csafPublisher(document.value) === RED_HAT.namespace;
  },
  read: (document, now) => readVendorDocument(RED_HAT, document, now),
};
