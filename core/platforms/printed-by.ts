import { readCause } from '../causes/causes.ts'
import { sourceFiles } from '../causes/source-files.ts'
import type { Printed } from '../contract/cause.ts'
import type { Project } from '../project/project.ts'
import { inFolder } from './container-places.ts'
import { isPathAlias } from './node/path-aliases.ts'
import { isShimLine } from './shim-line.ts'

/** Why a tool or the chaincode of this project failed, in what it printed. What the shim prints while all is well doesn't say. */
export function printedBy(
  { folder, language }: Pick<Project, 'folder' | 'language'>,
  lines: readonly string[],
  { inContainer = false } = {},
): Printed {
  const own = lines.filter((text) => !isShimLine(language, text))
  const printed = readCause(inContainer ? own.map((line) => inFolder(line, folder)) : own, sourceFiles(folder))
  return language === 'node' ? withoutAliasInstall(printed, folder) : printed
}

/** Nobody can install what only tsconfig.json's `paths` names; a package of that name would be somebody else's. */
function withoutAliasInstall(printed: Printed, folder: string): Printed {
  const { cause } = printed
  const name = cause?.kind === 'missing-module' ? /'([^']+)'/.exec(cause.message)?.[1] : undefined
  if (cause === undefined || name === undefined || !isPathAlias(folder, name)) return printed
  const { fix: _, ...rest } = cause
  return { ...printed, cause: rest }
}
