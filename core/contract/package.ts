import type { Difference } from './difference.ts'

/** An open chaincode by name, or any chaincode folder, with a name if its slipway.yaml lists several. */
export type PackageRequest = ({ name: string } | { folder: string; name?: string }) & {
  /** Overrides the detected version of a folder. */
  version?: string
  /** Default `<name>_<version>`. */
  label?: string
  /** File or folder to write to; default `<label>.tar.gz` in the chaincode's folder. */
  output?: string
  /** Package it as a service instead: the address for the peer to dial. */
  ccaas?: { address: string }
  /** Default true: first build what a peer doesn't build, such as TypeScript. */
  build?: boolean
}

export interface PackageResult {
  /** Absolute. */
  file: string
  label: string
  type: 'golang' | 'node' | 'java' | 'ccaas'
  /** `label:sha256`, as `peer lifecycle chaincode install` returns it. */
  packageId: string
  /** Bytes of the file. */
  size: number
  /** File names in its code.tar.gz, in order. */
  files: string[]
  differences: Difference[]
}
