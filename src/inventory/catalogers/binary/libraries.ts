import type { Clue, Software } from './classifier.ts';

/** A text that is nothing but a version. Before it there need be no NUL: it may be the first text behind other data. */
function bareVersion(beginning: string, pattern: RegExp, beside: string): Clue {
  return { anchor: beginning, pattern, before: 1, beside };
}

/** Other libraries; a Python wheel brings many of them along. */
export const LIBRARIES: readonly Software[] = [
  {
    name: 'bzip2',
    cpes: ['bzip:bzip2'],
    evidence: [
      {
        programs: ['libbz2.so.1.0'],
        clues: [{ anchor: '-Jul-2019\0', pattern: /\0(?<version>1\.0\.8), 13-Jul-2019\0/ }],
      },
    ],
  },
  {
    name: 'curl',
    cpes: ['haxx:curl', 'haxx:libcurl'],
    evidence: [
      { programs: ['curl'], clues: [{ anchor: '\0curl/', pattern: /\0curl\/(?<version>\d+\.\d+\.\d+)\0/ }] },
      {
        programs: ['libcurl.so.4', 'libcurl-gnutls.so.4', 'libcurl-nss.so.4'],
        clues: [{ anchor: 'libcurl/', pattern: /\0libcurl\/(?<version>\d+\.\d+\.\d+)[ \0]/ }],
      },
    ],
  },
  {
    name: 'expat',
    cpes: ['libexpat_project:libexpat'],
    evidence: [
      {
        programs: ['libexpat.so.1'],
        clues: [{ anchor: '\0expat_', pattern: /\0expat_(?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'ffmpeg',
    cpes: ['ffmpeg:ffmpeg'],
    evidence: [
      {
        programs: [
          'ffmpeg',
          'ffprobe',
          'ffmpeg-linux-x86_64-v7.1',
          'libavcodec.so.61',
          'libavformat.so.61',
          'libavutil.so.59',
        ],
        clues: [
          { anchor: 'FFmpeg version ', pattern: /\0FFmpeg version n?(?<version>\d+\.\d+(?:\.\d+)?)[-\0]/ },
          { anchor: '\0%s version ', pattern: /\0%s version n?(?<version>\d+\.\d+(?:\.\d+)?)[- \0]/ },
        ],
      },
    ],
  },
  {
    name: 'glibc',
    cpes: ['gnu:glibc'],
    evidence: [
      {
        programs: ['libc.so.6', 'libc-2.31.so'],
        clues: [
          {
            anchor: 'GNU C Library ',
            pattern: /GNU C Library [^\0]{1,80} (?:release|development) version (?<version>\d+(?:\.\d+)+)/,
            after: 160,
          },
        ],
      },
    ],
  },
  {
    name: 'imagemagick',
    cpes: ['imagemagick:imagemagick'],
    evidence: [
      {
        programs: ['magick', 'convert', 'libMagickCore-6.Q16.so.6', 'libMagickCore-7.Q16HDRI.so.10'],
        clues: [{ anchor: '\0ImageMagick ', pattern: /\0ImageMagick (?<version>\d+\.\d+\.\d+-\d+) / }],
      },
    ],
  },
  {
    name: 'libarchive',
    cpes: ['libarchive:libarchive'],
    evidence: [
      {
        programs: ['libarchive.so.13'],
        clues: [{ anchor: '\0libarchive ', pattern: /\0libarchive (?<version>\d+\.\d+\.\d+(?:dev)?)\0/ }],
      },
    ],
  },
  {
    name: 'libjpeg-turbo',
    cpes: ['libjpeg-turbo:libjpeg-turbo'],
    evidence: [
      {
        programs: ['libjpeg.so.62', 'libturbojpeg.so.0'],
        clues: [{ anchor: 'libjpeg-turbo version ', pattern: /version (?<version>\d+\.\d+\.\d+) \(build/ }],
      },
    ],
  },
  {
    name: 'libpng',
    cpes: ['libpng:libpng'],
    evidence: [
      {
        programs: ['libpng16.so.16'],
        clues: [{ anchor: 'libpng version ', pattern: /libpng version (?<version>\d+\.\d+\.\d+)\s/ }],
      },
    ],
  },
  {
    name: 'libtiff',
    cpes: ['libtiff:libtiff'],
    evidence: [
      {
        programs: ['libtiff.so.6'],
        clues: [{ anchor: 'LIBTIFF, Version ', pattern: /Version (?<version>\d+\.\d+\.\d+)\n/ }],
      },
    ],
  },
  {
    name: 'libxml2',
    cpes: ['xmlsoft:libxml2'],
    evidence: [
      {
        programs: ['libxml2.so.2'],
        // xmlParserVersion, two digits a part: 20914 is 2.9.14
        clues: ['209', '21'].map((beginning) =>
          bareVersion(
            beginning,
            /(?<![\w.])(?<major>2)(?<minor>\d\d)(?<patch>\d\d)(?:-[\w.-]{1,40})?\0/,
            'xmlCheckVersion',
          ),
        ),
      },
    ],
  },
  {
    name: 'musl',
    cpes: ['musl-libc:musl'],
    evidence: [
      {
        programs: [
          'ld-musl-x86_64.so.1',
          'ld-musl-aarch64.so.1',
          'ld-musl-armhf.so.1',
          'ld-musl-i386.so.1',
          'libc.so',
        ],
        clues: [bareVersion('1.', /(?<![\w.])(?<version>1\.\d\.\d{1,2})\0/, 'musl libc (')],
      },
    ],
  },
  {
    name: 'nghttp2',
    cpes: ['nghttp2:nghttp2'],
    evidence: [
      {
        programs: ['libnghttp2.so.14'],
        clues: [
          bareVersion('1.', /(?<![\w.])(?<version>1\.\d{1,3}\.\d{1,2})\0/, 'nghttp2_session_callbacks_new'),
        ],
      },
    ],
  },
  {
    name: 'openldap',
    cpes: ['openldap:openldap'],
    evidence: [
      {
        programs: ['slapd', 'ldapsearch'],
        clues: [{ anchor: '$OpenLDAP: ', pattern: /\$OpenLDAP: \w{1,20} (?<version>\d+\.\d+\.\d+)/ }],
      },
    ],
  },
  {
    name: 'pcre',
    cpes: ['pcre:pcre'],
    evidence: [
      {
        programs: ['libpcre.so.3'],
        clues: [{ anchor: '8.', pattern: /(?<![\w.])(?<version>8\.\d{1,2}) \d{4}-\d\d-\d\d\0/ }],
      },
    ],
  },
  {
    name: 'pcre2',
    cpes: ['pcre:pcre2'],
    evidence: [
      {
        programs: ['libpcre2-8.so.0', 'libpcre2-16.so.0', 'libpcre2-32.so.0'],
        clues: [{ anchor: '10.', pattern: /(?<![\w.])(?<version>10\.\d{1,2}) \d{4}-\d\d-\d\d\0/ }],
      },
    ],
  },
  {
    name: 'qt',
    cpes: ['qt:qt'],
    evidence: [
      {
        programs: ['libQt5Core.so.5', 'libQtCore.so.4'],
        clues: [
          { anchor: 'Qt ', pattern: /(?<!\w)Qt (?<version>\d+\.\d+\.\d+) \(/ },
          { anchor: 'QtCore library version ', pattern: /version (?<version>4\.\d+\.\d+)/ },
        ],
      },
    ],
  },
  {
    name: 'sqlite',
    cpes: ['sqlite:sqlite'],
    evidence: [
      {
        programs: ['libsqlite3.so.0', 'sqlite3'],
        clues: [bareVersion('3.', /(?<![\w.])(?<version>3\.\d{1,2}\.\d{1,2}(?:\.\d)?)\0/, 'SQLite format 3')],
      },
    ],
  },
  {
    name: 'xz',
    cpes: ['tukaani:xz'],
    evidence: [
      {
        programs: ['liblzma.so.5'],
        clues: [
          bareVersion(
            '5.',
            /(?<![\w.])(?<version>5\.\d{1,2}\.\d{1,2}(?:alpha|beta)?)\0/,
            'lzma_easy_encoder',
          ),
        ],
      },
      {
        programs: ['xz'],
        clues: [
          { anchor: 'xz (XZ Utils) ', pattern: /\(XZ Utils\) (?<version>\d+\.\d+\.\d+(?:alpha|beta)?)\0/ },
        ],
      },
    ],
  },
  {
    name: 'zlib',
    cpes: ['zlib:zlib'],
    evidence: [
      {
        programs: ['libz.so.1'],
        clues: [{ anchor: ' deflate 1.', pattern: / deflate (?<version>1(?:\.\d+)+) Copyright / }],
      },
    ],
  },
  {
    name: 'zstd',
    cpes: ['facebook:zstandard'],
    evidence: [
      {
        programs: ['libzstd.so.1'],
        clues: [bareVersion('1.', /(?<![\w.])(?<version>1\.\d{1,2}\.\d{1,2})\0/, 'ZSTD_compressCCtx')],
      },
      {
        programs: ['zstd'],
        clues: [{ anchor: '\0Zstandard CLI\0', pattern: /\0v(?<version>\d+\.\d+\.\d+)\0Zstandard CLI\0/ }],
      },
    ],
  },
];
