import { PeerError } from '../../../core/contract/error.ts'
import type { ApiName } from '../../../core/contract/api.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import type { UntrustedFolder } from '../../../core/contract/trust.ts'
import { everything, logHandlers, stateHandlers } from './answers.ts'
import { chainHandlers } from './chain.ts'
import { folder, marbles, now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'

/** What the screens read. */
const reads = [
  'readContract',
  'readCalls',
  'readCallLogs',
  'readLogs',
  'readNamespaces',
  'readCollections',
  'readState',
  'readHistory',
  'readBlocks',
  'readBlock',
  'readEvents',
  'readIdentities',
  'recentFolders',
  'listFolders',
] satisfies ApiName[]

function everyRead(answer: () => unknown): Scene['handlers'] {
  return { ...everything, ...Object.fromEntries(reads.map((name) => [name, answer])) }
}

const untrusted: UntrustedFolder = {
  folder,
  file: `${folder}/slipway.yaml`,
  demands: [
    { kind: 'command', key: 'build', value: 'make && ./deploy.sh', means: 'It runs this in a shell, at each build' },
    { kind: 'container', key: 'container.network', value: 'host', means: 'The container sees this machine’s network' },
    { kind: 'outside', key: 'watch', value: '../shared', means: 'It watches a folder beside this one' },
  ],
}

const words = 'a-name-that-its-author-took-from-a-generator-and-never-thought-of-again'
const longCommand = `${words} `.repeat(12)
const overflowing: ChaincodeState = {
  ...ready,
  name: words,
  version: '1.0.0-beta.17+build.20260101',
  canonicalName: `${words}:1.0.0-beta.17+build.20260101`,
  folder: `/home/ada/${`${words}/`.repeat(4)}chaincode`,
  channel: `channel-${words}`,
  channels: [`channel-${words}`, 'mychannel'],
  command: { ...ready.command, text: longCommand },
  builds: ready.builds.map((build) => ({ ...build, files: [`src/${words}/${words}.ts`] })),
  error: new PeerError('CHAINCODE_STOPPED', {
    canonicalName: `${words}:1.0`,
    words: `exited with code 1: ${longCommand}`,
    output: [longCommand, longCommand.replaceAll('-', '')],
  }).toJSON(),
}

const refused = new PeerError('NOT_TRUSTED', untrusted).toJSON()

/** What is rare, and has to look right all the same: nothing there, nothing yet, nothing readable, too much. */
export const edgeScenes: Record<string, () => Scene> = {
  connecting: () => ({ state: undefined, silent: true, handlers: {} }),
  'no-peer': () => ({
    state: undefined,
    host: { error: new PeerError('FOLDER_UNREADABLE', { folder, reason: 'it does not exist' }).toJSON() },
    handlers: everything,
  }),
  reviewing: () => ({ state: peerState([{ ...ready, error: refused }]), handlers: everything }),
  empty: () => ({
    state: peerState([ready], {
      channels: { mychannel: { name: 'mychannel', height: 1, lastCommitAt: now } },
      logs: { count: 0, first: 1 },
      calls: { count: 0 },
    }),
    handlers: {
      ...everything,
      ...logHandlers(() => 0),
      ...stateHandlers(0),
      ...chainHandlers(1),
      readContract: () => undefined,
      readCalls: () => [],
      readCollections: () => [],
      recentFolders: () => [],
    },
  }),
  loading: () => ({ state: peerState([ready]), handlers: everyRead(() => new Promise(() => undefined)) }),
  unreadable: () => ({
    state: peerState([ready]),
    handlers: everyRead(() => {
      throw new PeerError('LEDGER_READ', { message: 'The store is closed.' })
    }),
  }),
  overflow: () => ({
    state: peerState([overflowing, marbles], {
      listener: {
        state: 'failed',
        wanted: '127.0.0.1:7052',
        error: new PeerError('PORT_UNAVAILABLE', { wanted: '127.0.0.1:7052', reason: longCommand }).toJSON(),
      },
      channels: {
        [overflowing.channel]: { name: overflowing.channel, height: 48, lastCommitAt: now },
        mychannel: { name: 'mychannel', height: 48, lastCommitAt: now },
      },
    }),
    handlers: { ...everything, ...chainHandlers(48) },
  }),
}
