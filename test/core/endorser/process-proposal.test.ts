import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { simulate } from '../../../core/endorser/endorser.ts'
import { newEndorser } from '../../../core/endorser/process-proposal.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import { signedEnvelope } from '../../../core/gateway/envelope.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { fabricLines } from '../../../core/config/fabric-line.ts'
import { identityCommands } from '../../../core/msp/identity-commands.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import { signingIdentity } from '../../../core/msp/signing-identity.ts'
import {
  ChaincodeInput,
  ChannelHeader,
  Header,
  HeaderType,
  Proposal,
  SerializedIdentity,
  SignatureHeader,
  SignedProposal,
  Timestamp,
} from '../../../core/protos/index.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHAINCODE, CHANNEL, startParts } from '../gateway/peer-parts.ts'

async function start(timeWindow?: number) {
  const parts = await startParts(await tempFolder('endorser'), {
    put: ({ simulator, args }) => {
      simulator.setState(CHAINCODE, args[0] ?? '', Buffer.from('v'))
      return { payload: 'done' }
    },
    no: () => ({ status: 400, message: 'no' }),
    die: () => {
      throw new Error('it died')
    },
  })
  onTestFinished(() => parts[Symbol.asyncDispose]())
  const { identities } = parts
  const endorser = newEndorser({
    ledger: (channel) => (channel === CHANNEL ? parts.ledgers.ledger(channel) : undefined),
    definition(name) {
      if (name !== CHAINCODE) throw new PeerError('CHAINCODE_UNKNOWN', { name, known: [] })
      return parts.definition
    },
    simulate: (simulation) => simulate(simulation, parts.execute),
    isSystem: () => false,
    refusal: () => undefined,
    msps: identities.msps,
    identities,
    timeWindow,
  })
  return { ...parts, endorser, commands: identityCommands(identities) }
}

function propose(creator: SigningIdentity, over: { channel?: string; chaincode?: string; args?: string[] } = {}) {
  const input = new ChaincodeInput()
  input.setArgsList((over.args ?? ['put', 'a']).map((arg) => Buffer.from(arg)))
  const { channel = CHANNEL, chaincode = CHAINCODE } = over
  return buildProposal({ channel, chaincode, input, transient: new Map() }, creator)
}

/** The proposal with something else in its headers, signed as it then is. */
function forged(
  creator: SigningIdentity,
  change: (channel: ChannelHeader, signature: SignatureHeader) => void,
): SignedProposal {
  const proposal = Proposal.deserializeBinary(propose(creator).signedProposal.getProposalBytes_asU8())
  const header = Header.deserializeBinary(proposal.getHeader_asU8())
  const channel = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8())
  const signature = SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8())
  change(channel, signature)
  header.setChannelHeader(channel.serializeBinary())
  header.setSignatureHeader(signature.serializeBinary())
  proposal.setHeader(header.serializeBinary())
  return signed(proposal.serializeBinary(), creator)
}

function signed(bytes: Uint8Array, creator: SigningIdentity): SignedProposal {
  const made = new SignedProposal()
  made.setProposalBytes(bytes)
  made.setSignature(creator.sign(bytes))
  return made
}

/** A creator's own transaction id, for headers that name another creator. */
function retake(channel: ChannelHeader, signature: SignatureHeader): void {
  const hash = createHash('sha256').update(signature.getNonce_asU8()).update(signature.getCreator_asU8())
  channel.setTxId(hash.digest('hex'))
}

test('a proposal is endorsed by the peer of its creator’s organisation, committed, and not taken again', async () => {
  const { endorser, identities, orderer } = await start()
  await identities.addOrganisation('Org2MSP')
  const creator = await identities.find('User1@Org2MSP')
  const proposal = propose(creator)
  const response = await endorser.processProposal(proposal.signedProposal)
  expect([response.getResponse()?.getStatus(), response.getVersion()]).toEqual([200, 1])
  const endorsement = response.getEndorsement()
  const endorserOf = (mspId?: string) =>
    endorser
      .processProposal(proposal.signedProposal, mspId === undefined ? {} : { mspId })
      .then((one) => SerializedIdentity.deserializeBinary(one.getEndorsement()?.getEndorser_asU8() ?? Buffer.of()))
      .then((one) => one.getMspid())
  expect([await endorserOf(), await endorserOf('Org1MSP')]).toEqual(['Org2MSP', 'Org1MSP'])
  const by = identities.msps.deserialize(endorsement?.getEndorser_asU8() ?? Buffer.of())
  const what = Buffer.concat([response.getPayload_asU8(), endorsement?.getEndorser_asU8() ?? Buffer.of()])
  expect(by.verify(what, endorsement?.getSignature_asU8() ?? Buffer.of())).toBe(true)

  const outcome = await orderer.order(signedEnvelope(proposal, creator, response))
  expect(outcome.validationCode).toBe('VALID')
  const hex = Buffer.from(creator.serialize()).toString('hex')
  await expect(endorser.processProposal(proposal.signedProposal)).rejects.toThrow(
    `duplicate transaction found [${proposal.txId}]. Creator [${hex}]`,
  )
})

