import type { Language } from '../contract/language.ts'

/** What detection learns from a folder's project files. */
export interface Detected {
  language: Language
  /** `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  /** As the project files have it: not yet valid for Fabric. */
  name: string | undefined
  version: string | undefined
  /** It depends on a Fabric shim. Otherwise it's just a project in that language. */
  chaincode: boolean
  /** It depends on a shim and is no program. `package`: its name, if the folder has one; `programs`: those around it. */
  library?: { package: string | undefined; programs: string[] } | undefined
}
