/** What the National Vulnerability Database's names of a product stand for. */
export interface CuratedProduct {
  /** The version scheme that its CPE names and ranges are written in. */
  readonly scheme: 'generic' | 'jvm' | 'openssl';
  /** The language it is written in, which sources put into "target software" although it is the product itself. */
  readonly language: string | null;
}

const GENERIC: CuratedProduct = { scheme: 'generic', language: null };
const JAVA: CuratedProduct = { scheme: 'jvm', language: null };
const writtenIn = (language: string): CuratedProduct => ({ scheme: 'generic', language });

/**
 * The products that catalogers state a CPE for. Nothing else can be found by a CPE, so statements about other products
 * are left out: of anchore/nvd-data-overrides nine in ten. A test holds this list against the catalogers.
 */
export const CURATED_PRODUCTS: ReadonlyMap<string, CuratedProduct> = new Map([
  ...words(`
    amazon:aws_libcrypto apache:http_server arm:mbed_tls azul:zulu busybox:busybox bzip:bzip2
    dart:dart_software_development_kit dropbear_ssh_project:dropbear_ssh drupal:drupal eclipse:mosquitto eclipse:openj9
    elixir-lang:elixir erlang:erlang/otp f5:nginx facebook:zstandard ffmpeg:ffmpeg git-scm:git gnu:bash gnu:gcc
    gnu:glibc gnu:gnutls gnupg:libgcrypt golang:go google:chrome haproxy:haproxy haxx:curl haxx:libcurl
    imagemagick:imagemagick irssi:irssi isc:bind joomla:joomla! jqlang:jq julialang:julia lfprojects:valkey
    libarchive:libarchive libexpat_project:libexpat libjpeg-turbo:libjpeg-turbo libpng:libpng libssh2:libssh2
    libssh:libssh libtiff:libtiff lighttpd:lighttpd linuxfoundation:valkey lua:lua luajit:luajit mariadb:mariadb
    mediawiki:mediawiki memcached:memcached mit:kerberos_5 mongodb:mongodb musl-libc:musl nextcloud:nextcloud_server
    nghttp2:nghttp2 nginx:nginx nlnetlabs:unbound nodejs:node.js openbsd:libressl openbsd:openssh openldap:openldap
    openresty:openresty oracle:graalvm oracle:graalvm_for_jdk oracle:mysql oracle:mysql_server pcre:pcre pcre:pcre2
    percona:percona_server percona:xtradb_cluster pivotal_software:rabbitmq postgresql:postgresql proftpd:proftpd
    python:python python_software_foundation:python qt:qt redis:redis redislabs:redis redmine:redmine rust-lang:rust
    sqlite:sqlite squid-cache:squid stedolan:jq treasuredata:fluent_bit tukaani:xz varnish_cache_project:varnish_cache
    vmware:rabbitmq wolfssl:wolfssl wordpress:wordpress xmlsoft:libxml2 zlib:zlib znc:znc
  `).map((product) => [product, GENERIC] as const),
  ...words('oracle:jdk oracle:jre oracle:openjdk').map((product) => [product, JAVA] as const),
  ['openssl:openssl', { scheme: 'openssl', language: null }],
  ['deno:deno', writtenIn('rust')],
  ['elastic:kibana', writtenIn('node.js')],
  ['getcomposer:composer', writtenIn('php')],
  ['ghost:ghost', writtenIn('node.js')],
  ['matomo:matomo', writtenIn('php')],
  ['perl:perl', writtenIn('perl')],
  ['php:php', writtenIn('php')],
  ['phpmyadmin:phpmyadmin', writtenIn('php')],
  ['ruby-lang:ruby', writtenIn('ruby')],
  ['wp-cli:wp-cli', writtenIn('php')],
]);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
