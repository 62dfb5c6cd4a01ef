/**
 * Groups of artifacts that are often met in archives which do not name their group: those that are not built by Maven.
 * Coordinates as published on Maven Central; Tomcat's file names as its `res/maven/mvn-pub.sh` publishes them.
 */

interface KnownGroup {
  readonly group: string;
  /** Versions to which it applies, where a project changed its group. */
  readonly version?: RegExp;
}

/** By exact name of the artifact. */
const ARTIFACTS: ReadonlyMap<string, readonly KnownGroup[]> = new Map(
  (
    [
      ['ant', 'org.apache.ant'],
      ['ant-launcher', 'org.apache.ant'],
      ['antlr', 'antlr'],
      ['aopalliance', 'aopalliance'],
      ['asm', 'asm', /^[1-3]\./],
      ['asm', 'org.ow2.asm'],
      ['aspectjrt', 'org.aspectj'],
      ['aspectjtools', 'org.aspectj'],
      ['aspectjweaver', 'org.aspectj'],
      ['bsh', 'org.beanshell'],
      ['c3p0', 'com.mchange'],
      ['cglib', 'cglib'],
      ['commons-beanutils', 'commons-beanutils'],
      ['commons-cli', 'commons-cli'],
      ['commons-codec', 'commons-codec'],
      ['commons-collections', 'commons-collections'],
      ['commons-dbcp', 'commons-dbcp'],
      ['commons-digester', 'commons-digester'],
      ['commons-fileupload', 'commons-fileupload'],
      ['commons-httpclient', 'commons-httpclient'],
      ['commons-io', 'commons-io'],
      ['commons-lang', 'commons-lang'],
      ['commons-logging', 'commons-logging'],
      ['commons-pool', 'commons-pool'],
      ['commons-validator', 'commons-validator'],
      ['derby', 'org.apache.derby'],
      ['dom4j', 'dom4j', /^1\./],
      ['dom4j', 'org.dom4j'],
      ['ecj', 'org.eclipse.jdt'],
      ['ehcache', 'net.sf.ehcache', /^[12]\./],
      ['ehcache', 'org.ehcache'],
      ['elasticsearch', 'org.elasticsearch'],
      ['gradle-wrapper', 'org.gradle'],
      ['h2', 'com.h2database'],
      ['hibernate-core', 'org.hibernate', /^[1-5]\./],
      ['hibernate-core', 'org.hibernate.orm'],
      ['jasperreports', 'net.sf.jasperreports'],
      ['javax.inject', 'javax.inject'],
      ['jaxen', 'jaxen'],
      ['jdom', 'jdom'],
      ['jna', 'net.java.dev.jna'],
      ['jna-platform', 'net.java.dev.jna'],
      ['jsch', 'com.jcraft'],
      ['junit', 'junit'],
      ['kafka-clients', 'org.apache.kafka'],
      ['kafka-streams', 'org.apache.kafka'],
      ['log4j', 'log4j'],
      ['lombok', 'org.projectlombok'],
      ['lz4-java', 'org.lz4'],
      ['mysql-connector-j', 'com.mysql'],
      ['mysql-connector-java', 'mysql'],
      ['okio', 'com.squareup.okio'],
      ['okio-jvm', 'com.squareup.okio'],
      ['opensearch', 'org.opensearch'],
      ['oro', 'oro'],
      ['plantuml', 'net.sourceforge.plantuml'],
      ['postgresql', 'org.postgresql'],
      ['protobuf-java', 'com.google.protobuf'],
      ['reactive-streams', 'org.reactivestreams'],
      ['reactor-core', 'io.projectreactor'],
      ['rhino', 'org.mozilla'],
      ['rxjava', 'io.reactivex', /^1\./],
      ['rxjava', 'io.reactivex.rxjava2', /^2\./],
      ['rxjava', 'io.reactivex.rxjava3', /^3\./],
      ['scala-library', 'org.scala-lang'],
      ['servlet-api', 'javax.servlet'],
      ['spring-retry', 'org.springframework.retry'],
      ['velocity', 'org.apache.velocity', /^1\./],
      ['xalan', 'xalan'],
      ['xercesImpl', 'xerces'],
      ['xml-apis', 'xml-apis'],
      ['xpp3', 'xpp3'],
      ['xpp3_min', 'xpp3'],
      ['xstream', 'com.thoughtworks.xstream'],
    ] as const
  ).reduce(
    (byName, [name, group, version]) =>
      byName.set(name, [...(byName.get(name) ?? []), version === undefined ? { group } : { group, version }]),
    new Map<string, readonly KnownGroup[]>(),
  ),
);

