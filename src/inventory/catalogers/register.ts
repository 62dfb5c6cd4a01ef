import type { Cataloger } from '../cataloger.ts';
import { distributionCataloger } from '../distribution.ts';
import { apkCataloger } from './os/apk.ts';
import { dpkgCataloger } from './os/dpkg.ts';
import { npmInstalledCataloger } from './javascript/npm-installed.ts';
import { npmLockCataloger } from './javascript/npm-lock.ts';
import { rpmCataloger } from './os/rpm.ts';
import { gemInstalledCataloger } from './ruby/gem-installed.ts';
import { gemLockCataloger } from './ruby/gem-lock.ts';

/** Everything that reads files of an image, one line each; their names and versions are the key of the layer cache. */
export const CATALOGERS: readonly Cataloger[] = [
  distributionCataloger,
  apkCataloger,
  dpkgCataloger,
  npmInstalledCataloger,
  npmLockCataloger,
  rpmCataloger,
  gemInstalledCataloger,
  gemLockCataloger,
];
