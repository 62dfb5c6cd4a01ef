import type { Clue, Software } from './classifier.ts';

/** Dated, as every release is; nginx and others hold such a text of the OpenSSL that they were compiled with. */
const OPENSSL: readonly Clue[] = [
  {
    anchor: 'OpenSSL ',
    pattern:
      /OpenSSL (?<version>\d+\.\d+\.\d+[a-z]{0,2}(?:-(?:alpha|beta|pre|dev)\d*)?)(?:-fips)? +(?:FIPS )?\d{1,2} [A-Z][a-z]{2} \d{4}/,
  },
];

/** Libraries that encrypt and authenticate, and the commands that come with them. */
export const CRYPTOGRAPHY: readonly Software[] = [
  {
    name: 'aws-lc',
    cpes: ['amazon:aws_libcrypto'],
    evidence: [
      {
        programs: ['openssl', 'libcrypto.so'],
        clues: [{ anchor: 'AWS-LC ', pattern: /\(compatible; AWS-LC (?<version>\d+\.\d+\.\d+)\)/ }],
      },
    ],
  },
  {
    name: 'gnutls',
    cpes: ['gnu:gnutls'],
    evidence: [
      {
        programs: ['libgnutls.so.30'],
        clues: [{ anchor: 'Enabled GnuTLS ', pattern: /Enabled GnuTLS (?<version>\d+\.\d+\.\d+) logging/ }],
      },
    ],
  },
  {
    name: 'krb5',
    cpes: ['mit:kerberos_5'],
    evidence: [
      {
        programs: ['libkrb5.so.3'],
        clues: [
          {
            anchor: 'KRB5_BRAND: ',
            pattern: /KRB5_BRAND: krb5-[\w.-]{1,30} (?<version>\d+\.\d+(?:\.\d+)?) \d{8}/,
          },
        ],
      },
    ],
  },
  {
    name: 'libgcrypt',
    cpes: ['gnupg:libgcrypt'],
    evidence: [
      {
        programs: ['libgcrypt.so.20'],
        clues: [{ anchor: 'This is Libgcrypt ', pattern: /Libgcrypt (?<version>\d+\.\d+\.\d+)(?:-\w+)? -/ }],
      },
    ],
  },
  {
    name: 'libressl',
    cpes: ['openbsd:libressl'],
    evidence: [
      {
        programs: ['libcrypto.so.55', 'libssl.so.58', 'openssl'],
        clues: [{ anchor: '\0LibreSSL ', pattern: /\0LibreSSL (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'libssh',
    cpes: ['libssh:libssh'],
    evidence: [
      {
        programs: ['libssh.so.4'],
        clues: [{ anchor: '\0SSH-2.0-libssh_', pattern: /-libssh_(?<version>\d+\.\d+\.\d+)\s*\0/ }],
      },
    ],
  },
  {
    name: 'libssh2',
    cpes: ['libssh2:libssh2'],
    evidence: [
      {
        programs: ['libssh2.so.1'],
        clues: [{ anchor: '\0SSH-2.0-libssh2_', pattern: /-libssh2_(?<version>\d+\.\d+\.\d+)\s*\0/ }],
      },
    ],
  },
  {
    name: 'mbed-tls',
    cpes: ['arm:mbed_tls'],
    evidence: [
      {
        programs: ['libmbedcrypto.so.7'],
        clues: [{ anchor: 'bed TLS ', pattern: /\0[mM]bed TLS (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'openssl',
    cpes: ['openssl:openssl'],
    evidence: [{ programs: ['openssl', 'libcrypto.so.3', 'libssl.so.1.1'], clues: OPENSSL }],
  },
  {
    name: 'wolfssl',
    cpes: ['wolfssl:wolfssl'],
    evidence: [
      {
        programs: ['libwolfssl.so.35'],
        clues: [{ anchor: '\0wolfSSL ', pattern: /\0wolfSSL (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
];
