import type { Feed, FeedDocument } from '../feed.ts';
import { almaLinuxErrata } from './almalinux-errata.ts';
import { alpineRejections } from './alpine-rejections.ts';
import { alpineSecdb } from './alpine-secdb.ts';
import { archSecurity } from './arch-security.ts';
import { cisaKev } from './cisa-kev.ts';
import { csafRedHat } from './csaf-redhat.ts';
import { csafSuse } from './csaf-suse.ts';
import { cveEnrichment } from './cve-enrichment.ts';
import { cve5 } from './cve5.ts';
import { cvrf } from './cvrf.ts';
import { debianLists } from './debian-lists.ts';
import { debianTracker } from './debian-tracker.ts';
import { echoAdvisories } from './echo-advisories.ts';
import { elixirAdvisories } from './elixir-advisories.ts';
import { endoflifeDate } from './endoflife-date.ts';
import { epss } from './epss.ts';
import { fedoraBodhi } from './fedora-bodhi.ts';
import { friendsOfPhp } from './friends-of-php.ts';
import { gentooGlsa } from './gentoo-glsa.ts';
import { githubGraphql } from './github-graphql.ts';
import { haskellNative } from './haskell-native.ts';
import { inTheWild } from './in-the-wild.ts';
import { juliaNative } from './julia-native.ts';
import { nodeSecurityWg } from './node-security-wg.ts';
import { npmAudit } from './npm-audit.ts';
import { nvdLegacy } from './nvd-legacy.ts';
import { nvdOverrides } from './nvd-overrides.ts';
import { nvd } from './nvd.ts';
import { openVex } from './openvex.ts';
import { osv } from './osv.ts';
import { oval } from './oval.ts';
import { photonCve } from './photon-cve.ts';
import { phpVersionAudit } from './php-version-audit.ts';
import { projectKb } from './project-kb.ts';
import { redHatDeletions } from './redhat-deletions.ts';
import { redHatHydra } from './redhat-hydra.ts';
import { redHatRepositories } from './redhat-repositories.ts';
import { retireJs } from './retire-js.ts';
import { retireNet } from './retire-net.ts';
import { roaveConflicts } from './roave-conflicts.ts';
import { rubyAdvisoryDb } from './ruby-advisory-db.ts';
import { rustsecNative } from './rustsec-native.ts';
import { ubuntuNotices } from './ubuntu-notices.ts';
import { ubuntuTracker } from './ubuntu-tracker.ts';
import { ubuntuVex } from './ubuntu-vex.ts';
import { updateinfo } from './updateinfo.ts';

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
