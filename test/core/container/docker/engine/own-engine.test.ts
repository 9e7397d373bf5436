import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../../../../../core/container/docker/engine/docker-engine.ts'
import { findEngine } from '../../../../../core/container/docker/engine/find-engine.ts'
import { makeTlsCertificates } from '../../../../../core/msp/tls-certificates.ts'
import { testEngine } from '../../../../support/docker-engine.ts'
import { freePort } from '../../../../support/free-port.ts'
import { needs } from '../../../../support/require.ts'
import { tempFolder } from '../../../../support/temp.ts'
import { contextOf, engineOn } from '../../../../support/test-containers.ts'
import { tinyImage } from '../../../../support/tiny-image.ts'

const run = promisify(execFile)

/** Certificates for an engine and its clients, as docker names the files. */
async function certificates(): Promise<{ server: string; client: string }> {
  const folder = await tempFolder('tls')
  const { ca, server, client } = await makeTlsCertificates(['127.0.0.1'])
  for (const [name, pair] of [
    ['server', server],
    ['client', client],
  ] as const) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'ca.pem'), ca)
    await writeFile(join(folder, name, 'cert.pem'), pair.certificate)
    await writeFile(join(folder, name, 'key.pem'), pair.privateKey)
  }
  return { server: join(folder, 'server'), client: join(folder, 'client') }
}

needs('docker', 'dockerd').describe('an engine of one’s own', () => {
  test('is used over TCP with TLS, and says what is wrong with its certificates', async () => {
    const [port, files] = [await freePort(), await certificates()]
    const tls = ['ca', 'cert', 'key'].flatMap((name) => [
      name === 'ca' ? '--tlscacert' : `--tls${name}`,
      join(files.server, `${name}.pem`),
    ])
    const host = `tcp://127.0.0.1:${port}`
    const own = await testEngine({ args: ['--host', host, '--tlsverify', ...tls] })
    const image = await tinyImage(own.host)
    const env = { PATH: process.env['PATH'], DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: files.client }

    const { address, reach } = await findEngine({ env })
    expect(address.flags).toEqual(['-H', host, '--tlsverify', ...expectedFiles(files.client)])
    // What is told a person works in a terminal.
    await run('docker', [...address.flags, 'version'], { env: { PATH: process.env['PATH'] } })
    const engine = await openEngine(address, reach)
    onTestFinished(() => engine.close())
    const id = await engine.createContainer({
      name: 'tls',
      image,
      command: ['sh', '-c', 'echo over TLS'],
      env: {},
      labels: {},
      hostConfig: { NetworkMode: 'none' },
    })
    let printed = ''
    const output = { stdout: (chunk: Buffer) => void (printed += chunk.toString()), stderr: () => undefined }
    const attached = await engine.attach(id, output)
    await engine.startContainer(id)
    expect(await attached.ended).toEqual({ byEngine: true })
    expect(printed).toBe('over TLS\n')

    const strangers = (await certificates()).client
    const unreachable = { code: 'DOCKER_UNREACHABLE' }
    await expect(findEngine({ env: { ...env, DOCKER_CERT_PATH: strangers } })).rejects.toMatchObject(unreachable)
    await expect(findEngine({ env: { ...env, DOCKER_CERT_PATH: '/nowhere' } })).rejects.toMatchObject(unreachable)
    const plain = findEngine({ env: { ...env, DOCKER_TLS_VERIFY: '' } })
    await expect(plain).rejects.toMatchObject({ code: expect.stringMatching(/^DOCKER_(UNREACHABLE|REFUSED|LOST)$/) })
  })

  test('whose disk is full says so, of a build and of what is sent to it', async () => {
    const dataRoot = await tempFolder('full')
    await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', dataRoot])
    onTestFinished(async () => void (await run('umount', ['-l', dataRoot])))
    const own = await testEngine({ dataRoot })
    const image = await tinyImage(own.host)
    const engine = await engineOn(own.host)
    const build = async (lines: string) => {
      const context = await contextOf(`FROM ${image}\n${lines}\n`)
      const built = { context, image: 'slipway-test/full', labels: {}, networkMode: 'none' }
      return engine.buildImage(built, () => undefined)
    }
    const full = { code: 'DOCKER_DISK_FULL' }
    await expect(build('RUN dd if=/dev/zero of=/big bs=1M count=100')).rejects.toMatchObject(full)
    await expect(build(`# ${'x'.repeat(60_000_000)}`)).rejects.toMatchObject(full)
  })
})

function expectedFiles(folder: string): string[] {
  const file = (name: string) => join(folder, `${name}.pem`)
  return ['--tlscacert', file('ca'), '--tlscert', file('cert'), '--tlskey', file('key')]
}
