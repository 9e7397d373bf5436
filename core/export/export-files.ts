import type { ExportedFile, ExportLayout } from '../contract/export.ts'
import { applicationFiles } from './application-layout.ts'
import type { ExportedNetwork } from './exported-network.ts'
import { testNetworkFiles } from './test-network-layout.ts'

/** The files of an export. Pure. @param folder where they will be, absolute; `\` becomes `/` */
export function exportFiles(network: ExportedNetwork, layout: ExportLayout, folder: string): ExportedFile[] {
  if (layout === 'test-network') return testNetworkFiles(network)
  return applicationFiles(network, folder.replaceAll('\\', '/'))
}