/** By how the names of a project's artifacts look; the first that fits. */
const FAMILIES: readonly (readonly [pattern: RegExp, group: string, version?: RegExp])[] = [
  [/^spring-security-/, 'org.springframework.security'],
  [/^spring-boot(?:-|$)/, 'org.springframework.boot'],
  [/^spring-data-/, 'org.springframework.data'],
  [/^spring-cloud-/, 'org.springframework.cloud'],
  [/^spring-session-/, 'org.springframework.session'],
  [/^spring-integration-/, 'org.springframework.integration'],
  [/^spring-batch-/, 'org.springframework.batch'],
  [/^spring-(?:amqp|rabbit)(?:-|$)/, 'org.springframework.amqp'],
  [/^spring-kafka(?:-|$)/, 'org.springframework.kafka'],
  [/^spring-hateoas$/, 'org.springframework.hateoas'],
  [
    /^spring-(?:aop|aspects|beans|context(?:-indexer|-support)?|core|expression|instrument|jcl|jdbc|jms|messaging|orm|oxm|r2dbc|test|tx|web|webflux|webmvc|websocket)$/,
    'org.springframework',
  ],
  [/^tomcat-embed-/, 'org.apache.tomcat.embed'],
  [/^tomcat-/, 'org.apache.tomcat'],
  [/^kotlin-/, 'org.jetbrains.kotlin'],
  [/^kotlinx-/, 'org.jetbrains.kotlinx'],
  [/^okhttp(?:-|$)/, 'com.squareup.okhttp3', /^[3-9]\./],
  [/^bc(?:prov|pkix|mail|pg|util|tls|jmail)-(?:ext-)?jdk/, 'org.bouncycastle'],
  [/^groovy(?:-|$)/, 'org.codehaus.groovy', /^[1-3]\./],
  [/^groovy(?:-|$)/, 'org.apache.groovy'],
  [/^(?:kafka_2\.\d+|connect-(?:api|json|runtime|transforms|file|mirror))$/, 'org.apache.kafka'],
  [/^lucene-/, 'org.apache.lucene'],
  [/^ojdbc\d/, 'com.oracle.database.jdbc'],
  [/^grpc-/, 'io.grpc'],
  [/^opentelemetry-(?:javaagent|javaagent-)/, 'io.opentelemetry.javaagent'],
  [/^opentelemetry-/, 'io.opentelemetry'],
  [/^asm-(?:analysis|commons|tree|util)$/, 'asm', /^[1-3]\./],
  [/^asm-(?:analysis|commons|tree|util)$/, 'org.ow2.asm'],
];

export function knownGroup(artifact: string, version: string): string | null {
  const applies = (versions: RegExp | undefined) => versions === undefined || versions.test(version);
  const exact = ARTIFACTS.get(artifact)?.find((known) => applies(known.version));
  if (exact !== undefined) return exact.group;
  return FAMILIES.find(([pattern, , versions]) => pattern.test(artifact) && applies(versions))?.[1] ?? null;
}

/** Files of Tomcat's own directories that are published under another name. */
const TOMCAT: ReadonlyMap<string, string> = new Map([
  ['annotations-api', 'tomcat-annotations-api'],
  ['catalina', 'tomcat-catalina'],
  ['catalina-ant', 'tomcat-catalina-ant'],
  ['catalina-ha', 'tomcat-catalina-ha'],
  ['catalina-ssi', 'tomcat-ssi'],
  ['catalina-storeconfig', 'tomcat-storeconfig'],
  ['catalina-tribes', 'tomcat-tribes'],
  ['el-api', 'tomcat-el-api'],
  ['jasper', 'tomcat-jasper'],
  ['jasper-el', 'tomcat-jasper-el'],
  ['jaspic-api', 'tomcat-jaspic-api'],
  ['jsp-api', 'tomcat-jsp-api'],
  ['servlet-api', 'tomcat-servlet-api'],
  ['websocket-api', 'tomcat-websocket-api'],
  ['websocket-client-api', 'tomcat-websocket-client-api'],
]);

/**
 * The artifact that a file of a Tomcat installation is published as. Tomcat's bundles are named by their artifacts; those
 * without that, of Tomcat 8 and before, have a title.
 */
export function tomcatArtifact(
  stem: string,
  { symbolicName, title }: { readonly symbolicName: string | undefined; readonly title: string | undefined },
): string | null {
  const bundle = /^org\.apache\.(tomcat-[a-z-]+)$/.exec(symbolicName ?? '')?.[1];
  return bundle ?? (title === 'Apache Tomcat' ? (TOMCAT.get(stem) ?? null) : null);
}
