import type { Difference } from '../../../contract/state.ts'
import { lineOf } from '../packaged.ts'
import { peerRuntimes } from '../runtime-versions.ts'

export function noJar(file: string, why: string, advice: string): Difference {
  return {
    name: 'jar-missing',
    what: 'A peer finds no chaincode.jar after its build.',
    why,
    do: advice,
    file,
    fatal: true,
  }
}

/** `place`: as the build file writes it. */
export function fileOutside(file: string, place: string, line: number | undefined): Difference {
  return {
    name: 'file-outside',
    what: `A peer does not have ${place}, which ${file} names.`,
    why: 'It is outside the folder, and a package holds the folder alone.',
    do: 'Publish it and depend on its version, or move it into the folder.',
    file,
    ...(line === undefined ? {} : { line }),
    fatal: true,
  }
}

export function ownRepository(file: string, why: string, line: number | undefined): Difference {
  return {
    name: 'file-outside',
    what: 'A peer may not find every dependency that is found here.',
    why: `${why}. What you installed there yourself a peer does not have.`,
    do: 'Depend on published versions.',
    file,
    ...(line === undefined ? {} : { line }),
    fatal: false,
  }
}

/** `pattern` finds the level that sources are written or compiled for, in one of its groups. */
export function levelDifferences(file: string, text: string, pattern: RegExp): Difference[] {
  const all = [...text.matchAll(new RegExp(pattern, 'g'))]
  const levels = all.map((match) => Number(match.slice(1).find((group: string | undefined) => group !== undefined)))
  const level = Math.max(0, ...levels)
  if (level <= peerRuntimes.oldJava) return []
  const line = lineOf(text, pattern)
  const isTooNew = level > peerRuntimes.java
  return [
    {
      name: 'runtime-version',
      what: isTooNew
        ? `A peer cannot build the chaincode: it has Java ${peerRuntimes.java}, and ${file} asks for ${level}.`
        : `An older peer cannot build the chaincode: ${file} asks for Java ${level}.`,
      why: isTooNew
        ? 'That is the Java of fabric-javaenv:2.5.'
        : `fabric-javaenv before 2.5.5 has Java ${peerRuntimes.oldJava}, from 2.5.5 on 21, from 2.5.8 on ${peerRuntimes.java}.`,
      do: isTooNew
        ? `Build for ${peerRuntimes.java} or older.`
        : `See that the peers have a newer image, or build for ${peerRuntimes.oldJava}.`,
      file,
      ...(line === undefined ? {} : { line }),
      fatal: isTooNew,
    },
  ]
}

/** The same length, lines kept. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
