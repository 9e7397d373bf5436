import { PeerError } from '../../../core/contract/error.ts'
import type { DeployResult, NetworkCallResult, NetworkDescription } from '../../../core/contract/network.ts'
import { everything } from './answers.ts'
import { chainHandlers } from './chain.ts'
import { folder, now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'

const CHANNEL = 'mychannel'
const test = { name: 'test', allowSubmit: true, channel: CHANNEL }
const shared = { name: 'shared', allowSubmit: false, channel: CHANNEL }
const gone = { name: 'gone', allowSubmit: false, channel: CHANNEL }
const described = {
  ...test,
  address: 'peer0.org1.example.com:7051',
  tls: true,
  identity: 'User1@Org1MSP',
  admin: 'Admin@Org1MSP',
  failures: {},
} satisfies NetworkDescription
const asset = '{"ID":"asset6","Color":"blue","Size":15,"Owner":"Ada","AppraisedValue":800}'

const answered = (kind: NetworkCallResult['kind']): NetworkCallResult => ({
  network: test.name,
  txId: 'c0ffee'.repeat(11).slice(0, 64),
  kind,
  identity: described.identity,
  status: 200,
  message: '',
  payload: asset,
  payloadEncoding: 'utf8',
  startedAt: now - 2_100,
  durationMs: 2_100,
  ...(kind === 'submit' ? { validationCode: 'VALID', blockNumber: 1_204, endorsers: [] } : { endorsers: [] }),
})

const deployed: DeployResult = {
  network: test.name,
  mspId: 'Org1MSP',
  identity: described.admin,
  channel: CHANNEL,
  chaincode: ready.name,
  version: '1.0',
  sequence: 2,
  file: `${folder}/asset-transfer.tar.gz`,
  packageId: `asset-transfer:${'ab'.repeat(32)}`,
  steps: [
    { step: 'package', state: 'done' },
    { step: 'install', state: 'already' },
    { step: 'approve', state: 'done', blockNumber: 1_205 },
    { step: 'commit', state: 'waiting', reason: 'for the approval of Org2MSP' },
  ],
  committed: false,
  approvals: { Org1MSP: true, Org2MSP: false },
  remaining: [
    {
      mspId: 'Org2MSP',
      commands: [
        'peer lifecycle chaincode install asset-transfer.tar.gz',
        `peer lifecycle chaincode approveformyorg -o orderer.example.com:7050 --channelID ${CHANNEL} --name asset-transfer --version 1.0 --package-id asset-transfer:${'ab'.repeat(32)} --sequence 2`,
      ],
    },
  ],
}

const chain = chainHandlers(1_205)
const unreachable = (network: string) =>
  new PeerError('NETWORK_UNREACHABLE', {
    network,
    address: described.address,
    reason: 'connect ECONNREFUSED 10.0.0.7:7051',
  })

/** What a network answers; the one that is gone answers nothing. */
function there<A extends { network: string }>(answer: (args: A) => unknown): (args: A) => unknown {
  return (args) => {
    if (args.network === gone.name) throw unreachable(gone.name)
    return answer(args)
  }
}

const handlers: Scene['handlers'] = {
  ...everything,
  readNetwork: ({ network }) => ({ ...described, ...[test, shared, gone].find(({ name }) => name === network) }),
  evaluateOnNetwork: there(() => answered('evaluate')),
  submitToNetwork: there(({ network }) => {
    if (network === shared.name) throw new PeerError('NETWORK_READ_ONLY', { network, what: 'submit TransferAsset' })
    return answered('submit')
  }),
  readNetworkBlocks: there(({ from = 1_204, limit }) => ({
    height: 1_205,
    blocks: chain.readBlocks?.({ channel: CHANNEL, from, limit }, () => undefined),
  })),
  readNetworkBlock: there(({ number }) => chain.readBlock?.({ channel: CHANNEL, number }, () => undefined)),
  awaitNetworkBlock: there(() => new Promise(() => undefined)),
  readNetworkEvents: there(({ network: _network, opened: _opened, ...query }) =>
    chain.readEvents?.({ channel: CHANNEL, ...query }, () => undefined),
  ),
  deployToNetwork: there((_args) => deployed),
}

const named = { ...ready, networks: [test, shared, gone] }

/** Real networks: what is called and read there, and a deployment that waits for another organisation. */
export const networkScenes: Record<string, () => Scene> = {
  networks: () => ({ state: peerState([named]), handlers }),
  deployed: () => {
    const { network, steps } = deployed
    const deployment = { network, at: now - 60_000, steps, outcome: 'done' as const, result: deployed }
    return { state: peerState([{ ...named, deployment }]), handlers }
  },
}
