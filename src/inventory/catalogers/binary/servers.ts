import type { Software } from './classifier.ts';

/** What answers on a network, but for databases. */
export const SERVERS: readonly Software[] = [
  {
    name: 'bind',
    cpes: ['isc:bind'],
    evidence: [
      {
        programs: ['named'],
        clues: [{ anchor: '\0libdns-9.', pattern: /\0libdns-(?<version>9\.\d+\.\d+)[-.]/ }],
      },
    ],
  },
  {
    name: 'dropbear',
    cpes: ['dropbear_ssh_project:dropbear_ssh'],
    evidence: [
      {
        programs: ['dropbear', 'dropbearmulti'],
        clues: [{ anchor: 'SSH-2.0-dropbear_', pattern: /dropbear_(?<version>\d{4}\.\d+|0\.\d+)\s/ }],
      },
    ],
  },
  {
    name: 'fluent-bit',
    cpes: ['treasuredata:fluent_bit'],
    evidence: [
      {
        programs: ['fluent-bit'],
        clues: [
          {
            anchor: 'Fluent Bit',
            // between them the control sequence for bold letters, as some releases have it
            // oxlint-disable-next-line no-control-regex
            pattern: /\0(?<version>\d+\.\d+\.\d+)\0+(?:\x1b\[1m\0+)?(?:%s)?Fluent Bit/,
          },
        ],
      },
    ],
  },
  {
    name: 'haproxy',
    cpes: ['haproxy:haproxy'],
    evidence: [
      {
        programs: ['haproxy'],
        clues: [
          {
            anchor: ', released ',
            pattern: /version (?<version>\d+\.\d+(?:\.\d+|-(?:dev|rc)\d+))[^\0]{0,60}, released \d/,
            before: 128,
          },
          {
            anchor: 'HAProxy version follows',
            pattern: /\0(?<version>\d+\.\d+(?:\.\d+|-(?:dev|rc)\d+))[^\0]{0,40}\0+HAProxy version follows/,
          },
          {
            anchor: 'HA-Proxy version ',
            pattern: /HA-Proxy version (?<version>\d+\.\d+(?:\.\d+|-(?:dev|rc)\d+))/,
          },
        ],
      },
    ],
  },
  {
    name: 'hitch',
    evidence: [
      {
        programs: ['hitch'],
        clues: [{ anchor: '\0hitch ', pattern: /\0hitch (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'httpd',
    cpes: ['apache:http_server'],
    evidence: [
      {
        programs: ['httpd', 'apache2'],
        clues: [{ anchor: '\0Apache/', pattern: /\0Apache\/(?<version>\d+\.\d+\.\d+(?:-[\w]+)?)[ \0]/ }],
      },
    ],
  },
  {
    name: 'irssi',
    cpes: ['irssi:irssi'],
    evidence: [
      {
        programs: ['irssi'],
        clues: [{ anchor: ': irssi ', pattern: /: irssi (?<version>\d+\.\d+(?:\.\d+)?) \(/ }],
      },
    ],
  },
  {
    name: 'lighttpd',
    cpes: ['lighttpd:lighttpd'],
    evidence: [
      {
        programs: ['lighttpd'],
        clues: [{ anchor: '\0lighttpd/', pattern: /\0lighttpd\/(?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'mosquitto',
    cpes: ['eclipse:mosquitto'],
    evidence: [
      {
        programs: ['mosquitto'],
        clues: [
          { anchor: '\0mosquitto version %s', pattern: /\0(?<version>\d+\.\d+\.\d+)\0+mosquitto version %s/ },
        ],
      },
    ],
  },
  {
    name: 'nginx',
    cpes: ['f5:nginx', 'nginx:nginx'],
    evidence: [
      {
        programs: ['nginx', 'openresty'],
        clues: [
          { anchor: 'nginx version: nginx/', pattern: /nginx version: nginx\/(?<version>\d+\.\d+\.\d+)/ },
          // of OpenResty's four numbers the first three are those of the nginx that it is made of
          { anchor: 'nginx version: openresty/', pattern: /openresty\/(?<version>\d+\.\d+\.\d+)\.\d+/ },
        ],
      },
    ],
  },
  {
    name: 'openresty',
    cpes: ['openresty:openresty'],
    evidence: [
      {
        programs: ['nginx', 'openresty'],
        clues: [
          {
            anchor: 'nginx version: openresty/',
            pattern: /openresty\/(?<version>\d+(?:\.\d+){3}(?:rc\d+)?)/,
          },
        ],
      },
    ],
  },
  {
    name: 'openssh',
    cpes: ['openbsd:openssh'],
    evidence: [
      {
        programs: ['sshd', 'ssh', 'sshd-session'],
        clues: [{ anchor: '\0OpenSSH_', pattern: /\0OpenSSH_(?<version>\d+\.\d+(?:\.\d+)?p\d+)[ \0,]/ }],
      },
    ],
  },
  {
    name: 'proftpd',
    cpes: ['proftpd:proftpd'],
    evidence: [
      {
        programs: ['proftpd'],
        clues: [
          { anchor: '\0ProFTPD Version ', pattern: /Version (?<version>\d+\.\d+\.\d+(?:[a-z]|rc\d+)?)\0/ },
        ],
      },
    ],
  },
  {
    name: 'spiped',
    evidence: [
      {
        programs: ['spiped'],
        clues: [{ anchor: '\0spiped ', pattern: /\0spiped (?<version>\d+\.\d+\.\d+)\s/ }],
      },
    ],
  },
  {
    name: 'squid',
    cpes: ['squid-cache:squid'],
    evidence: [
      {
        programs: ['squid'],
        clues: [{ anchor: '\0squid/', pattern: /\0squid\/(?<version>\d+(?:\.\d+)+)\0/ }],
      },
    ],
  },
  {
    name: 'tengine',
    evidence: [
      {
        programs: ['nginx', 'tengine'],
        clues: [{ anchor: 'Tengine version: Tengine/', pattern: /Tengine\/(?<version>\d+\.\d+\.\d+)/ }],
      },
    ],
  },
  {
    name: 'unbound',
    cpes: ['nlnetlabs:unbound'],
    evidence: [
      {
        programs: ['unbound'],
        clues: [{ anchor: '\0unbound ', pattern: /\0unbound (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'varnish',
    cpes: ['varnish_cache_project:varnish_cache'],
    evidence: [
      {
        programs: ['varnishd'],
        clues: [{ anchor: '\0Varnish ', pattern: /\0Varnish (?<version>\d+\.\d+\.\d+) [0-9a-f]{40}/ }],
      },
    ],
  },
  {
    name: 'znc',
    cpes: ['znc:znc'],
    evidence: [
      {
        programs: ['znc'],
        clues: [{ anchor: '\0ZNCModuleEntry\0', pattern: /\0ZNCModuleEntry\0(?<version>\d+\.\d+\.\d+)/ }],
      },
    ],
  },
];
