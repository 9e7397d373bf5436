import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServerTls } from '../../../core/comm/chaincode-connection.ts'
import { dialChaincode, type DialedChaincode } from '../../../core/comm/chaincode-dialer.ts'
import { listenForContainer } from '../../../core/comm/container-listener.ts'
import { makeTlsCertificates } from '../../../core/msp/tls-certificates.ts'
import { codeOf } from '../../scenario/author.ts'
import { fixture, goProgram } from '../../support/fixtures.ts'
import { freeAddress } from '../../support/free-port.ts'
import { needs } from '../../support/require.ts'
import { tempFolder } from '../../support/temp.ts'
import { launchScene, type LaunchScene } from '../chaincode/launch-scene.ts'

const CCID = 'asset:1.0'

interface Dialing {
  scene: LaunchScene
  /** Why each attempt so far failed. */
  tried: string[]
  dialed: Promise<DialedChaincode>
  giveUp(): void
}

async function dial(address: string, tls?: ServerTls): Promise<Dialing> {
  const scene = await launchScene()
  const abort = new AbortController()
  const tried: string[] = []
  const dialed = dialChaincode(
    { ccid: CCID, address, ...(tls === undefined ? {} : { tls }) },
    (stream) => scene.support.handleChaincodeStream(stream),
    abort.signal,
    (reason) => tried.push(reason),
  )
  onTestFinished(async () => {
    abort.abort()
    const connection = await dialed.catch(() => undefined)
    connection?.close()
    await connection?.ended
  })
  return { scene, tried, dialed, giveUp: () => abort.abort() }
}

async function listen(server: Pick<Server, 'listen' | 'address'>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function serve(argv: string[], address: string, env: Record<string, string> = {}): ChildProcess {
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    env: { ...process.env, CHAINCODE_ID: CCID, CHAINCODE_SERVER_ADDRESS: address, ...env },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return child
}

const nodeServer = async () => ['node', join(await fixture('javascript-server'), 'server.js')]
const ready = async ({ registry }: LaunchScene) => expect.poll(() => registry.handler(CCID)?.state).toBe('ready')

describe('a server', () => {
  test('of Node is dialed until it answers', async () => {
    const address = await freeAddress()
    const { scene, tried, dialed } = await dial(address)
    await expect.poll(() => tried.at(-1)).toContain('ECONNREFUSED')
    serve(await nodeServer(), address)
    await dialed
    await ready(scene)
  })

  needs('go').test('of Go registers on the stream, and its end is the end of it', async () => {
    const address = await freeAddress()
    const { scene, dialed } = await dial(address)
    const server = serve([await goProgram('go-server')], address)
    const connection = await dialed
    await ready(scene)
    server.kill('SIGKILL')
    await connection.ended
    expect(scene.registry.handler(CCID)).toBeUndefined()
  })

  test('whose stream the peer ends stays to be dialed again', async () => {
    const address = await freeAddress()
    serve(await nodeServer(), address)
    const first = await dial(address)
    const connection = await first.dialed
    await ready(first.scene)
    connection.close()
    connection.close()
    await connection.ended
    await expect.poll(() => first.scene.registry.handler(CCID)).toBeUndefined()
    const second = await dial(address)
    await second.dialed
    await ready(second.scene)
  })

  test('that registers as another is turned away, and its launch is told', async () => {
    const address = await freeAddress()
    serve(await nodeServer(), address, { CHAINCODE_ID: 'other:1.0' })
    const { scene, dialed } = await dial(address)
    const { turnedAway, ended } = await dialed
    expect((await turnedAway).code).toBe('REGISTER_OTHER_NAME')
    await ended
    expect(scene.registry.handler(CCID)).toBeUndefined()
  })
})

describe('something that isn’t a chaincode server', () => {
  test('nothing: told with the reason when it is given up', async () => {
    const { tried, dialed, giveUp } = await dial(await freeAddress())
    await expect.poll(() => tried.length).toBeGreaterThan(2)
    giveUp()
    expect(await codeOf(dialed)).toBe('DIAL_FAILED')
    await expect(dialed).rejects.toMatchObject({ details: { reason: expect.stringContaining('ECONNREFUSED') } })
  })

  test('a host that has no address', async () => {
    const { tried, dialed, giveUp } = await dial('nowhere.invalid:9999')
    await expect.poll(() => tried.length).toBeGreaterThan(0)
    giveUp()
    expect(await codeOf(dialed)).toBe('DIAL_FAILED')
  })

  test('a program that takes the connection and says nothing', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const { tried, dialed, giveUp } = await dial(await listen(silent))
    await expect.poll(() => tried.length).toBeGreaterThan(0)
    giveUp()
    expect(await codeOf(dialed)).toBe('DIAL_FAILED')
  })

  test('a server that takes the stream and sends no REGISTER: it is dialed, and there it stands', async () => {
    const server = createHttp2Server()
    const opened = new Promise<string | undefined>((resolve) => {
      server.on('stream', (_stream, headers) => resolve(headers[':path']))
    })
    onTestFinished(() => void server.close())
    const { dialed } = await dial(await listen(server))
    const { ended, close, turnedAway } = await dialed
    expect(await opened).toBe('/protos.Chaincode/Connect')
    close()
    await ended
    expect((await turnedAway).code).toBe('DIAL_FAILED')
  })

  test('a gRPC server of another service, such as a peer', async () => {
    const listener = await listenForContainer(
      { ccid: CCID, listenOn: '127.0.0.1', seesContainer: false, refused: () => undefined },
      () => Promise.resolve(),
    )
    onTestFinished(() => listener.close())
    const { dialed } = await dial(`127.0.0.1:${listener.port}`)
    const { turnedAway } = await dialed
    expect(await turnedAway).toMatchObject({
      code: 'DIAL_FAILED',
      details: { reason: expect.stringContaining('not a chaincode server') },
    })
  })
})

