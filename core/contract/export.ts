import { command, type ApiOf } from './command.ts'

/**
 * `application`: what one application needs: connection profile, wallet, MSP folders, TLS roots, variables for the `peer`
 * command. `test-network`: the folder `organizations` with the names and layout of Fabric's public test network, as the
 * applications of the public samples read it.
 */
export type ExportLayout = 'application' | 'test-network'

export const exportLayouts: readonly ExportLayout[] = ['application', 'test-network']

export interface ExportRequest {
  /** Absolute; it need not exist. Files that name other files do so by this folder. */
  folder: string
  layout: ExportLayout
}

export interface ExportedFile {
  /** Below the folder, with `/`. */
  path: string
  text: string
  /** Holds a private key: for its owner only. */
  secret?: boolean
}

export interface ExportResult {
  folder: string
  /** Below the folder, with `/`, in the order written. */
  files: string[]
}

/** What a client application needs to connect, as files. */
export const exportCommands = {
  /** The files' contents; nothing is written. */
  readExport: command<ExportRequest, ExportedFile[]>(),
  /** Write them. @throws EXPORT_EXISTS if files of another origin are in the way, unless `force`; EXPORT_WRITE */
  writeExport: command<ExportRequest & { force?: boolean }, ExportResult>(),
}

export type ExportApi = ApiOf<typeof exportCommands>
