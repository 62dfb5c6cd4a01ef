import type { Cataloger } from '../cataloger.ts';
import { distributionCataloger } from '../distribution.ts';
import { apkCataloger } from './apk.ts';
import { dpkgCataloger } from './dpkg.ts';
import { npmInstalledCataloger } from './npm-installed.ts';
import { npmLockCataloger } from './npm-lock.ts';
import { rpmCataloger } from './rpm.ts';

/** Everything that reads files of an image, one line each; their names and versions are the key of the layer cache. */
export const CATALOGERS: readonly Cataloger[] = [
  distributionCataloger,
  apkCataloger,
  dpkgCataloger,
  rpmCataloger,
  npmInstalledCataloger,
  npmLockCataloger,
];
