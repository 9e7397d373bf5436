import type { Difference } from './state.ts'

/** An open chaincode by its name, or any chaincode folder, with a name where its slipway.yaml lists several. */
export type PackageRequest = ({ name: string } | { folder: string; name?: string }) & {
  /** In place of the detected one, where a folder is given. */
  version?: string
  /** Default `<name>_<version>`. */
  label?: string
  /** File or folder to write to; default `<label>.tar.gz` in the chaincode's folder. */
  output?: string
  /** As a service, in place of its own language: the address the peer is to dial. */
  ccaas?: { address: string }
  /** Default true: first build what a peer does not build itself, such as TypeScript. */
  build?: boolean
}

export interface PackageResult {
  /** Absolute. */
  file: string
  label: string
  type: 'golang' | 'node' | 'java' | 'ccaas'
  /** `label:sha256`, as `peer lifecycle chaincode install` will answer. */
  packageId: string
  /** Bytes of the file. */
  size: number
  /** Names in its code.tar.gz, in order. */
  files: string[]
  differences: Difference[]
}
