// @module-tag slow
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { needs } from '../support/require.ts'
import { removeFolder } from '../support/temp.ts'
import { fails, type Failing } from './causes.ts'

/** It has the task that Slipway runs, and names the shim, which is how it is known for a chaincode. */
const BUILD = `apply plugin: 'java'
ext.shim = 'org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.8'
task shadowJar(type: Jar) { from sourceSets.main.output }
`
const SOURCE = 'src/main/java/example/A.java'

const gradle = (build: string, source: string, cause: Failing['cause']): Failing => ({
  fixture: 'java-contract',
  readiness: 'bare',
  files: {
    'pom.xml': undefined,
    'src/main/java/example/NoteContract.java': undefined,
    'build.gradle': `${BUILD}${build}`,
    [SOURCE]: `package example;\npublic class A {\n${source}}\n`,
  },
  code: 'BUILD_FAILED',
  cause,
})

needs('java', 'gradle').describe('Gradle', () => {
  let home: string
  // Nothing of it stays: neither a daemon nor what it keeps at home.
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'slipway-gradle-'))
    vi.stubEnv('GRADLE_USER_HOME', home)
    vi.stubEnv('GRADLE_OPTS', '-Dorg.gradle.daemon=false')
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await removeFolder(home)
  })

  fails(
    'a compile error',
    gradle('', '  static final String NONE = 5;\n', {
      file: SOURCE,
      line: 'NONE = 5',
      kind: 'compile',
      message: 'incompatible types: int cannot be converted to String',
    }),
  )
  fails(
    'a build file that can’t be read',
    gradle('dependencies { ]\n', '', {
      file: 'build.gradle',
      line: 'dependencies { ]',
      kind: 'config',
      message: /^unexpected (?:token|input)/i,
    }),
  )
  fails(
    'a build file that calls what doesn’t exist',
    gradle("nope 'x'\n", '', {
      file: 'build.gradle',
      line: "nope 'x'",
      kind: 'config',
      message: /^Could not find method nope\(\)/,
    }),
  )
  fails(
    'without its repository',
    gradle("repositories { maven { url 'https://127.0.0.1:9/' } }\ndependencies { implementation shim }\n", '', {
      kind: 'network',
      message: /^Connect to 127\.0\.0\.1:9 .*Connection refused/,
    }),
  )
})
