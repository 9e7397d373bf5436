import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { getArgsAndEnv } from '../../../core/chaincode/launch-config.ts'
import { listenForContainer } from '../../../core/comm/container-listener.ts'
import { tlsFiles } from '../../../core/comm/tls-files.ts'
import type { Language } from '../../../core/contract/language.ts'
import { makeTlsCertificates } from '../../../core/msp/tls-certificates.ts'
import { fixture, goProgram } from '../../support/fixtures.ts'
import { needs } from '../../support/require.ts'
import { tempFolder } from '../../support/temp.ts'
import { launchScene } from '../chaincode/launch-scene.ts'

const CCID = 'asset:1.0'

interface Shim {
  language: Language
  argv: () => Promise<string[]>
}

/** A real shim with the files and variables that a container is given: it registers over TLS. */
function speaksTls(title: string, { language, argv }: Shim, host = '127.0.0.1'): () => Promise<void> {
  return async () => {
    const scene = await launchScene()
    const certificates = await makeTlsCertificates([host])
    const listener = await listenForContainer(
      { ccid: CCID, listenOn: '127.0.0.1', seesContainer: true, tls: certificates, refused: () => undefined },
      (stream) => scene.support.handleChaincodeStream(stream),
    )
    onTestFinished(() => listener.close())
    await listener.reserve(Promise.resolve(['127.0.0.1']))

    const { env: tlsEnv, files } = tlsFiles(certificates, await tempFolder('tls'))
    for (const { path, content } of files) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
    const { args, env } = getArgsAndEnv(language, CCID, `${host}:${listener.port}`, 'Org1MSP')
    const output = start([...(await argv()), ...args], { ...env, ...tlsEnv })
    await expect.poll(() => scene.registry.handler(CCID)?.state ?? output(), { message: title }).toBe('ready')
  }
}

/** Run it until the test is over; returns what it has printed. */
function start([program = '', ...args]: string[], env: Record<string, string>): () => string {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return () => output
}

const node: Shim = {
  language: 'node',
  argv: async () => ['node', join(await fixture('javascript-shim'), 'probe.js')],
}

test('Node’s shim', speaksTls('node', node))
test('Node’s shim, by a name instead of an address', speaksTls('node', node, 'localhost'))
needs('go').test(
  'Go’s shim 1.4',
  speaksTls('go 1', { language: 'golang', argv: async () => [await goProgram('go-shim-v1')] }),
)
needs('go').test(
  'Go’s shim 2',
  speaksTls('go 2', { language: 'golang', argv: async () => [await goProgram('go-shim-v2')] }),
)
needs('java').test(
  'Java’s shim',
  speaksTls('java', {
    language: 'java',
    argv: async () => ['java', '-jar', join(await fixture('java-contract', 'built'), 'target/chaincode.jar')],
  }),
)
