import { fixture, fixtureTree, type LayerFiles } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

/** The libraries below a directory, as an application has them. */
function libraries(): LayerFiles {
  const files = Object.entries(fixtureTree('java/libraries.tar.gz'));
  return Object.fromEntries(files.map(([name, content]) => [`opt/lib/${name}`, content]));
}

function plugin(): LayerFiles {
  const manifest = ['Group-Id: org.jvnet.hudson.plugins', 'Short-Name: cvs', 'Plugin-Version: 1.2', ''].join(
    '\r\n',
  );
  return { 'var/jenkins_home/plugins/cvs/META-INF/MANIFEST.MF': manifest };
}

const releases = [
  'debian-17',
  'jlink-25',
  'temurin-21',
  'temurin-8',
  'zulu-17',
  'oracle-17',
  'semeru-17',
  'graalvm-21',
];

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Java',
    cataloger: 'java-archive',
    evidence: ['*.jar'],
    origin: '52 libraries of Maven Central, nine of Apache Tomcat 10.1.20',
    files: libraries,
  },
  {
    ecosystem: 'Java (Spring Boot)',
    cataloger: 'java-archive',
    evidence: ['BOOT-INF/lib/*.jar in *.jar'],
    origin: 'packed by spring-boot-maven-plugin 3.2.5',
    files: () => ({ 'app/app.jar': fixture('java/demo-boot-1.2.3.jar') }),
  },
  {
    ecosystem: 'Java (WAR, EAR, KAR)',
    cataloger: 'java-archive',
    evidence: ['*.war', '*.ear', '*.kar', '*.rar', '*.par', '*.sar', '*.nar', '*.aar', '*.lpkg'],
    origin: 'packed by maven-ear-plugin 3.3.0; Apache Karaf 4.4.6',
    files: () => ({
      'opt/demo.ear': fixture('java/demo-ear-1.2.3.ear'),
      'opt/framework-4.4.6.kar': fixture('java/framework-4.4.6.kar'),
    }),
  },
  {
    ecosystem: 'Jenkins plug-ins',
    cataloger: 'java-archive',
    evidence: ['*.hpi', '*.jpi'],
    origin: 'hudson-war 1.395 of Maven Central',
    files: () => ({ 'usr/share/hudson.war': fixture('java/hudson-war-1.395.war') }),
  },
  {
    ecosystem: 'Java (bills of materials in archives)',
    cataloger: 'java-archive',
    evidence: ['META-INF/sbom/*.cdx.json in *.jar'],
    origin: 'written by cyclonedx-maven-plugin 2.8.0',
    files: () => ({ 'app/demo-billed-1.2.3.jar': fixture('java/demo-billed-1.2.3.jar') }),
  },
  {
    ecosystem: 'Jenkins plug-ins',
    cataloger: 'java-exploded',
    evidence: ['META-INF/MANIFEST.MF', 'META-INF/maven/*/*/pom.properties', 'META-INF/maven/*/*/pom.xml'],
    origin: 'attributes of the plug-in cvs 1.2 in hudson-war 1.395 of Maven Central',
    files: plugin,
  },
  {
    ecosystem: 'Java runtimes',
    cataloger: 'jvm',
    evidence: ['release'],
    origin: 'Debian 12, openjdk-17-jre-headless; a runtime made by jlink; the forms of six vendors',
    files: () =>
      Object.fromEntries(
        releases.map((name) => [`opt/${name}/release`, fixture(`java/jvm/${name}.release`)]),
      ),
  },
  {
    ecosystem: 'Java (native images)',
    cataloger: 'native-image',
    evidence: ['ELF programs with .svm_heap'],
    origin: 'google-closure-compiler-linux 20261015.0.0 from the npm registry; a bill as GraalVM embeds it',
    files: () => ({
      'usr/bin/compiler': fixture('java/closure-compiler.elf'),
      'usr/bin/native-image': fixture('java/native-image.elf'),
    }),
  },
  {
    ecosystem: 'Gradle',
    cataloger: 'gradle-lock',
    evidence: ['gradle.lockfile', '*.gradle.lockfile', 'dependency-locks/*.lockfile'],
    origin: 'in the documented form of Gradle 8',
    files: () => ({ 'srv/app/gradle.lockfile': fixture('java/locks/gradle.lockfile') }),
  },
  {
    ecosystem: 'Maven',
    cataloger: 'maven-pom',
    evidence: ['pom.xml'],
    origin: 'a project built by Maven 3.8',
    files: () => ({ 'srv/app/pom.xml': fixture('java/locks/demo-core.pom.xml') }),
  },
  {
    ecosystem: 'sbt',
    cataloger: 'sbt-lock',
    evidence: ['build.sbt.lock'],
    origin: 'after the schema of sbt-dependency-lock, version 1',
    files: () => ({ 'srv/app/build.sbt.lock': fixture('java/locks/build.sbt.lock') }),
  },
  {
    ecosystem: 'WildFly modules',
    cataloger: 'wildfly-module',
    evidence: ['modules/**/module.xml'],
    origin: 'after the schema of JBoss Modules 1.9',
    files: () => ({
      'opt/wildfly/modules/system/layers/base/org/jboss/logging/main/module.xml':
        fixture('java/locks/module.xml'),
    }),
  },
];
