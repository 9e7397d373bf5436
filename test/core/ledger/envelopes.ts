import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { newCommitter, type CommittedBlock } from '../../../core/committer/committer.ts'
import { endorse } from '../../../core/endorser/endorser.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import { ChaincodeInput, Response } from '../../../core/protos/index.ts'

export const NS = 'cc'
export const CHANNEL = 'ch1'

/** Signs for tests of the ledger, which does not look at who signed. */
function signer(): SigningIdentity {
  const { privateKey }: { privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = Buffer.from('somebody')
  const signed = (bytes: Uint8Array) => sign('sha256', bytes, privateKey)
  const signAside = (bytes: Uint8Array) => Promise.resolve(signed(bytes))
  return { mspId: 'Org1MSP', certificate: '', serialize: () => name, sign: signed, signAside, signOwn: signed }
}

const identity = signer()

/** A transaction simulated now, to be ordered when the test wants it. */
export interface Prepared {
  txId: string
  envelope: Uint8Array
}

/** Simulate `work` on the ledger as it is and put the results into an envelope. */
export async function prepare(
  ledger: Ledger,
  work: (simulator: TxSimulator) => Promise<void> | void,
): Promise<Prepared> {
  const proposal = buildProposal(
    { channel: CHANNEL, chaincode: NS, input: new ChaincodeInput(), transient: new Map() },
    identity,
  )
  const simulator = ledger.newTxSimulator(proposal.txId)
  try {
    await work(simulator)
    const response = new Response()
    response.setStatus(200)
    const definition = { name: NS, version: '1.0', channel: CHANNEL, systemChaincode: false, initRequired: false }
    const { rwset, privateRwset } = simulator.results()
    if (privateRwset !== undefined) ledger.persistPrivate(proposal.txId, privateRwset())
    const executed = { response, executedAt: 0, chaincodeMs: 0, rwset: rwset() }
    const endorsed = endorse({ definition, proposal }, executed, identity)
    return { txId: proposal.txId, envelope: signedEnvelope(proposal, identity, endorsed) }
  } finally {
    simulator.done()
  }
}

/** Validate and store a block of these envelopes, whoever signed them. */
export function commitBlock(ledger: Ledger, envelopes: Uint8Array[]): Promise<CommittedBlock> {
  return newCommitter(ledger).commit(envelopes)
}

/** Simulate and commit in a block of its own. */
export async function commit(
  ledger: Ledger,
  work: (simulator: TxSimulator) => Promise<void> | void,
): Promise<CommittedBlock & { txId: string }> {
  const { envelope, txId } = await prepare(ledger, work)
  return { ...(await commitBlock(ledger, [envelope])), txId }
}

/** Commit these values in one transaction. */
export function put(ledger: Ledger, values: Record<string, string>) {
  return commit(ledger, (simulator) => {
    for (const [key, value] of Object.entries(values)) simulator.setState(NS, key, Buffer.from(value))
  })
}

export function read(ledger: Ledger, key: string): string | undefined {
  const simulator = ledger.newTxSimulator('reader')
  try {
    const value = simulator.getState(NS, key)
    return value && Buffer.from(value).toString('utf8')
  } finally {
    simulator.done()
  }
}

/** The keys of a range, in order. */
export async function rangeKeys(simulator: TxSimulator, start: string, end: string): Promise<string[]> {
  const keys: string[] = []
  const range = simulator.getStateRange(NS, start, end)
  for (let result = await range.next(); result !== undefined; result = await range.next()) keys.push(result.key)
  await range.close()
  return keys
}
