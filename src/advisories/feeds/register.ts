import type { Feed, FeedDocument } from '../feed.ts';
import { alpineSecdb } from './alpine-secdb.ts';
import { cisaKev } from './cisa-kev.ts';
import { csafRedHat } from './csaf-redhat.ts';
import { csafSuse } from './csaf-suse.ts';
import { cveEnrichment } from './cve-enrichment.ts';
import { cve5 } from './cve5.ts';
import { debianTracker } from './debian-tracker.ts';
import { endoflifeDate } from './endoflife-date.ts';
import { epss } from './epss.ts';
import { nvd } from './nvd.ts';
import { nvdLegacy } from './nvd-legacy.ts';
import { nvdOverrides } from './nvd-overrides.ts';
import { openVex } from './openvex.ts';
import { osv } from './osv.ts';
import { redHatDeletions } from './redhat-deletions.ts';
import { redHatHydra } from './redhat-hydra.ts';
import { redHatRepositories } from './redhat-repositories.ts';
import { oval } from './oval.ts';

/** Every format that an advisory database can be built from. */
export const FEEDS: readonly Feed[] = [
  alpineSecdb,
  cisaKev,
  csafRedHat,
  csafSuse,
  cve5,
  cveEnrichment,
  debianTracker,
  endoflifeDate,
  epss,
  nvd,
  nvdLegacy,
  nvdOverrides,
  openVex,
  osv,
  oval,
  redHatDeletions,
  redHatHydra,
  redHatRepositories,
];

/** The feed whose format a document has; undefined for none. */
export function feedOf(document: FeedDocument): Feed | undefined {
  return FEEDS.find((feed) => feed.recognises(document));
}
