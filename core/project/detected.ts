import type { Language } from '../contract/state.ts'

/** What detection finds out of a folder's project files. */
export interface Detected {
  language: Language
  /** `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  /** As written there; not yet made valid for Fabric. */
  name?: string
  version?: string
  /** It requires a Fabric shim. Without, it is only a project of that language. */
  chaincode: boolean
}
