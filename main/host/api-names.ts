import type { ApiName } from '../../core/contract/api.ts'

/** Every command there is. A record, so that one that is missing or misspelt does not compile. */
const names: Record<ApiName, true> = {
  openChaincode: true,
  closeChaincode: true,
  launch: true,
  restart: true,
  stop: true,
  setStartedBy: true,
  setMode: true,
  setVersion: true,
  setOrderer: true,
  packageChaincode: true,
  openShell: true,
  readShell: true,
  writeShell: true,
  resizeShell: true,
  closeShell: true,
  submit: true,
  evaluate: true,
  readContract: true,
  readCalls: true,
  readCall: true,
  pinCall: true,
  readCallLogs: true,
  readIdentities: true,
  addOrganisation: true,
  issueIdentity: true,
  importIdentity: true,
  exportIdentity: true,
  removeIdentity: true,
  setDefaultIdentity: true,
  readNamespaces: true,
  readCollections: true,
  readState: true,
  readHistory: true,
  readLogs: true,
  clearLogs: true,
  checkTools: true,
  openFolder: true,
  openSample: true,
  chooseFolder: true,
  listFolders: true,
  recentFolders: true,
  openInEditor: true,
}

/** Whether a text that came over a wire names a command. Inherited names (`constructor`) do not. */
export function isApiName(text: unknown): text is ApiName {
  return typeof text === 'string' && Object.hasOwn(names, text)
}
