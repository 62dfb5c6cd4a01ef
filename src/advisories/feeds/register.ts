import type { Feed, FeedDocument } from '../feed.ts';
import { almaLinuxErrata } from './distributions/almalinux-errata.ts';
import { alpineRejections } from './distributions/alpine-rejections.ts';
import { alpineSecdb } from './distributions/alpine-secdb.ts';
import { archSecurity } from './distributions/arch-security.ts';
import { cisaKev } from './flaws/cisa-kev.ts';
import { csafRedHat } from './csaf/csaf-redhat.ts';
import { csafSuse } from './csaf/csaf-suse.ts';
import { cveEnrichment } from './flaws/cve-enrichment.ts';
import { cve5 } from './flaws/cve5.ts';
import { cvrf } from './cvrf/cvrf.ts';
import { debianLists } from './distributions/debian/debian-lists.ts';
import { debianTracker } from './distributions/debian/debian-tracker.ts';
import { echoAdvisories } from './distributions/echo-advisories.ts';
import { elixirAdvisories } from './languages/elixir-advisories.ts';
import { endoflifeDate } from './products/endoflife-date.ts';
import { epss } from './flaws/epss.ts';
import { fedoraBodhi } from './distributions/fedora-bodhi.ts';
import { friendsOfPhp } from './languages/friends-of-php.ts';
import { gentooGlsa } from './distributions/gentoo/gentoo-glsa.ts';
import { githubGraphql } from './languages/github-graphql.ts';
import { haskellNative } from './languages/haskell-native.ts';
import { inTheWild } from './flaws/in-the-wild.ts';
import { juliaNative } from './languages/julia-native.ts';
import { nodeSecurityWg } from './languages/node-security-wg.ts';
import { npmAudit } from './languages/npm-audit.ts';
import { nvdLegacy } from './flaws/nvd-legacy.ts';
import { nvdOverrides } from './flaws/nvd-overrides.ts';
import { nvd } from './flaws/nvd.ts';
import { openVex } from './products/openvex.ts';
import { osv } from './osv/osv.ts';
import { oval } from './oval/oval.ts';
import { photonCve } from './distributions/photon-cve.ts';
import { phpVersionAudit } from './languages/php-version-audit.ts';
import { projectKb } from './languages/project-kb.ts';
import { redHatDeletions } from './distributions/redhat/redhat-deletions.ts';
import { redHatHydra } from './distributions/redhat/redhat-hydra.ts';
import { redHatRepositories } from './distributions/redhat/redhat-repositories.ts';
import { retireJs } from './languages/retire-js.ts';
import { retireNet } from './languages/retire-net.ts';
import { roaveConflicts } from './languages/roave-conflicts.ts';
import { rubyAdvisoryDb } from './languages/ruby-advisory-db.ts';
import { rustsecNative } from './languages/rustsec-native.ts';
import { ubuntuNotices } from './distributions/ubuntu/ubuntu-notices.ts';
import { ubuntuTracker } from './distributions/ubuntu/ubuntu-tracker.ts';
import { ubuntuVex } from './distributions/ubuntu/ubuntu-vex.ts';
import { updateinfo } from './distributions/updateinfo.ts';

/** Every format that an advisory database can be built from. */
export const FEEDS: readonly Feed[] = [
  almaLinuxErrata,
  alpineRejections,
  alpineSecdb,
  archSecurity,
  cisaKev,
  csafRedHat,
  csafSuse,
  cve5,
  cveEnrichment,
  cvrf,
  debianLists,
  debianTracker,
  echoAdvisories,
  elixirAdvisories,
  endoflifeDate,
  epss,
  fedoraBodhi,
  friendsOfPhp,
  gentooGlsa,
  githubGraphql,
  haskellNative,
  inTheWild,
  juliaNative,
  nodeSecurityWg,
  npmAudit,
  nvd,
  nvdLegacy,
  nvdOverrides,
  openVex,
  osv,
  oval,
  photonCve,
  phpVersionAudit,
  projectKb,
  redHatDeletions,
  redHatHydra,
  redHatRepositories,
  retireJs,
  retireNet,
  roaveConflicts,
  rubyAdvisoryDb,
  rustsecNative,
  ubuntuNotices,
  ubuntuTracker,
  ubuntuVex,
  updateinfo,
];

/** The feed whose format a document has; undefined for none. */
export function feedOf(document: FeedDocument): Feed | undefined {
  return FEEDS.find((feed) => feed.recognises(document));
}
