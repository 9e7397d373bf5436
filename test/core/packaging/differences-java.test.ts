import { describe, expect, test } from 'vitest'
import { chaincodeFolder, differencesOf } from '../platforms/chaincode-folder.ts'

const differences = async (files: Record<string, string>) => differencesOf(await chaincodeFolder(files))

const shim = "implementation 'org.hyperledger.fabric-chaincode-java:fabric-chaincode-shim:2.5.8'"
const wrapper = { gradlew: '#!/bin/sh\n', 'gradle/wrapper/gradle-wrapper.jar': 'x' }

/** A build.gradle that a peer builds, with these lines, its 3rd and following. */
function gradle(lines = '', files: Record<string, string> = wrapper): Record<string, string> {
  const build = `plugins { id 'com.gradleup.shadow' version '9.0.0' } // ../x\ndependencies { ${shim} }\n${lines}\nshadowJar { archiveFileName = 'chaincode.jar' }\n`
  return { 'build.gradle': build, 'src/main/java/A.java': 'class A {}\n', ...files }
}

/** A pom.xml that a peer builds, with these lines, its 4th and following. */
function maven(lines = '', files: Record<string, string> = {}): Record<string, string> {
  const pom = [
    '<project>',
    '<artifactId>assets</artifactId><version>1.0-SNAPSHOT</version>',
    '<!-- <release>99</release> ../x -->',
    lines,
    '<dependencies><dependency><artifactId>fabric-chaincode-shim</artifactId><version>2.5.8</version></dependency></dependencies>',
    '<build><finalName>chaincode</finalName><plugins><plugin><artifactId>maven-shade-plugin</artifactId></plugin></plugins></build>',
    '</project>',
  ]
  return { 'pom.xml': pom.join('\n'), ...files }
}

describe('Gradle', () => {
  test('nothing that a peer would do otherwise', async () => {
    expect(
      await differences(gradle("sourceCompatibility = JavaVersion.VERSION_11\nsourceCompatibility = '1.8'")),
    ).toEqual([])
  })

  test('no jar that a peer takes', async () => {
    const files = gradle()
    const build = files['build.gradle'] ?? ''
    const noPlugin = build.replaceAll(/shadow(?:Jar)?/g, 'other')
    expect(await differences({ ...files, 'build.gradle': noPlugin })).toEqual(['jar-missing build.gradle fatal'])
    const otherName = build.replace('chaincode.jar', 'assets.jar')
    expect(await differences({ ...files, 'build.gradle': otherName })).toEqual(['jar-missing build.gradle fatal'])
    expect(
      await differences({ ...files, 'build.gradle': otherName, 'settings.gradle': "rootProject.name = 'chaincode'\n" }),
    ).toEqual([])
    // What a plugin of the author's own does cannot be known.
    expect(await differences({ ...files, 'build.gradle': noPlugin, 'buildSrc/build.gradle': '' })).toEqual([])
  })

  test('a wrapper that is not whole, or none', async () => {
    expect(await differences(gradle('', { gradlew: '#!/bin/sh\n' }))).toEqual(['file-left-out gradlew fatal'])
    expect(await differences(gradle('', {}))).toEqual(['runtime-version build.gradle'])
  })

  test('a Java that the image is not', async () => {
    expect(await differences(gradle('java { toolchain { languageVersion = JavaLanguageVersion.of(99) } }'))).toEqual([
      'runtime-version build.gradle:3 fatal',
    ])
    expect(await differences(gradle('\nsourceCompatibility = 17'))).toEqual(['runtime-version build.gradle:4'])
  })

  test('what is outside the folder', async () => {
    expect(await differences(gradle("dependencies { implementation files('../libs/a.jar') }"))).toEqual([
      'file-outside build.gradle:3 fatal',
    ])
    const settings = { ...wrapper, 'settings.gradle': "\nincludeBuild '../common'\n" }
    expect(await differences(gradle('', settings))).toEqual(['file-outside settings.gradle:2 fatal'])
    expect(await differences(gradle('repositories { mavenLocal() }'))).toEqual(['file-outside build.gradle:3'])
  })

  test('sources in a folder that Fabric leaves out', async () => {
    const files = {
      ...wrapper,
      'src/main/java/org/acme/build/B.java': '',
      'src/main/resources/out/x.txt': '',
      'build/tmp/C.java': '',
    }
    expect(await differences(gradle('', files))).toEqual(['file-left-out src/main/java/org/acme/build/B.java fatal'])
  })
})

describe('Maven', () => {
  test('nothing that a peer would do otherwise', async () => {
    expect(await differences(maven('<maven.compiler.source>1.8</maven.compiler.source>'))).toEqual([])
  })

  test('no jar that a peer takes', async () => {
    const pom = maven()['pom.xml'] ?? ''
    expect(await differences({ 'pom.xml': pom.replace('shade', 'jar') })).toEqual(['jar-missing pom.xml fatal'])
    expect(await differences({ 'pom.xml': pom.replace('>chaincode<', '>assets<') })).toEqual([
      'jar-missing pom.xml fatal',
    ])
  })

  test('what placeholders and comments hide from a pattern', async () => {
    const pom = maven()['pom.xml'] ?? ''
    const named = pom
      .replace('>chaincode<', '>${jar}<')
      .replace('<build>', '<properties><jar>chaincode</jar></properties><build>')
    expect(await differences({ 'pom.xml': named })).toEqual([])
    const commented = pom.replace(
      '<artifactId>maven-shade-plugin</artifactId>',
      '<artifactId><!-- maven-shade-plugin -->maven-jar-plugin</artifactId>',
    )
    expect(await differences({ 'pom.xml': commented })).toEqual(['jar-missing pom.xml fatal'])
  })

  test('a Java that the image is not', async () => {
    expect(await differences(maven('<maven.compiler.release>99</maven.compiler.release>'))).toEqual([
      'runtime-version pom.xml:4 fatal',
    ])
    expect(await differences(maven('<java.version>21</java.version>'))).toEqual(['runtime-version pom.xml:4'])
  })

  test('what is outside the folder', async () => {
    const parent = '<parent><artifactId>all</artifactId></parent>'
    const above = { '../pom.xml': '<project><artifactId>all</artifactId></project>' }
    expect(await differences(maven(parent))).toEqual([])
    expect(await differences(maven(parent, above))).toEqual(['file-outside pom.xml:4 fatal'])
    expect(await differences(maven(parent.replace('</parent>', '<relativePath/></parent>'), above))).toEqual([])
    expect(
      await differences(maven(parent.replace('</parent>', '<relativePath>../../pom.xml</relativePath></parent>'))),
    ).toEqual(['file-outside pom.xml:4 fatal'])
    const system = '<dependency><systemPath>${project.basedir}/../a.jar</systemPath></dependency>'
    expect(await differences(maven(system))).toEqual(['file-outside pom.xml:4 fatal'])
    const snapshot = '<dependency><artifactId>a</artifactId><version>1.0-SNAPSHOT</version></dependency>'
    expect(await differences(maven(snapshot))).toEqual(['file-outside pom.xml:4'])
  })
})