test('what a proposal says wrongly of itself is refused in Fabric’s words', async () => {
  const { endorser, identities } = await start()
  const { client } = identities
  const refused = (proposal: SignedProposal) => expect(endorser.processProposal(proposal)).rejects
  const invalid = 'error validating proposal: '
  await refused(forged(client, (channel) => channel.setType(HeaderType.MESSAGE))).toThrow(
    `${invalid}invalid header type MESSAGE`,
  )
  await refused(forged(client, (channel) => channel.setEpoch(1))).toThrow(`${invalid}epoch is non-zero`)
  await refused(forged(client, (_channel, signature) => signature.setNonce(''))).toThrow(`${invalid}nonce is empty`)
  await refused(forged(client, (_channel, signature) => signature.setCreator(''))).toThrow(`${invalid}creator is empty`)
  const { txId } = propose(client)
  await refused(forged(client, (channel) => channel.setTxId(txId))).toThrow(
    `${invalid}incorrectly computed txid '${txId}' -- expected '`,
  )
  const unsigned = propose(client).signedProposal
  unsigned.setSignature('')
  await refused(unsigned).toThrow(`${invalid}empty signature bytes`)
  await refused(new SignedProposal()).toThrow('ChaincodeHeaderExtension.ChaincodeId is nil')
  await refused(signed(Buffer.from('nonsense'), client)).toThrow(
    /^failed parsing proposal: error unmarshalling Proposal: /,
  )
  await refused(propose(client, { chaincode: '' }).signedProposal).toThrow(
    'ChaincodeHeaderExtension.ChaincodeId.Name is empty',
  )
  // CONFIG passes Fabric's check of the type, which it says it should not.
  const config = await endorser.processProposal(forged(client, (channel) => channel.setType(HeaderType.CONFIG)))
  expect(config.getResponse()?.getStatus()).toBe(200)
})

test('a proposal is refused that was made more than a quarter of an hour off, by a peer that looks', async () => {
  // core/handlers/auth/filter/timewindow.go, v3.1.5; 2.5 has no such filter.
  const [strict, lax] = [await start(fabricLines['3.1'].timeWindow), await start(fabricLines['2.5'].timeWindow)]
  const at = (minutes: number) =>
    forged(strict.identities.client, (channel) => {
      const timestamp = new Timestamp()
      timestamp.setSeconds(Math.floor(Date.now() / 1000) + 60 * minutes)
      channel.setTimestamp(timestamp)
    })
  for (const minutes of [-16, 16]) {
    await expect(strict.endorser.processProposal(at(minutes))).rejects.toThrow(
      /^request unauthorized due to incorrect timestamp \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, peer time \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, peer.authentication.timewindow 15m0s$/,
    )
  }
  const timeless = forged(strict.identities.client, (channel) => channel.clearTimestamp())
  await expect(strict.endorser.processProposal(timeless)).rejects.toThrow('incorrect timestamp 1970-01-01T00:00:00Z')
  for (const minutes of [-10, 0, 10]) {
    expect((await strict.endorser.processProposal(at(minutes))).getResponse()?.getStatus()).toBe(200)
  }
  const old = propose(lax.identities.client).signedProposal
  expect((await lax.endorser.processProposal(old)).getResponse()?.getStatus()).toBe(200)
})

