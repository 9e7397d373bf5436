import type { Difference } from '../../../contract/difference.ts'
import { fileOutside, javaLevelDifferences, noJar, ownRepository } from './build-file.ts'
import { lineAt, lineOf, type Packaged } from '../packaged.ts'

const LEVEL =
  /(?:sourceCompatibility|targetCompatibility)\s*=?\s*(?:JavaVersion\.VERSION_|JavaVersion\.toVersion\()?['"]?(?:1[._])?(\d+)|JavaLanguageVersion\.of\(\s*(\d+)|options\.release\s*(?:=|\.set\()\s*(\d+)|jvmToolchain\(\s*(\d+)/g

export async function gradleDifferences(packaged: Packaged, file: string, raw: string): Promise<Difference[]> {
  const text = blankComments(raw)
  const settings = blankComments(
    (await packaged.read('settings.gradle')) ?? (await packaged.read('settings.gradle.kts')) ?? '',
  )
  const catalog = (await packaged.read('gradle/libs.versions.toml')) ?? ''
  const local = lineOf(text, /\bmavenLocal\s*\(/)
  return [
    ...jarDifferences(packaged, file, { text, settings, catalog }),
    ...wrapperDifferences(packaged, file),
    ...javaLevelDifferences(file, levelsIn(text)),
    ...outsideDifferences(file, text),
    ...outsideDifferences('settings.gradle', settings),
    ...(local === undefined
      ? []
      : [ownRepository(file, 'It looks in mavenLocal(), the repository of this machine', local)]),
  ]
}

function jarDifferences(
  { files }: Packaged,
  file: string,
  { text, settings, catalog }: { text: string; settings: string; catalog: string },
): Difference[] {
  // Scripts and plugins of the author's own may do the rest.
  if (/\bapply\s*\(?\s*from\b/.test(text)) return []
  if ([...files.keys()].some((name) => /^(?:buildSrc|build-logic)\//.test(name))) return []
  if (!/shadow/i.test(text + settings + catalog)) {
    return [
      noJar(
        file,
        'It has no task shadowJar, which makes the jar that holds all dependencies.',
        'Apply the plugin `com.gradleup.shadow`.',
      ),
    ]
  }
  if (/['"]chaincode(?:\.jar)?['"]/.test(text + settings)) return []
  return [
    noJar(
      file,
      'A peer takes build/libs/chaincode.jar, and the jar of this build has another name. Slipway takes the biggest jar.',
      "Set `shadowJar { archiveFileName = 'chaincode.jar' }`.",
    ),
  ]
}

function wrapperDifferences({ files }: Packaged, file: string): Difference[] {
  if (!files.has('gradlew')) {
    return [
      {
        name: 'runtime-version',
        what: 'A peer builds with the Gradle of its own image.',
        why: 'The folder has no gradlew. Which Gradle the image has may differ from yours.',
        do: 'Run `gradle wrapper` and keep what it writes.',
        file,
        fatal: false,
      },
    ]
  }
  if (files.has('gradle/wrapper/gradle-wrapper.jar')) return []
  return [
    {
      name: 'file-left-out',
      what: "A peer can't build the chaincode: gradle/wrapper/gradle-wrapper.jar is not in the package.",
      why: "A peer runs the folder's gradlew, which needs it.",
      do: 'Run `gradle wrapper` and keep what it writes, or remove gradlew: then the Gradle of the image builds.',
      file: 'gradlew',
      fatal: true,
    },
  ]
}

function levelsIn(text: string): { level: number; line: number }[] {
  return [...text.matchAll(LEVEL)].map((match) => ({
    level: Number(match.slice(1).find((group: string | undefined) => group !== undefined)),
    line: lineAt(text, match.index),
  }))
}

/** Paths that lead out of the folder. */
function outsideDifferences(file: string, text: string): Difference[] {
  const place = /['"](\.\.\/[^'"\n]*)['"]/.exec(text)?.[1]
  return place === undefined ? [] : [fileOutside(file, place, lineOf(text, /['"]\.\.\//))]
}

/** Comments become spaces, so that lines stay where they are; `//` in a string, as in `http://`, stays. */
function blankComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank)
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
