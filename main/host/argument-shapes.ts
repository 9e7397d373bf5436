import type { ApiName } from '../../core/contract/api.ts'

/** What a field holds; with `?` it may be absent. `texts`: an object of strings; `bytes`: a text or `{ base64 }`. */
type Kind = 'text' | 'number' | 'flag' | 'list' | 'object' | 'texts' | 'bytes' | 'bytes[]' | 'call[]'
type Shape = Record<string, Kind | `${Kind}?`>

const named: Shape = { name: 'text' }
const shell: Shape = { id: 'number' }
const call: Shape = {
  chaincode: 'text',
  channel: 'text?',
  function: 'text',
  args: 'bytes[]',
  transient: 'object?',
  isInit: 'flag?',
  timeoutMs: 'number?',
  identity: 'text?',
  endorsers: 'list?',
  mark: 'text?',
}

/** The fields of each command's argument, as core/contract has them. What they may contain is checked where it is used. */
const shapes: Record<ApiName, Shape> = {
  openChaincode: { folder: 'text', name: 'text?', version: 'text?', channel: 'text?', mode: 'text?', server: 'text?' },
  closeChaincode: named,
  launch: named,
  restart: named,
  stop: named,
  answerTakeover: { ...named, id: 'number', accept: 'flag' },
  setStartedBy: { ...named, startedBy: 'text' },
  setMode: { ...named, mode: 'text' },
  reinstall: named,
  usePort: { ...named, port: 'number' },
  setServer: { ...named, server: 'text' },
  setVersion: { ...named, version: 'text' },
  packageChaincode: {
    name: 'text?',
    folder: 'text?',
    version: 'text?',
    label: 'text?',
    output: 'text?',
    ccaas: 'object?',
  },
  openShell: { ...named, columns: 'number', rows: 'number' },
  readShell: shell,
  writeShell: { ...shell, base64: 'text' },
  resizeShell: { ...shell, columns: 'number', rows: 'number' },
  closeShell: shell,
  submit: call,
  submitTogether: { calls: 'call[]' },
  evaluate: call,
  readContract: named,
  readCalls: { before: 'number?', limit: 'number', chaincode: 'text?' },
  readCall: shell,
  findCall: { txId: 'text' },
  pinCall: { ...shell, pinned: 'flag' },
  readCallLogs: shell,
  readNamespaces: { channel: 'text' },
  readCollections: { channel: 'text', chaincode: 'text' },
  readState: {
    channel: 'text',
    namespace: 'text',
    collection: 'text?',
    mspId: 'text?',
    from: 'text?',
    prefix: 'text?',
    contains: 'text?',
    query: 'text?',
    limit: 'number',
  },
  readHistory: { channel: 'text', namespace: 'text', key: 'text', upTo: 'number?', limit: 'number?' },
  readBlocks: { channel: 'text', from: 'number', limit: 'number' },
  readBlock: { channel: 'text', number: 'number' },
  readRawBlock: { channel: 'text', number: 'number' },
  findTransaction: { channel: 'text', txId: 'text' },
  readEvents: { channel: 'text', before: 'object?', limit: 'number', chaincode: 'text?', name: 'text?' },
  rewind: { channel: 'text', height: 'number', keep: 'flag?' },
  resetChannel: { channel: 'text', keep: 'flag?' },
  readBranches: { channel: 'text' },
  restoreBranch: { channel: 'text', id: 'text' },
  removeBranch: { channel: 'text', id: 'text' },
  setCheckpoint: { channel: 'text', name: 'text' },
  removeCheckpoint: { channel: 'text', name: 'text' },
  readCheckpoints: { channel: 'text' },
  restoreCheckpoint: { channel: 'text', name: 'text', keep: 'flag?' },
  setOrderer: { batchTimeout: 'number', maxMessageCount: 'number' },
  readLogs: { filter: 'object', from: 'number', limit: 'number' },
  clearLogs: {},
  checkTools: { tools: 'list?' },
  readIdentities: {},
  addOrganisation: { mspId: 'text' },
  issueIdentity: { name: 'text', mspId: 'text?', role: 'text?', attributes: 'texts?', affiliation: 'text?' },
  importIdentity: { name: 'text', mspId: 'text?', certificate: 'text', privateKey: 'text', caCertificates: 'text?' },
  exportIdentity: { identity: 'text' },
  removeIdentity: { identity: 'text' },
  setDefaultIdentity: { identity: 'text' },
  readExport: { folder: 'text', layout: 'text' },
  writeExport: { folder: 'text', layout: 'text', force: 'flag?' },
  openFolder: { folder: 'text' },
  openSample: {},
  trustFolder: { folder: 'text', demands: 'list' },
  refuseFolder: {},
  chooseFolder: {},
  listFolders: { folder: 'text?' },
  recentFolders: {},
  openInEditor: { file: 'text', line: 'number?', column: 'number?' },
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isBytes = (value: unknown): boolean =>
  isText(value) || (isObject(value) && 'base64' in value && isText(value.base64))

const kinds: Record<Kind, { words: string; fits(value: unknown): boolean }> = {
  text: { words: 'a text', fits: isText },
  number: { words: 'a number', fits: (value) => Number.isFinite(value) },
  flag: { words: 'true or false', fits: (value) => typeof value === 'boolean' },
  list: { words: 'a list', fits: Array.isArray },
  object: { words: 'an object', fits: isObject },
  texts: { words: 'an object of texts', fits: (value) => isObject(value) && Object.values(value).every(isText) },
  bytes: { words: 'a text or { base64 }', fits: isBytes },
  'bytes[]': {
    words: 'a list of texts or { base64 }',
    fits: (value) => Array.isArray(value) && value.every(isBytes),
  },
  'call[]': {
    words: 'a list of calls, each with chaincode, function and args',
    fits: (value) =>
      Array.isArray(value) && value.every((each) => isObject(each) && faultOf(call, each) === undefined),
  },
}

/** The first field of a command's argument that can't be what it says; undefined if all can. Pure. */
export function argumentFault(name: ApiName, args: object): { argument: string; message: string } | undefined {
  return faultOf(shapes[name], args)
}

function faultOf(shape: Shape, args: object): { argument: string; message: string } | undefined {
  for (const [field, wanted] of Object.entries(shape)) {
    const value = Object.hasOwn(args, field) ? (args as Record<string, unknown>)[field] : undefined
    if (value === undefined && wanted.endsWith('?')) continue
    const kind = kinds[wanted.replace('?', '') as Kind]
    if (!kind.fits(value)) return { argument: field, message: `It must be ${kind.words}.` }
  }
  return undefined
}
