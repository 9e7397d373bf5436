import { PeerError } from '../../../core/contract/error.ts'
import type { RunningState } from '../../../core/contract/chaincode-state.ts'
import type { ResultDifference } from '../../../core/contract/result-difference.ts'
import type { UntrustedFolder } from '../../../core/contract/trust.ts'
import { everything } from './answers.ts'
import { folder, marbles, now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'
import { container, netReady } from './net-chaincode.ts'

const identities = { organisations: ['Org1MSP', 'Org2MSP', 'Org3MSP'], default: 'User1@Org1MSP', changes: 0 }
const program = 'node /home/ada/work/marbles/index.js --peer.address 127.0.0.1:7052'
const attached = { ...marbles, registration: { ...ready.registration, from: { pid: 41901, program } } }

const instance = (pid: number, memory: number): RunningState => ({
  registration: ready.registration,
  process: { pid, startedAt: now - 200_000, build: 12, start: 'cold', memory },
})
const crashed: RunningState = {
  registration: { state: 'none', since: now - 5_000 },
  exit: { at: now - 5_000, code: 1, signal: null, words: 'exited with code 1 after 12 s', output: [] },
}

const differences: ResultDifference[] = [
  {
    part: 'write',
    namespace: 'asset-transfer',
    key: 'asset6',
    field: 'createdAt',
    results: [
      { mspId: 'Org1MSP', text: '"2025-03-01T10:20:30.123Z"' },
      { mspId: 'Org2MSP', text: '"2025-03-01T10:20:30.171Z"' },
    ],
    cause: 'time',
  },
  {
    part: 'event',
    results: [{ mspId: 'Org1MSP', text: '{"kind":"created","by":"Org1MSP"}' }, { mspId: 'Org2MSP' }],
    cause: 'organisation',
  },
]

const untrusted: UntrustedFolder = {
  folder,
  file: `${folder}/slipway.yaml`,
  demands: [
    { kind: 'command', key: 'build', value: 'make chaincode && ./scripts/generate.sh', means: 'Runs at every build' },
    {
      kind: 'command',
      key: 'env.NODE_OPTIONS',
      value: '--require ./trace.cjs',
      means: 'NODE_OPTIONS steers which programs the build and the chaincode run',
    },
    {
      kind: 'container',
      key: 'peer.vm.docker.hostConfig.CapAdd',
      value: 'NET_ADMIN',
      means: 'Gives the container more rights over this machine',
    },
    {
      kind: 'outside',
      key: 'collections',
      value: '../shared/collections_config.json',
      means: 'Reads a file outside this folder',
    },
  ],
}

const foundIn = () => {
  throw new PeerError('FOLDER_HOLDS_CHAINCODES', {
    folder: '/home/ada/src/fabric-samples',
    found: ['basic/chaincode-go', 'basic/chaincode-typescript', 'private-data/chaincode-java', 'auction/go'].map(
      (path, at) => ({
        folder: `/home/ada/src/fabric-samples/${path}`,
        path,
        dialect: ['Go', 'TypeScript', 'Java', 'Go'][at] ?? '',
      }),
    ),
  })
}

/** Several organisations, and what is asked or answered because of them. */
export const organisationScenes: Record<string, () => Scene> = {
  organisations: () => ({
    state: peerState([{ ...ready, instances: { Org2MSP: instance(41_903, 81_000_000), Org3MSP: crashed } }], {
      identities,
    }),
    handlers: everything,
  }),
  'organisations-net': () => ({
    state: peerState(
      [
        {
          ...netReady,
          instances: {
            Org2MSP: {
              registration: ready.registration,
              container: { ...container, name: `${container.name}-Org2MSP`, memory: 91_000_000 },
            },
          },
        },
      ],
      { identities },
    ),
    handlers: everything,
  }),
  'organisations-attached': () => ({
    state: peerState([{ ...attached, commands: { Org2MSP: marbles.command, Org3MSP: marbles.command } }], {
      identities,
    }),
    handlers: everything,
  }),
  'organisations-attached-server': () => ({
    state: peerState([{ ...attached, server: '127.0.0.1:9999' }], { identities }),
    handlers: everything,
  }),
  takeover: () => ({
    state: peerState(
      [
        {
          ...attached,
          takeover: {
            id: 1,
            at: now - 14_000,
            mspId: 'Org2MSP',
            from: { pid: 42_007, program: `${program} --inspect` },
          },
        },
      ],
      { identities },
    ),
    handlers: everything,
  }),
  differing: () => ({
    state: peerState([ready], { identities }),
    handlers: {
      ...everything,
      submit: () => {
        throw new PeerError('RESULTS_DIFFER', {
          chaincode: 'asset-transfer',
          organisations: ['Org1MSP', 'Org2MSP'],
          differences,
        })
      },
    },
  }),
  trust: () => ({ state: peerState([]), handlers: everything, host: { untrusted } }),
  found: () => ({ state: peerState([]), handlers: { ...everything, openFolder: foundIn, openChaincode: foundIn } }),
}
