import { gunzipSync } from 'node:zlib';
import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const RELEASE = '6.1.0-56-cloud-amd64';
const load = (name: string) => gunzipSync(fixture(`kernel/${name}.gz`));

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Linux kernel',
    cataloger: 'linux-kernel',
    evidence: ['vmlinuz, vmlinux, bzImage, Image', '*.ko, *.ko.gz, *.ko.zst'],
    origin:
      'Debian 12, linux-image-6.1.0-56-cloud-amd64, and modules built from bbswitch-dkms and acpi-call-dkms',
    files: () => ({
      [`boot/vmlinuz-${RELEASE}`]: load(`vmlinuz-${RELEASE}`),
      [`lib/modules/${RELEASE}/kernel/drivers/net/macvlan.ko`]: load('macvlan.ko'),
      [`lib/modules/${RELEASE}/updates/dkms/bbswitch.ko`]: load('bbswitch.ko'),
      [`lib/modules/${RELEASE}/updates/dkms/acpi_call.ko`]: load('acpi_call.ko'),
    }),
  },
];
