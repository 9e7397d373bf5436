import type { Difference } from '../../../contract/state.ts'
import { blank, fileOutside, levelDifferences, noJar, ownRepository } from './build-file.ts'
import { lineOf, type Packaged } from '../packaged.ts'

export async function gradleDifferences(packaged: Packaged, file: string, raw: string): Promise<Difference[]> {
  const text = blankComments(raw)
  const settings = blankComments(
    (await packaged.read('settings.gradle')) ?? (await packaged.read('settings.gradle.kts')) ?? '',
  )
  const found: Difference[] = []
  // Plugins and scripts of the author's own may say the rest.
  const isWhole =
    !/\bapply\s*\(?\s*from\b/.test(text) &&
    ![...packaged.files.keys()].some((each) => /^(?:buildSrc|build-logic)\//.test(each))
  const catalog = (await packaged.read('gradle/libs.versions.toml')) ?? ''
  if (isWhole && !/shadow/i.test(text + settings + catalog)) {
    found.push(
      noJar(
        file,
        'There is no task shadowJar in it: it makes the jar that holds all dependencies.',
        'Apply the plugin `com.gradleup.shadow`.',
      ),
    )
  } else if (isWhole && !/['"]chaincode(?:\.jar)?['"]/.test(text + settings)) {
    found.push(
      noJar(
        file,
        'A peer takes build/libs/chaincode.jar; the jar of this build is called otherwise. Slipway takes the biggest.',
        "Set `shadowJar { archiveFileName = 'chaincode.jar' }`.",
      ),
    )
  }
  if (packaged.files.has('gradlew')) {
    if (!packaged.files.has('gradle/wrapper/gradle-wrapper.jar')) {
      found.push({
        name: 'file-left-out',
        what: 'A peer cannot build the chaincode: gradle/wrapper/gradle-wrapper.jar is not in the package.',
        why: 'A peer runs the gradlew of the folder, which needs it.',
        do: 'Run `gradle wrapper` and keep what it writes, or remove gradlew: then the Gradle of the image builds.',
        file: 'gradlew',
        fatal: true,
      })
    }
  } else {
    found.push({
      name: 'runtime-version',
      what: 'A peer builds with the Gradle of its own image.',
      why: 'There is no gradlew in the folder. Which Gradle that is depends on the image; yours may be another.',
      do: 'Run `gradle wrapper` and keep what it writes.',
      file,
      fatal: false,
    })
  }
  const level =
    /(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_|JavaVersion\.toVersion\()?['"]?(?:1[._])?(\d+)|JavaLanguageVersion\.of\(\s*(\d+)|options\.release\s*(?:=|\.set\()\s*(\d+)|jvmToolchain\(\s*(\d+)/
  found.push(
    ...levelDifferences(file, text, level),
    ...outsideDifferences(file, text),
    ...outsideDifferences('settings.gradle', settings),
  )
  const local = lineOf(text, /\bmavenLocal\s*\(/)
  if (local !== undefined)
    found.push(ownRepository(file, 'It looks in mavenLocal(), the repository of this machine', local))
  return found
}

/** Paths out of the folder, in a build script of Gradle. */
function outsideDifferences(file: string, text: string): Difference[] {
  const match = /['"](\.\.\/[^'"\n]*)['"]/.exec(text)
  const place = match?.[1]
  return place === undefined ? [] : [fileOutside(file, place, lineOf(text, /['"]\.\.\//))]
}

/** Comments as blanks, so that lines stay where they are; what looks like one in a text (`http://`) stays. */
function blankComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank)
}
