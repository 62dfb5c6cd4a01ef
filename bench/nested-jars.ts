/**
 * What cataloging a Java application costs beside inflating the jars in it.
 *
 *   node bench/nested-jars.ts [JARS] [RUNS]     a folder of real jars, which are repeated; else jars are generated
 *
 * The application is made twice in memory, some 1,500 jars and 300 MB of them: as a WAR, which deflates its jars, and as
 * an application of Spring Boot, which stores them. Baselines are Node's zlib alone: inflating each nested jar, and
 * inflating each file of each nested jar.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { readZip } from '../src/formats/zip.ts';
import { javaArchiveCataloger } from '../src/inventory/catalogers/java/java-archive.ts';
import { writeZip, type ZipMember } from '../test/zip-writer.ts';
import { median } from './measure.ts';

const JARS = 1500;
const BYTES = 300 * 1024 * 1024;

/** Half of it repeats, as byte code does: deflate halves it. */
function classBytes(seed: string, length: number): Buffer {
  const noise = createHash('shake256', { outputLength: Math.ceil(length / 2) })
    .update(seed)
    .digest();
  return Buffer.from(noise.toString('hex').slice(0, length), 'latin1');
}

function generateJar(index: number, bytes: number): Buffer {
  const classes = 120;
  const project = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>library-${index}</artifactId><version>1.${index}</version><licenses><license><name>Apache-2.0</name></license></licenses><dependencies>${Array.from({ length: 12 }, (_, other) => `<dependency><groupId>org.example</groupId><artifactId>library-${(index + other + 1) % JARS}</artifactId><version>1.0</version></dependency>`).join('\n')}</dependencies></project>`;
  const directory = `META-INF/maven/org.example/library-${index}`;
  return writeZip([
    { name: 'META-INF/MANIFEST.MF', content: `Manifest-Version: 1.0\nImplementation-Version: 1.${index}\n` },
    { name: `${directory}/pom.xml`, content: project },
    {
      name: `${directory}/pom.properties`,
      content: `groupId=org.example\nartifactId=library-${index}\nversion=1.${index}\n`,
    },
    ...Array.from({ length: classes }, (_, number) => ({
      name: `org/example/library${index}/Class${number}.class`,
      content: classBytes(`${index}/${number}`, Math.floor((bytes * 1.7) / classes)),
    })),
  ]);
}

/** As many of them as make the size, over and over where there are fewer. */
function nestedJars(folder: string | undefined): readonly Buffer[] {
  const read = (name: string) => readFileSync(join(folder ?? '', name));
  const found =
    folder === undefined
      ? Array.from({ length: JARS }, (_, index) => generateJar(index, BYTES / JARS))
      : readdirSync(folder)
          .filter((name) => name.endsWith('.jar'))
          .sort()
          .map(read);
  const jars: Buffer[] = [];
  for (let bytes = 0, index = 0; bytes < BYTES && jars.length < JARS && found.length > 0; index += 1) {
    const jar = found[index % found.length];
    if (jar === undefined) break;
    jars.push(jar);
    bytes += jar.length;
  }
  return jars;
}

function application(jars: readonly Buffer[], directory: string, stored: boolean): Buffer {
  const members: ZipMember[] = jars.map((content, index) => ({
    name: `${directory}/${index}.jar`,
    content,
    stored,
  }));
  return writeZip(members);
}

/** Every entry inflated by zlib, without a check, and those of the archives among them too. */
function inflate(archive: Uint8Array, levels: number): number {
  let bytes = 0;
  for (const { method, offset, compressedBytes } of readZip(archive, { maxEntries: 2 ** 20 })?.entries ??
    []) {
    const header = new DataView(archive.buffer, archive.byteOffset + offset);
    const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    const data = archive.subarray(start, start + compressedBytes);
    const content = method === 0 ? data : inflateRawSync(data);
    bytes += content.length;
    if (levels > 1) bytes += inflate(content, levels - 1);
  }
  return bytes;
}

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

const [folder, runs = '5'] = process.argv.slice(2);
const jars = nestedJars(folder);
const total = jars.reduce((sum, jar) => sum + jar.length, 0);
console.log(`${jars.length} jars, ${(total / 1e6).toFixed(0)} MB`);
for (const [name, directory, stored] of [
  ['WAR, jars deflated', 'WEB-INF/lib', false],
  ['Spring Boot, jars stored', 'BOOT-INF/lib', true],
] as const) {
  const content = application(jars, directory, stored);
  const times = Array.from({ length: Number(runs) }, () => ({
    jars: secondsOf(() => inflate(content, 1)),
    files: secondsOf(() => inflate(content, 2)),
    catalog: secondsOf(() => {
      const { record, coverage } = javaArchiveCataloger.read({ path: 'app.war', content });
      if (!Array.isArray(record) || coverage.length > 0) throw new Error(JSON.stringify(coverage));
    }),
  }));
  const catalog = median(times.map((time) => time.catalog));
  // of stored jars there is nothing to inflate but what is in them
  for (const baseline of stored ? (['files'] as const) : (['jars', 'files'] as const)) {
    const seconds = median(times.map((time) => time[baseline]));
    const what = baseline === 'jars' ? 'inflating the jars' : 'inflating all files in the jars';
    console.log(
      `${name}: ${what} ${seconds.toFixed(2)} s, cataloging ${catalog.toFixed(2)} s, ratio ${(catalog / seconds).toFixed(2)}`,
    );
  }
}
