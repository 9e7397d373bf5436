// @module-tag slow
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, credentials, Server, ServerCredentials, status } from '@grpc/grpc-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ErrorCode } from '../../core/contract/error.ts'
import { makeTlsCertificates } from '../../core/msp/tls-certificates.ts'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { edit, openFolder } from './author.ts'

interface Failing {
  fixture?: FixtureName
  readiness?: Readiness
  /** What breaks it. */
  prepare(folder: string): Promise<void>
  code: ErrorCode
  details?: object
  /** What the reader is told, in parts of its words that only this cause has. */
  why?: RegExp
  do?: RegExp
}

/** It is launched for real, and its launch fails like this. */
function fails(
  title: string,
  { fixture: name = 'javascript-contract', readiness, prepare, ...expected }: Failing,
): void {
  test(title, async () => {
    const folder = await fixture(name, readiness ?? 'installed')
    await prepare(folder)
    const peer = await testPeer({ chaincode: { startuptimeout: 60_000 } })
    const { error } = await (await openFolder(peer, { folder, watch: false })).failed(1)
    expect(error).toMatchObject({ code: expected.code, details: expected.details ?? {} })
    if (expected.why !== undefined) expect(error?.why).toMatch(expected.why)
    if (expected.do !== undefined) expect(error?.do).toMatch(expected.do)
  })
}

const put = async (folder: string, name: string, text: string | Buffer) => {
  await mkdir(join(folder, name, '..'), { recursive: true })
  await writeFile(join(folder, name), text)
}
/** Start it by a script that is given Fabric's flags: `--peer.address HOST:PORT --chaincode-id-name NAME`. */
const startBy = async (folder: string, script: string) => {
  await put(folder, 'start.sh', script)
  await put(folder, 'slipway.yaml', 'start: sh start.sh\n')
}
const SHIM = 'exec node_modules/.bin/fabric-chaincode-node start'

describe('nothing registers', () => {
  fails('since it looks for the peer by IPv6', {
    prepare: (folder) => startBy(folder, `${SHIM} --peer.address "[::1]:\${2##*:}" "$3" "$4"\n`),
    code: 'CHAINCODE_EXITED',
    details: { cause: { kind: 'connection' } },
    why: /IPv6/,
  })

  fails('since it looks for the peer where clients do', {
    async prepare(folder) {
      const server = new Server()
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
          error === null ? resolve(bound) : reject(error),
        )
      })
      onTestFinished(() => server.forceShutdown())
      await startBy(folder, `${SHIM} --peer.address 127.0.0.1:${port} "$3" "$4"\n`)
    },
    code: 'CHAINCODE_EXITED',
    why: /address for clients/,
  })

  test('a client application that takes the address of chaincode for its own', async () => {
    const peer = await testPeer()
    const client = new Client(peer.address(), credentials.createInsecure())
    onTestFinished(() => client.close())
    const bytes = Buffer.from
    const endorse = '/gateway.Gateway/Endorse'
    const answer = new Promise<status | undefined>((resolve) => {
      const answered = (error: { code: status } | null) => resolve(error?.code)
      client.makeUnaryRequest(endorse, bytes, bytes, Buffer.alloc(0), answered)
    })
    const code = 'CLIENT_ON_CHAINCODE_PORT'
    const notice = await peer.eventually('it is told', ({ notices }) =>
      notices.find(({ error }) => error.code === code),
    )
    expect(notice.error.details).toMatchObject({ method: endorse, address: peer.address() })
    expect(await answer).toBe(status.UNIMPLEMENTED)
  })

  fails('since its program ends without starting the shim', {
    fixture: 'javascript-shim',
    prepare: (folder) => put(folder, 'probe.js', 'module.exports = 1\n'),
    code: 'CHAINCODE_EXITED',
    details: { code: 0 },
    why: /never starts the shim/,
  })

  fails('since it speaks TLS', {
    async prepare(folder) {
      const { ca, client } = await makeTlsCertificates(['127.0.0.1'])
      await put(folder, 'tls/ca.pem', ca)
      await put(folder, 'tls/key', Buffer.from(client.privateKey).toString('base64'))
      await put(folder, 'tls/cert', Buffer.from(client.certificate).toString('base64'))
      const files = 'CORE_TLS_CLIENT_KEY_PATH=tls/key CORE_TLS_CLIENT_CERT_PATH=tls/cert'
      const env = `export CORE_PEER_TLS_ENABLED=true CORE_PEER_TLS_ROOTCERT_FILE=tls/ca.pem ${files}`
      await startBy(folder, `${env}\n${SHIM} "$@"\n`)
    },
    code: 'CHAINCODE_SPEAKS_TLS',
  })
})

