import { ALPINE_USERS, type Family, PATH, type Told } from '../family.ts';

const base = { user: '0', workdir: '/', shell: true, libc: 'glibc' } as const;
const alpine: Told = { distribution: 'alpine', users: ALPINE_USERS };

const JDK = ['', 'jdk'];
const without = (words: string[]): string[] => words.filter(word => word !== '');

/** JDKs, JREs and the tools on top of them. */
export const java: Family[] = [
  // https://github.com/adoptium/containers: __cacert_entrypoint.sh adds certificates when asked, then executes what it is given. On Ubuntu unless the tag says otherwise.
  {
    family: 'eclipse-temurin',
    names: ['eclipse-temurin'],
    told: {
      ...base,
      distribution: 'ubuntu',
      env: { PATH: `/opt/java/openjdk/bin:${PATH}`, JAVA_HOME: '/opt/java/openjdk', JAVA_VERSION: undefined },
      entrypoint: 'passes',
    },
    variants: [
      ...JDK.map(jdk => ({
        words: without([jdk]),
        runtime: 'eclipse-temurin:{+version}-jre-{release}',
      })),
      ...JDK.map(jdk => ({
        words: without([jdk, 'alpine']),
        told: alpine,
        runtime: 'eclipse-temurin:{+version}-jre-{release}',
      })),
      { words: ['jre'] },
      { words: ['jre', 'alpine'], told: alpine },
    ],
  },
  // https://github.com/docker-library/openjdk (deprecated): on Debian until 11's last ones, then Oracle Linux; only a suite in the tag makes it certain.
  {
    family: 'openjdk',
    names: ['openjdk'],
    told: {
      user: '0',
      workdir: '/',
      shell: true,
      entrypoint: 'none',
      env: { PATH: undefined, JAVA_HOME: undefined, JAVA_VERSION: undefined, LANG: undefined },
    },
    variants: [
      ...JDK.map(jdk => ({ words: without([jdk]) })),
      ...JDK.map(jdk => ({ words: without([jdk, 'slim']), told: { distribution: 'debian' } as const })),
      ...JDK.map(jdk => ({ words: without([jdk, 'alpine']), told: alpine })),
      { words: ['jre'], told: { distribution: 'debian' } },
      { words: ['jre', 'slim'], told: { distribution: 'debian' } },
      { words: ['jre', 'alpine'], told: alpine },
    ],
  },
  // https://github.com/corretto/corretto-docker: Amazon Linux unless the tag says otherwise.
  {
    family: 'amazoncorretto',
    names: ['amazoncorretto'],
    told: { ...base, entrypoint: 'none' },
    variants: [
      { words: [] },
      { words: ['jdk'] },
      { words: ['alpine'], told: { ...alpine, libc: 'musl' } },
      { words: ['alpine', 'jdk'], told: { ...alpine, libc: 'musl' } },
    ],
  },
  // https://github.com/carlossg/docker-maven: mvn-entrypoint.sh copies reference files to ~/.m2, then executes what it is given.
  {
    family: 'maven',
    names: ['maven'],
    told: {
      user: '0',
      workdir: '/',
      shell: true,
      entrypoint: 'passes',
      cmd: ['mvn'],
      env: { MAVEN_HOME: '/usr/share/maven', MAVEN_CONFIG: '/root/.m2', PATH: undefined, JAVA_HOME: undefined },
    },
    variants: [
      { words: [] },
      { words: ['eclipse', 'temurin'], told: { distribution: 'ubuntu' } },
      { words: ['eclipse', 'temurin', 'alpine'], told: alpine },
      { words: ['jdk'] },
      { words: ['jdk', 'slim'] },
      { words: ['jdk', 'alpine'], told: alpine },
      { words: ['openjdk'] },
      { words: ['openjdk', 'slim'] },
    ],
  },
  // https://github.com/keeganwitt/docker-gradle
  {
    family: 'gradle',
    names: ['gradle'],
    told: {
      shell: true,
      entrypoint: 'none',
      cmd: ['gradle'],
      workdir: '/home/gradle',
      env: { GRADLE_HOME: '/opt/gradle', PATH: undefined, JAVA_HOME: undefined, GRADLE_VERSION: undefined },
    },
    variants: [{ words: [] }, { words: ['jdk'] }, { words: ['jdk', 'alpine'], told: alpine }, { words: ['alpine'], told: alpine }],
  },
  // https://github.com/docker-library/tomcat
  {
    family: 'tomcat',
    names: ['tomcat'],
    told: {
      user: '0',
      shell: true,
      workdir: '/usr/local/tomcat',
      cmd: ['catalina.sh', 'run'],
      env: { CATALINA_HOME: '/usr/local/tomcat', PATH: undefined },
    },
    variants: [{ words: [] }],
  },
];
