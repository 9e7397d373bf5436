import type { ApiName } from '../../core/contract/api.ts'
import { toolNames } from '../../core/contract/state.ts'

/**
 * What a field holds; with `?` it may be absent. `count`: a whole number, of a call, a block, a shell; `texts`: an object
 * of strings; `bytes`: a text or `{ base64 }`.
 */
type Kind =
  | ('text' | 'number' | 'count' | 'flag' | 'object' | 'texts' | 'bytes')
  | ('text[]' | 'bytes[]' | 'call[]' | 'tools[]' | 'demands[]')
type Shape = Record<string, Kind | `${Kind}?`>

const named: Shape = { name: 'text' }
const numbered: Shape = { id: 'count' }
const ofNetwork: Shape = { opened: 'text', network: 'text' }
const call: Shape = {
  chaincode: 'text',
  channel: 'text?',
  function: 'text',
  args: 'bytes[]',
  transient: 'object?',
  isInit: 'flag?',
  timeoutMs: 'number?',
  identity: 'text?',
  endorsers: 'text[]?',
  mark: 'text?',
}

/** The fields of each command's argument, as core/contract has them. What they may contain is checked where it is used. */
const shapes: Record<ApiName, Shape> = {
  openChaincode: {
    folder: 'text',
    name: 'text?',
    version: 'text?',
    channel: 'text?',
    mode: 'text?',
    debug: 'flag?',
    server: 'text?',
  },
  closeChaincode: named,
  defineChaincode: named,
  launch: named,
  restart: named,
  stop: named,
  answerTakeover: { ...named, ...numbered, accept: 'flag' },
  setStartedBy: { ...named, startedBy: 'text' },
  writeDebugConfiguration: { ...named, editor: 'text' },
  setDebugger: { ...named, on: 'flag' },
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
  readShell: numbered,
  writeShell: { ...numbered, base64: 'text' },
  resizeShell: { ...numbered, columns: 'number', rows: 'number' },
  closeShell: numbered,
  submit: call,
  submitTogether: { calls: 'call[]' },
  evaluate: call,
  readContract: named,
  readCalls: { before: 'count?', limit: 'number', chaincode: 'text?' },
  readCall: numbered,
  findCall: { txId: 'text' },
  readLineOwners: { filter: 'object', from: 'number', limit: 'number' },
  pinCall: { ...numbered, pinned: 'flag' },
  readCallLogs: numbered,
  readNamespaces: { channel: 'text' },
  readCollections: { channel: 'text', chaincode: 'text' },
  readState: {
    channel: 'text',
    namespace: 'text',
    collection: 'text?',
    mspId: 'text?',
    point: 'text?',
    from: 'text?',
    prefix: 'text?',
    contains: 'text?',
    query: 'text?',
    limit: 'number',
  },
  readHistory: { channel: 'text', namespace: 'text', key: 'text', upTo: 'count?', limit: 'number?' },
  readBlocks: { channel: 'text', from: 'number', limit: 'number' },
  readBlock: { channel: 'text', number: 'count' },
  readRawBlock: { channel: 'text', number: 'count' },
  findTransaction: { channel: 'text', txId: 'text' },
  readEvents: { channel: 'text', before: 'object?', limit: 'number', chaincode: 'text?', name: 'text?' },
  rewind: { channel: 'text', height: 'count', keep: 'flag?' },
  resetChannel: { channel: 'text', keep: 'flag?' },
  readBranches: { channel: 'text' },
  restoreBranch: { channel: 'text', id: 'text' },
  removeBranch: { channel: 'text', id: 'text' },
  setCheckpoint: { channel: 'text', name: 'text', height: 'count?' },
  removeCheckpoint: { channel: 'text', name: 'text' },
  readCheckpoints: { channel: 'text' },
  restoreCheckpoint: { channel: 'text', name: 'text', keep: 'flag?' },
  compareStates: { channel: 'text', from: 'text', to: 'text?', limit: 'number' },
  exportState: { channel: 'text', file: 'text', chaincode: 'text?', point: 'text?', force: 'flag?' },
  importState: { channel: 'text', file: 'text' },
  copyData: { folder: 'text' },
  setReplay: { ...named, scenario: 'text?' },
  replay: named,
  readScenarios: named,
  recordCall: { ...numbered, scenario: 'text' },
  readNetwork: ofNetwork,
  evaluateOnNetwork: { ...call, ...ofNetwork },
  submitToNetwork: { ...call, ...ofNetwork },
  deployToNetwork: ofNetwork,
  readNetworkBlocks: { ...ofNetwork, channel: 'text?', from: 'count?', limit: 'count' },
  readNetworkBlock: { ...ofNetwork, channel: 'text?', number: 'count' },
  awaitNetworkBlock: { ...ofNetwork, channel: 'text?', height: 'count' },
  readNetworkEvents: {
    ...ofNetwork,
    channel: 'text?',
    before: 'object?',
    limit: 'number',
    chaincode: 'text?',
    name: 'text?',
  },
  setOrderer: { batchTimeout: 'number', maxMessageCount: 'number' },
  readLogs: { filter: 'object', from: 'number', limit: 'number' },
  clearLogs: {},
  checkTools: { tools: 'tools[]?' },
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
  trustFolder: { folder: 'text', demands: 'demands[]' },
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

const isDemand = (value: unknown): boolean =>
  isObject(value) && 'key' in value && isText(value.key) && 'value' in value && isText(value.value)
const isCall = (value: unknown): boolean => isObject(value) && faultOf(call, value) === undefined
const isTool = (value: unknown): boolean => toolNames.some((name) => name === value)
/** A ledger keeps numbers in six bytes, and looks for what comes after one. */
const MOST = 2 ** 48 - 1
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < MOST
const listOf = (fits: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(fits)

const kinds: Record<Kind, { words: string; fits(value: unknown): boolean }> = {
  text: { words: 'a text', fits: isText },
  number: { words: 'a number', fits: (value) => Number.isFinite(value) },
  count: { words: 'a whole number, 0 or more', fits: isCount },
  flag: { words: 'true or false', fits: (value) => typeof value === 'boolean' },
  object: { words: 'an object', fits: isObject },
  texts: { words: 'an object of texts', fits: (value) => isObject(value) && Object.values(value).every(isText) },
  bytes: { words: 'a text or { base64 }', fits: isBytes },
  'text[]': { words: 'a list of texts', fits: listOf(isText) },
  'bytes[]': { words: 'a list of texts or { base64 }', fits: listOf(isBytes) },
  'call[]': { words: 'a list of calls, each with chaincode, function and args', fits: listOf(isCall) },
  'tools[]': { words: `a list of tools: ${toolNames.join(', ')}`, fits: listOf(isTool) },
  'demands[]': { words: 'a list of { key, value }', fits: listOf(isDemand) },
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
