import type { Difference } from '../../../contract/difference.ts'
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
    what: `A peer doesn't have ${place}, which ${file} names.`,
    why: 'It is outside the folder, and a package holds only the folder.',
    do: 'Publish it and depend on its version, or move it into the folder.',
    file,
    line,
    fatal: true,
  }
}

export function ownRepository(file: string, why: string, line: number | undefined): Difference {
  return {
    name: 'file-outside',
    what: 'A peer may not find every dependency that is found here.',
    why: `${why}. A peer doesn't have what you installed there yourself.`,
    do: 'Depend on published versions.',
    file,
    line,
    fatal: false,
  }
}

/** `levels`: the versions of Java that sources are written or compiled for. */
export function javaLevelDifferences(file: string, levels: { level: number; line: number }[]): Difference[] {
  const [highest] = [...levels].sort((a, b) => b.level - a.level)
  if (highest === undefined || highest.level <= peerRuntimes.oldJava) return []
  const { level, line } = highest
  const isTooNew = level > peerRuntimes.java
  return [
    {
      name: 'runtime-version',
      what: isTooNew
        ? `A peer can't build the chaincode: it has Java ${peerRuntimes.java}, and ${file} asks for ${level}.`
        : `An older peer can't build the chaincode: ${file} asks for Java ${level}.`,
      why: isTooNew
        ? 'That is the Java of fabric-javaenv:2.5.'
        : `fabric-javaenv has Java ${peerRuntimes.oldJava} before 2.5.5, 21 from 2.5.5 on, ${peerRuntimes.java} from 2.5.8 on.`,
      do: isTooNew
        ? `Build for Java ${peerRuntimes.java} or older.`
        : `Make sure the peers have a newer image, or build for Java ${peerRuntimes.oldJava}.`,
      file,
      line,
      fatal: isTooNew,
    },
  ]
}
