import type { CheckTrust } from '../contract/trust.ts'
import type { Overrides } from '../platforms/detect.ts'

/** How a chaincode was opened. */
export interface Opening {
  /** Build and launch it on every save. */
  watch: boolean
  /** What was set when it was opened stands above what its folder says. */
  overrides: Overrides
  /** Asked whenever slipway.yaml is read again; see FolderToOpen. */
  checkTrust?: CheckTrust | undefined
}
