import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import {
  listenForContainer,
  type ContainerListener,
  type ContainerListenerOptions,
} from '../../../core/comm/container-listener.ts'
import type { PeerError } from '../../../core/contract/error.ts'
import { makeTlsCertificates } from '../../../core/msp/tls-certificates.ts'
import { RawChaincode, registerPayload } from '../../support/raw-chaincode.ts'
import { launchScene, type LaunchScene } from '../chaincode/launch-scene.ts'

const CCID = 'asset:1.0'
const HOST = '127.0.0.1'
const [PERMISSION_DENIED, ALREADY_EXISTS, UNKNOWN, UNAVAILABLE] = [7, 6, 2, 14]

interface Listening {
  scene: LaunchScene
  listener: ContainerListener
  address: string
  /** Codes of what was told of strangers. */
  refused: string[]
}

async function listening(
  options: Partial<Pick<ContainerListenerOptions, 'tls' | 'listenOn' | 'needsContainer'>> = {},
): Promise<Listening> {
  const scene = await launchScene()
  const refused: string[] = []
  const listener = await listenForContainer(
    {
      ccid: CCID,
      listenOn: HOST,
      seesContainer: true,
      refused: ({ code }: PeerError) => refused.push(code),
      ...options,
    },
    (stream) => scene.support.handleChaincodeStream(stream),
  )
  onTestFinished(() => listener.close())
  return { scene, listener, address: `${options.listenOn ?? HOST}:${listener.port}`, refused }
}

/** Whether the name is served. */
const serves = ({ registry }: LaunchScene) => registry.handler(CCID) !== undefined

