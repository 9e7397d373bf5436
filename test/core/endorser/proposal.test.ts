import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import {
  ChaincodeHeaderExtension,
  ChaincodeInput,
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  ChannelHeader,
  Header,
  HeaderType,
  Proposal,
  SignatureHeader,
} from '../../../core/protos/index.ts'

const creator: SigningIdentity = {
  mspId: 'Org1MSP',
  certificate: '',
  serialize: () => Buffer.alloc(900, 'c'),
  sign: () => Buffer.from('signature'),
  signAside: () => Promise.resolve(Buffer.from('signature')),
  signOwn: () => Buffer.from('signature'),
}

function build(args: string[], transient: ReadonlyMap<string, Uint8Array> = new Map()) {
  const input = new ChaincodeInput()
  input.setArgsList(args.map((arg) => Buffer.from(arg)))
  const built = buildProposal({ channel: 'kanäle', chaincode: 'marbles', input, transient }, creator)
  const bytes = built.signedProposal.getProposalBytes_asU8()
  return { built, bytes, proposal: Proposal.deserializeBinary(bytes) }
}

/** Read by the generated code and written again: the same bytes. */
function same(message: { serializeBinary(): Uint8Array }, bytes: Uint8Array) {
  expect(Buffer.from(message.serializeBinary()).equals(bytes)).toBe(true)
}

describe('a proposal', () => {
  test.each([
    ['small', ['Get', 'a']],
    ['of a few kilobytes', ['Put', 'x'.repeat(5_000)]],
    ['of some megabytes', ['Put', 'x'.repeat(3_000_000)]],
    ['without arguments', []],
  ])('%s is byte for byte what the generated code writes', (_size, args) => {
    const { built, bytes, proposal } = build(args)
    same(proposal, bytes)
    const header = Header.deserializeBinary(proposal.getHeader_asU8())
    same(header, proposal.getHeader_asU8())
    same(ChannelHeader.deserializeBinary(built.channelHeader), built.channelHeader)
    same(SignatureHeader.deserializeBinary(built.signatureHeader), built.signatureHeader)
    const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8())
    same(payload, proposal.getPayload_asU8())
    same(ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()), payload.getInput_asU8())
  })

  test('says who calls what, where and when', () => {
    const { built, proposal } = build(['Get', 'a'])
    const header = Header.deserializeBinary(proposal.getHeader_asU8())
    const signature = SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8())
    expect(signature.getCreator_asU8()).toHaveLength(900)
    const txId = createHash('sha256')
      .update(signature.getNonce_asU8())
      .update(signature.getCreator_asU8())
      .digest('hex')
    const channel = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8())
    expect(channel.toObject()).toMatchObject({ type: HeaderType.ENDORSER_TRANSACTION, channelId: 'kanäle', txId })
    expect(built.txId).toBe(txId)
    expect(Math.abs((channel.getTimestamp()?.getSeconds() ?? 0) - Date.now() / 1000)).toBeLessThan(60)
    const extension = ChaincodeHeaderExtension.deserializeBinary(channel.getExtension_asU8())
    expect(extension.getChaincodeId()?.getName()).toBe('marbles')
    const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8())
    const spec = ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec()
    expect(spec?.getChaincodeId()?.getName()).toBe('marbles')
    expect(
      spec
        ?.getInput()
        ?.getArgsList_asU8()
        .map((arg) => Buffer.from(arg).toString()),
    ).toEqual(['Get', 'a'])
  })

  test('carries transient data, which the hashed payload does not', () => {
    const { built, proposal } = build(['Get'], new Map([['secret', Buffer.from('s')]]))
    const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8())
    expect(Buffer.from(payload.getTransientmapMap().get('secret') ?? []).toString()).toBe('s')
    const hashed = ChaincodeProposalPayload.deserializeBinary(built.payloadWithoutTransient)
    expect(hashed.getTransientmapMap().getLength()).toBe(0)
    expect(hashed.getInput_asU8()).toEqual(payload.getInput_asU8())
  })

  test('has a nonce of its own, also when more are made than are drawn at once', () => {
    const ids = Array.from({ length: 300 }, () => build(['Get']).built.txId)
    expect(new Set(ids).size).toBe(300)
  })
})