describe('a server, and TLS on one side', () => {
  const key = async (folder: string) => {
    const { ca, server } = await makeTlsCertificates(['127.0.0.1'])
    await put(folder, 'tls/server.key', server.privateKey)
    await put(folder, 'tls/server.crt', server.certificate)
    await put(folder, 'tls/ca.crt', ca)
    return ca
  }

  needs('go').describe('of Go', () =>
    fails('the server’s', {
      fixture: 'go-server',
      async prepare(folder) {
        await key(folder)
        const file = (name: string) => join(folder, 'tls', name)
        const keys = `CHAINCODE_TLS_KEY='${file('server.key')}' CHAINCODE_TLS_CERT='${file('server.crt')}'`
        const env = `CHAINCODE_TLS_DISABLED=false ${keys} CHAINCODE_CLIENT_CA_CERT='${file('ca.crt')}'`
        const server = `server: ${await freeAddress()}\n`
        await put(folder, 'slipway.yaml', `${server}build: go build -o cc .\nstart: env ${env} ./cc\n`)
      },
      code: 'DIAL_FAILED',
      details: { tls: 'server' },
      do: /connection\.json/,
    }),
  )

  fails('the peer’s', {
    fixture: 'javascript-server',
    async prepare(folder) {
      const ca = await key(folder)
      await put(folder, 'connection.json', JSON.stringify({ tls_required: true, root_cert: ca }))
      // One that is told to speak TLS by its environment doesn't here.
      await startServer(folder)
    },
    code: 'DIAL_FAILED',
    details: { tls: 'peer' },
    do: /tls_required/,
  })

  const startServer = async (folder: string) =>
    put(
      folder,
      'slipway.yaml',
      `server: ${await freeAddress()}\nstart: env CHAINCODE_TLS_DISABLED=true node server.js\n`,
    )
})

describe('what is installed doesn’t fit', () => {
  const prebuilds = join(import.meta.dirname, '../../node_modules/classic-level/prebuilds')
  const foreign = ['darwin-x64+arm64', 'win32-x64', 'linux-arm'].filter(
    (each) => !each.startsWith(`${process.platform}-${process.arch}`),
  )
  test.each(foreign)('a native module for %s', async (platform) => {
    const folder = await fixture('javascript-contract', 'installed')
    const [name = ''] = await readdir(join(prebuilds, platform))
    await mkdir(join(folder, 'node_modules/native'))
    await cp(join(prebuilds, platform, name), join(folder, 'node_modules/native/built.node'))
    await put(folder, 'node_modules/native/index.js', "module.exports = require('./built.node')\n")
    await put(folder, 'index.js', `require('native')\n${await readFile(join(folder, 'index.js'), 'utf8')}`)
    const peer = await testPeer()
    const { error } = await (await openFolder(peer, { folder, watch: false })).failed(1)
    // The author's own frame is below the ten that Node prints.
    const cause = { kind: 'native', fix: 'npm rebuild' }
    expect(error).toMatchObject({ code: 'CHAINCODE_EXITED', details: { cause } })
  })

  fails('fabric-shim 1.4, whose gRPC is native code for older Nodes', {
    fixture: 'probe-node-1.4',
    async prepare(folder) {
      const grpc = join(folder, 'node_modules/grpc')
      await rm(grpc, { recursive: true, force: true })
      await put(folder, 'node_modules/grpc/package.json', '{"name":"grpc","version":"1.24.11"}')
      // The real one throws this (grpc 1.24.11, src/grpc_extension.js).
      const words = [
        'Failed to load gRPC binary module because it was not installed for the current system',
        'Expected directory: node-v115-linux-x64-glibc',
        'Found: [node-v57-linux-x64-glibc]',
        'This problem can often be fixed by running "npm rebuild" on the current system',
        "Original error: Cannot find module '/x/grpc_node.node'",
      ]
      const text = JSON.stringify(words.join('\n'))
      await put(
        folder,
        'node_modules/grpc/index.js',
        `throw Object.assign(new Error(${text}), { code: 'MODULE_NOT_FOUND' })\n`,
      )
    },
    code: 'CHAINCODE_EXITED',
    details: { cause: { kind: 'version', fix: 'npm install fabric-shim@2.5' } },
  })

  needs('go').describe('Go', () =>
    fails('the shim of Fabric 1.x', {
      fixture: 'go-shim-v2',
      prepare: (folder) =>
        edit(
          join(folder, 'main.go'),
          'hyperledger/fabric-chaincode-go/v2/shim',
          'hyperledger/fabric/core/chaincode/shim',
        ),
      code: 'BUILD_FAILED',
      details: {
        cause: { kind: 'missing-module', file: 'main.go', fix: 'go get github.com/hyperledger/fabric-chaincode-go/v2' },
      },
    }),
  )

  needs('java').describe('Java', () =>
    fails('a class for a newer Java', {
      fixture: 'javascript-shim',
      async prepare(folder) {
        await put(folder, 'T.java', 'public class T { public static void main(String[] args) {} }')
        execFileSync('javac', ['T.java'], { cwd: folder })
        const compiled = await readFile(join(folder, 'T.class'))
        compiled.writeUInt16BE(170, 6)
        await put(folder, 'T.class', compiled)
        await put(folder, 'slipway.yaml', 'start: java -cp . T\n')
      },
      code: 'CHAINCODE_EXITED',
      details: { cause: { kind: 'version' } },
    }),
  )
})
