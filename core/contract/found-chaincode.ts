/** A chaincode below a folder that isn't one itself. */
export interface FoundChaincode {
  /** Absolute. */
  folder: string
  /** Relative to the folder that was searched, with forward slashes. */
  path: string
  /** `Go`, `JavaScript`, `TypeScript`, `Java`; `slipway.yaml` if only that says what it is. */
  dialect: string
}
