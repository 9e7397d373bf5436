import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { credentials, Client, type ChannelCredentials } from '@grpc/grpc-js'
import { connect, signers, type Gateway, type ConnectOptions } from '@hyperledger/fabric-gateway'
import { onTestFinished } from 'vitest'
import type { TestPeer } from '../support/peer.ts'

const SOON_MS = 30_000

/** Where an application finds the identity of a user; `folder` is that of the organisation. */
export async function identityIn(folder: string, user: string) {
  const pem = (name: string) => readFile(join(folder, user, name), 'utf8')
  return { certificate: await pem('cert.pem'), key: createPrivateKey(await pem('key.pem')) }
}

interface ApplicationOptions extends Pick<ConnectOptions, 'tlsClientCertificateHash'> {
  user?: string
  mspId?: string
  /** Without a signer of its own. */
  offline?: boolean
  tls?: ChannelCredentials
}

/** An application on the public client, as a user of an organisation; closed when the test is over. */
export async function application(
  peer: TestPeer,
  {
    user = 'User1',
    mspId = 'Org1MSP',
    offline = false,
    tls = credentials.createInsecure(),
    ...rest
  }: ApplicationOptions = {},
): Promise<Gateway> {
  const own = peer.state().peer.mspId === mspId
  const folder = own ? join(peer.dataDir, 'msp') : join(peer.dataDir, 'msp', 'organisations', mspId)
  const { certificate, key } = await identityIn(folder, user)
  const client = new Client(peer.state().services.peers[mspId] ?? '', tls)
  onTestFinished(() => client.close())
  const soon = () => ({ deadline: Date.now() + SOON_MS })
  const options: ConnectOptions = {
    ...rest,
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    evaluateOptions: soon,
    endorseOptions: soon,
    submitOptions: soon,
    commitStatusOptions: soon,
  }
  const gateway = connect(offline ? options : { ...options, signer: signers.newPrivateKeySigner(key) })
  onTestFinished(() => gateway.close())
  return gateway
}
