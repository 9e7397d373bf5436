import { stripVTControlCharacters } from 'node:util'
import type { Cause, Printed } from '../contract/cause.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { readCompilers } from './compilers.ts'
import { readDockerBuild } from './docker-build.ts'
import { readForeignProgram } from './foreign-program.ts'
import type { Found, Reader, Sources } from './found.ts'
import { readGoBuild } from './go-build.ts'
import { readGoProgram } from './go-program.ts'
import { readGradle } from './gradle.ts'
import { readJvm } from './jvm.ts'
import { readLastWords } from './last-words.ts'
import { readMaven } from './maven.ts'
import { readNode } from './node.ts'
import { readNodeShim } from './node-shim.ts'
import { readNpm } from './npm.ts'
import { readSystem } from './system.ts'
import { readYarnPnpm } from './yarn-pnpm.ts'

/** Every reader; of equally sure ones the first wins, so what runs inside a tool comes before the tool. */
const readers: readonly Reader[] = [
  readNode,
  readGoProgram,
  readJvm,
  readCompilers,
  readGoBuild,
  readNodeShim,
  readMaven,
  readGradle,
  readNpm,
  readYarnPnpm,
  readForeignProgram,
  readSystem,
  readDockerBuild,
  readLastWords,
]

/** How much of the output goes into an error: lines, and characters of a line. */
const SHOWN = { lines: 50, width: 2_000 }

/** Why it failed, and the output from there on. Pure. */
export function readCause(raw: readonly string[], sources: Sources): Printed {
  const lines = raw.map((line) => stripVTControlCharacters(line).trimEnd())
  let best: Found | undefined
  for (const read of readers) {
    const found = read(lines, sources)
    if (found !== undefined && found.sure > (best?.sure ?? -1)) best = found
  }
  return best === undefined ? { output: [] } : { ...shown(lines, best), cause: causeOf(best) }
}

/** The end of the output if the cause is in it, else as much as fits from the cause on. */
function shown(lines: readonly string[], { at, from = at }: Found): Pick<Printed, 'output' | 'causeAt'> {
  const end = lines.findLastIndex((line) => line !== '') + 1
  const first = lines.findIndex((line) => line !== '')
  const begin = Math.max(first, Math.min(from, end - SHOWN.lines))
  const output = lines.slice(begin, Math.min(end, begin + SHOWN.lines)).map((line) => line.slice(0, SHOWN.width))
  return { output, causeAt: from - begin }
}

function causeOf({ message, file, line, column, code, frame, kind, fix, also }: Found): Cause {
  return withoutUndefined({ message, file, line, column, code, frame, kind, fix, also })
}