test('a creator that cannot be trusted learns nothing more than that', async () => {
  const { endorser, identities, commands } = await start()
  const { client } = identities
  const refused = (proposal: SignedProposal) => expect(endorser.processProposal(proposal)).rejects
  const denied = `error validating proposal: access denied: channel [${CHANNEL}] creator org `

  const altered = propose(client).signedProposal
  const signature = Buffer.from(altered.getSignature_asU8())
  signature.writeUInt8((signature.at(-1) ?? 0) ^ 1, signature.length - 1)
  altered.setSignature(signature)
  await refused(altered).toThrow(`${denied}[Org1MSP]`)
  const other = propose(client).signedProposal
  other.setSignature(propose(client).signedProposal.getSignature_asU8())
  await refused(other).toThrow(`${denied}[Org1MSP]`)
  const nonsense = propose(client).signedProposal
  nonsense.setSignature(Buffer.from('nonsense'))
  await refused(nonsense).toThrow(`${denied}[Org1MSP]`)

  const unknown = `${denied}unknown, creator is malformed`
  const creator = (mspId: string, bytes: Uint8Array) => {
    const identity = new SerializedIdentity()
    identity.setMspid(mspId)
    identity.setIdBytes(bytes)
    return identity.serializeBinary()
  }
  for (const bytes of [
    creator('Org9MSP', Buffer.from(client.certificate)),
    creator('Org1MSP', Buffer.from('no PEM')),
    creator('Org1MSP', Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')),
    Buffer.from('no message'),
  ]) {
    const proposal = forged(client, (channel, header) => {
      header.setCreator(bytes)
      retake(channel, header)
    })
    await refused(proposal).toThrow(unknown)
  }

  const stranger = await makeCertificate({ subject: 'OU=client, CN=stranger' })
  await refused(propose(signingIdentity('Org1MSP', stranger.certificate, stranger.privateKey)).signedProposal).toThrow(
    `${denied}[Org1MSP]`,
  )

  const root = await makeCertificate({ subject: 'CN=root', isCA: true })
  const old = await makeCertificate({
    subject: 'OU=client, CN=old',
    issuer: root,
    notBefore: new Date(Date.now() - 2 * 86_400_000),
    notAfter: new Date(Date.now() - 86_400_000),
  })
  const imported = await commands.importIdentity({ name: 'old', ...old, caCertificates: root.certificate })
  expect(imported.problem).toContain('expired')
  await refused(propose(await identities.find('old')).signedProposal).toThrow('proposal client identity expired')
  // Everything that is not about the signature is looked at first.
  const early = forged(client, (_channel, header) => header.setCreator(Buffer.from('no message')))
  await refused(early).toThrow('incorrectly computed txid')
})

test('a high S is refused, though it is the same signature to everybody else', async () => {
  const { endorser, identities } = await start()
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const proposal = propose(identities.client).signedProposal
  const low = Buffer.from(proposal.getSignature_asU8())
  const rEnd = 4 + low.readUInt8(3)
  const s = BigInt(`0x${low.subarray(rEnd + 2).toString('hex')}`)
  const high = Buffer.from(`00${(order - s).toString(16).padStart(64, '0')}`, 'hex')
  const content = Buffer.concat([low.subarray(2, rEnd), Buffer.of(2, high.length), high])
  proposal.setSignature(Buffer.concat([Buffer.of(0x30, content.length), content]))
  await expect(endorser.processProposal(proposal)).rejects.toThrow('access denied')
})

test('what fails later is an answer of status 500, and a chaincode’s refusal has no endorsement', async () => {
  const { endorser, identities } = await start()
  const answer = async (over: Parameters<typeof propose>[1]) => {
    const response = await endorser.processProposal(propose(identities.client, over).signedProposal)
    return [response.getResponse()?.getStatus(), response.getResponse()?.getMessage(), response.hasEndorsement()]
  }
  expect(await answer({ channel: 'other' })).toEqual([500, "channel 'other' not found", false])
  expect(await answer({ chaincode: 'other' })).toEqual([
    500,
    `make sure the chaincode other has been successfully defined on channel ${CHANNEL} and try again: chaincode other not found`,
    false,
  ])
  expect(await answer({ args: ['die'] })).toEqual([500, 'error in simulation: it died', false])
  expect(await answer({ args: ['no'] })).toEqual([400, 'no', false])
})

test('a call by a creator that a peer would refuse is refused before anything runs, with the reason', async () => {
  const { gateway, calls, commands } = await start()
  const stranger = await makeCertificate({ subject: 'OU=client, CN=stranger' })
  await commands.importIdentity({ name: 'stranger', ...stranger })
  const request = { chaincode: CHAINCODE, function: 'put', args: ['a'] }
  await expect(gateway.submit({ ...request, identity: 'stranger' })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    details: {
      message: `error validating proposal: access denied: channel [${CHANNEL}] creator org [Org1MSP]`,
      reason: expect.stringContaining('signed by unknown authority'),
    },
  })
  await expect(gateway.submit({ ...request, identity: 'nobody' })).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' })
  await expect(gateway.evaluate({ ...request, identity: 'a@Org9MSP' })).rejects.toMatchObject({
    code: 'ORGANISATION_UNKNOWN',
  })
  await commands.issueIdentity({ name: 'alice' })
  const result = await gateway.submit({ ...request, identity: 'alice' })
  expect([result.validationCode, result.identity]).toEqual(['VALID', 'alice@Org1MSP'])
  const recorded = calls.read({ limit: 10 }).map(({ identity, outcome }) => [identity, outcome.state])
  expect(recorded).toEqual([
    ['alice@Org1MSP', 'done'],
    ['a@Org9MSP', 'failed'],
    ['nobody@Org1MSP', 'failed'],
    ['stranger@Org1MSP', 'failed'],
  ])
})
