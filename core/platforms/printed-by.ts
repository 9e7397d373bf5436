import { readCause } from '../causes/causes.ts'
import { sourceFiles } from '../causes/source-files.ts'
import type { Printed } from '../contract/cause.ts'
import type { Project } from '../project/project.ts'
import { inFolder } from './container-places.ts'
import { isShimLine } from './shim-line.ts'

/** Why a tool or the chaincode of this project failed, in what it printed. What the shim prints while all is well doesn't say. */
export function printedBy(
  { folder, language }: Pick<Project, 'folder' | 'language'>,
  lines: readonly string[],
  { inContainer = false } = {},
): Printed {
  const own = lines.filter((text) => !isShimLine(language, text))
  return readCause(inContainer ? own.map((line) => inFolder(line, folder)) : own, sourceFiles(folder))
}
