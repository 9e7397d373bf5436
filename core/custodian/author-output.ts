import { isAbsolute, join, relative } from 'node:path'
import { followAttachedOutput, type AttachedOutput, type OutputListener } from '../container/process/attached-output.ts'
import { now } from '../facts/clock.ts'
import type { Printed } from '../contract/cause.ts'
import { printedBy } from '../platforms/printed-by.ts'
import { newPlaceReader } from '../platforms/printed-places.ts'
import { isShimLine } from '../platforms/shim-line.ts'
import type { Project } from '../project/project.ts'
import type { CustodianWorld } from './world.ts'

/** The file that the shown command writes the chaincode's output to, relative to the folder if it is inside. */
export function shownOutputFile(project: Project, dataDir: string): string {
  const file = outputFile(project, dataDir)
  const inside = relative(project.folder, file)
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside.replaceAll('\\', '/')
}

/** What the author's process prints, and why it ended. */
export interface AuthorOutput extends Omit<AttachedOutput, 'kept'> {
  printed(): Printed
}

/** Log what the author's process writes to that file. */
export async function followOutput(
  project: Project,
  { config, logs }: Pick<CustodianWorld, 'config' | 'logs'>,
  on: Omit<OutputListener, 'line'>,
): Promise<AuthorOutput> {
  const isShim = (text: string) => isShimLine(project.language, text)
  const placesIn = newPlaceReader(project.folder)
  const line = (text: string): void => {
    const source = isShim(text) ? 'shim' : 'chaincode'
    logs.append({ at: now(), source, stream: 'stdout', chaincode: project.name, text, places: placesIn(text) })
  }
  const output = await followAttachedOutput(outputFile(project, config.dataDir), { ...on, line })
  return { ...output, printed: () => printedBy(project, output.kept()) }
}

function outputFile(project: Project, dataDir: string): string {
  return join(dataDir, 'output', `${project.name}.log`)
}
