/**
 * Repositories that the Docker Official Images scan for a bill of materials while they build, and architectures on which their
 * scanner runs. docker-library/meta-scripts, `doi.jq`: `build_should_sbom`. Only for their commands; our verifier does it for all.
 */
export const SCANNED_REPOSITORIES: ReadonlySet<string> = new Set(
  [
    'aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop',
    'bash bonita buildpack-deps busybox caddy cassandra chronograf cirros clojure composer convertigo',
    'couchdb crate debian drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx',
    'erlang fedora flink fluentd gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell hitch',
    'httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi jetty jruby julia kapacitor kibana kong',
    'liquibase logstash mageia mariadb maven memcached mongo mongo-express mono mysql neo4j neurodebian',
    'nginx node odoo open-liberty openjdk oraclelinux orientdb perl photon php plone postgres pypy python',
    'r-base rabbitmq rakudo-star redis registry rethinkdb rockylinux ros ruby rust sapmachine satosa',
    'silverpeas solr sonarqube spark spiped storm swift swipl telegraf tomcat tomee traefik ubuntu',
    'websphere-liberty wordpress xwiki znc zookeeper',
  ].flatMap((line) => line.split(' ')),
);

export const SCANNED_ARCHITECTURES: ReadonlySet<string> = new Set([
  'amd64',
  'arm32v5',
  'arm32v7',
  'arm64v8',
  'i386',
  'ppc64le',
  'riscv64',
  's390x',
]);