test('a container registers, and from then on nothing listens there; its stream lives on', async () => {
  const { scene, listener, address, refused } = await listening()
  await listener.reserve(Promise.resolve([HOST]))
  expect(listener.reached).toBe(false)
  const chaincode = await RawChaincode.register(address, CCID)
  expect(listener.reached).toBe(true)
  expect(serves(scene)).toBe(true)
  await expect(RawChaincode.connect(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const again = chaincode.again()
  expect((await again.ended).code).toBe(ALREADY_EXISTS)
  expect(refused).toEqual(['STREAM_REFUSED'])
  expect(serves(scene)).toBe(true)
  chaincode.endSending()
  expect(await chaincode.ended).toEqual({ code: UNKNOWN, message: 'EOF' })
})

test('a stream that comes before the container is expected is held back until its addresses are known', async () => {
  const { scene, listener, address } = await listening()
  const chaincode = await RawChaincode.connect(address)
  await chaincode.send({ type: 'REGISTER', payload: registerPayload(CCID) })
  let know: (addresses: string[]) => void = () => undefined
  await listener.reserve(new Promise((resolve) => (know = resolve)))
  // The peer has had time to answer, were it to.
  await chaincode.ping()
  expect(chaincode.received).toEqual([])
  expect(serves(scene)).toBe(false)
  know(['192.0.2.7', HOST])
  await chaincode.receive('REGISTERED')
  await chaincode.receive('READY')
  expect(serves(scene)).toBe(true)
})

test('another address is turned away, and does not take the place of the container', async () => {
  const { scene, listener, address, refused } = await listening()
  await listener.reserve(Promise.resolve(['192.0.2.7']))
  const stranger = await RawChaincode.connect(address)
  await stranger.send({ type: 'REGISTER', payload: registerPayload(CCID) })
  expect((await stranger.ended).code).toBe(PERMISSION_DENIED)
  expect(refused).toEqual(['STREAM_REFUSED'])
  expect(serves(scene)).toBe(false)
})

test('a second stream while the first has not registered is turned away; after it has ended, the next may', async () => {
  const { scene, listener, address, refused } = await listening()
  await listener.reserve(Promise.resolve([HOST]))
  const first = await RawChaincode.connect(address)
  await first.ping()
  const second = await RawChaincode.connect(address)
  expect((await second.ended).code).toBe(ALREADY_EXISTS)
  expect(refused).toEqual(['STREAM_REFUSED'])
  first.cut()
  await expect.poll(async () => (await registers(address)) && serves(scene)).toBe(true)
})

test('another name is turned away, which the launch is told; the name itself is nobody’s', async () => {
  const { scene, listener, address } = await listening()
  await listener.reserve(Promise.resolve([HOST]))
  const chaincode = await RawChaincode.connect(address)
  await chaincode.send({ type: 'REGISTER', payload: registerPayload('other:1.0') })
  const end = await chaincode.ended
  expect(end).toMatchObject({ code: UNKNOWN })
  expect(end.message).toContain('other:1.0')
  expect((await listener.turnedAway).code).toBe('REGISTER_OTHER_NAME')
  expect(serves(scene)).toBe(false)
  expect(scene.facts.flatMap((fact) => (fact.type === 'notice' ? [fact.notice.error.code] : []))).toEqual([
    'REGISTER_OTHER_NAME',
  ])
})

test('a container that never ran: whoever was held back is turned away', async () => {
  const { listener, address, refused } = await listening()
  const chaincode = await RawChaincode.connect(address)
  await chaincode.ping()
  await listener.reserve(Promise.resolve(undefined))
  expect((await chaincode.ended).code).toBe(UNAVAILABLE)
  expect(refused).toEqual(['STREAM_REFUSED'])
})

test('closed: the stream ends, held back or registered, and closing again does no harm', async () => {
  const one = await listening()
  const held = await RawChaincode.connect(one.address)
  await held.ping()
  await one.listener.close()
  await held.ended

  const { scene, listener, address } = await listening()
  await listener.reserve(Promise.resolve([HOST]))
  const chaincode = await RawChaincode.register(address, CCID)
  await Promise.all([listener.close(), listener.close()])
  await chaincode.ended
  await expect.poll(() => serves(scene)).toBe(false)
})

test('with TLS: only the one certificate that was made for it is let in', async () => {
  const certificates = await makeTlsCertificates([HOST, 'host.docker.internal'])
  const others = await makeTlsCertificates([HOST])
  const { scene, listener, address } = await listening({ tls: certificates })
  await listener.reserve(Promise.resolve([HOST]))
  const shows = ({ client }: typeof certificates) => ({ cert: client.certificate, key: client.privateKey })

  for (const wrong of [
    {},
    shows(others),
    { cert: certificates.server.certificate, key: certificates.server.privateKey },
  ]) {
    const stranger = RawChaincode.register(address, CCID, { ca: certificates.ca, ...wrong })
    await expect(stranger, Object.keys(wrong).join()).rejects.toThrow()
  }
  expect(await registers(address)).toBe(false)
  // Who trusts another CA does not take this peer for its own.
  await expect(RawChaincode.connect(address, { ca: others.ca, ...shows(certificates) })).rejects.toThrow()
  expect(serves(scene)).toBe(false)
  await RawChaincode.register(address, CCID, { ca: certificates.ca, ...shows(certificates) })
  expect(serves(scene)).toBe(true)
})

test.runIf(process.platform === 'linux')(
  'an address that comes with the container is listened on from then on',
  async () => {
    const { scene, listener, address } = await listening({ listenOn: '127.0.0.2', needsContainer: true })
    await expect(RawChaincode.connect(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    // Held meanwhile: nobody else gets the port.
    const other = createServer()
    other.listen(listener.port)
    await expect(once(other, 'listening')).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await listener.reserve(Promise.resolve([HOST, '127.0.0.2']))
    await RawChaincode.register(address, CCID)
    expect(serves(scene)).toBe(true)
  },
)

test('an address that does not come with the container fails the start', async () => {
  const { listener } = await listening({ listenOn: '203.0.113.1', needsContainer: true })
  const reserving = listener.reserve(Promise.resolve([HOST]))
  await expect(reserving).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' })
})

test('an address that is not of this machine cannot be listened on', async () => {
  const made = listenForContainer(
    { ccid: CCID, listenOn: '203.0.113.1', seesContainer: true, refused: () => undefined },
    () => Promise.resolve(),
  )
  await expect(made).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' })
})

async function registers(address: string): Promise<boolean> {
  return RawChaincode.register(address, CCID).then(
    () => true,
    () => false,
  )
}