needs('go').describe('with TLS', () => {
  /** A Go server on 127.0.0.1 with certificates of its own, that asks for a client's. */
  async function tlsServer() {
    const { ca, server, client } = await makeTlsCertificates(['127.0.0.1'])
    const folder = await tempFolder('tls')
    const put = async (name: string, content: string) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }
    const address = await freeAddress()
    serve([await goProgram('go-server')], address, {
      CHAINCODE_TLS_DISABLED: 'false',
      CHAINCODE_TLS_KEY: await put('server.key', server.privateKey),
      CHAINCODE_TLS_CERT: await put('server.crt', server.certificate),
      CHAINCODE_CLIENT_CA_CERT: await put('ca.crt', ca),
    })
    const tls = { root_cert: ca, client_cert: client.certificate, client_key: client.privateKey }
    return { address, tls }
  }

  test('the server and the peer trust each other', async () => {
    const { address, tls } = await tlsServer()
    const { scene, dialed } = await dial(address, tls)
    await dialed
    await ready(scene)
  })

  test('a wrong certificate on either side, and none at all, are said', async () => {
    const { address, tls } = await tlsServer()
    const other = await makeTlsCertificates(['127.0.0.1'])
    const right = await dial(address, tls)
    await right.dialed
    await ready(right.scene)

    const distrusted = await dial(address, { ...tls, root_cert: other.ca })
    await expect.poll(() => distrusted.tried.join('\n')).toMatch(/certificate/)

    for (const wrong of [
      { root_cert: tls.root_cert },
      { ...tls, client_cert: other.client.certificate, client_key: other.client.privateKey },
    ]) {
      const { tried, dialed, scene } = await dial(address, wrong)
      const turnedAway = dialed.then((connection) => connection.turnedAway)
      const told = Promise.race([
        turnedAway.then(({ code }) => code),
        expect.poll(() => tried.length).toBeGreaterThan(0),
      ])
      await told
      expect(scene.registry.handler(CCID)).toBeUndefined()
    }
    // Another attempt would end the same way.
    const { dialed: plain } = await dial(address)
    await expect(plain).rejects.toMatchObject({ code: 'DIAL_FAILED', details: { tls: 'server' } })
  })
})
