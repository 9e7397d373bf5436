// @module-tag slow
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openEngine } from '../../../../../core/container/docker/engine/docker-engine.ts'
import { findEngine, type EngineChoice } from '../../../../../core/container/docker/engine/find-engine.ts'
import { needs } from '../../../../support/require.ts'
import { root as repository } from '../../../../../main/root.ts'
import { tempFolder } from '../../../../support/temp.ts'

const HOST = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

/** A machine without any engine. */
async function bareMachine(): Promise<Required<Pick<EngineChoice, 'env' | 'home' | 'root'>>> {
  const folder = await tempFolder('engines')
  return { env: { PATH: '' }, home: join(folder, 'home'), root: join(folder, 'root') }
}

/** Something that answers at a socket as an engine would. */
async function answering(socket: string, answer: RequestListener = goodEngine()): Promise<void> {
  await mkdir(dirname(socket), { recursive: true })
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
}

const hang: RequestListener = () => undefined

function goodEngine(version: object = {}, info: object = {}): RequestListener {
  return ({ url }, response) => {
    const about = { Version: '27.1.0', ApiVersion: '1.46', Os: 'linux', Arch: 'arm64', ...version }
    response.end(
      JSON.stringify(url === '/version' ? about : { OperatingSystem: 'Debian', SecurityOptions: [], ...info }),
    )
  }
}

async function writeContext(config: string, name: string, host: string): Promise<void> {
  const folder = join(config, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }))
}

describe.skipIf(process.platform === 'win32')('an engine is found', () => {
  test('where docker itself looks first, and told why', async () => {
    const machine = await bareMachine()
    const socket = join(machine.root, 'var/run/docker.sock')
    await answering(socket)
    await answering(join(machine.home, '.rd/docker.sock'))
    expect(await findEngine(machine)).toMatchObject({
      address: { kind: 'unix', host: `unix://${socket}`, why: "docker's default socket", flags: [] },
      facts: { product: 'Docker Engine', version: '27.1.0', apiVersion: '1.46', arch: 'arm64', rootless: false },
    })
  })

  test.each([
    ['.docker/desktop/docker.sock', 'Docker Desktop', false],
    ['.colima/default/docker.sock', 'Colima', false],
    ['.rd/docker.sock', 'Rancher Desktop', false],
  ])('at ~/%s, of %s', async (path, product, local) => {
    const machine = await bareMachine()
    const socket = join(machine.home, path)
    await answering(socket)
    const found = await findEngine(machine)
    expect(found).toMatchObject({ facts: { product, local }, address: { flags: ['-H', `unix://${socket}`] } })
    expect(found.address.why).toContain(product)
  })

  test('of a user without root, of Docker and of Podman', async () => {
    const machine = await bareMachine()
    const runtime = join(machine.root, 'run/user/1000')
    const env = { ...machine.env, XDG_RUNTIME_DIR: runtime }
    const podman = { Components: [{ Name: 'Podman Engine' }] }
    const rootless = { SecurityOptions: ['name=seccomp', 'name=rootless'] }
    await answering(join(runtime, 'podman/podman.sock'), goodEngine(podman, rootless))
    expect(await findEngine({ ...machine, env })).toMatchObject({ facts: { product: 'Podman', rootless: true } })
    await answering(join(runtime, 'docker.sock'), goodEngine({}, rootless))
    expect(await findEngine({ ...machine, env })).toMatchObject({
      facts: { product: 'Docker Engine', rootless: true, local: false },
      address: { why: expect.stringContaining('rootless') },
    })
  })

  test('behind one that hangs', async () => {
    const machine = await bareMachine()
    await answering(join(machine.root, 'var/run/docker.sock'), hang)
    await answering(join(machine.home, '.rd/docker.sock'))
    expect(await findEngine({ ...machine, deadlineMs: 3_000 })).toMatchObject({ facts: { product: 'Rancher Desktop' } })
  })

  test('by the current context, by DOCKER_CONTEXT before it, by DOCKER_HOST before that, by vm.endpoint before all', async () => {
    const machine = await bareMachine()
    await answering(join(machine.root, 'var/run/docker.sock'))
    const config = join(machine.home, '.docker')
    const socket = (name: string) => join(machine.root, `${name}.sock`)
    for (const name of ['one', 'two', 'three', 'four']) await answering(socket(name))
    await writeContext(config, 'one', `unix://${socket('one')}`)
    await writeContext(config, 'two', `unix://${socket('two')}`)
    await writeFile(join(config, 'config.json'), JSON.stringify({ currentContext: 'one' }))
    const found = async (env: NodeJS.ProcessEnv, endpoint?: string) =>
      (await findEngine({ ...machine, env: { ...machine.env, ...env }, ...(endpoint ? { endpoint } : {}) })).address

    expect(await found({})).toMatchObject({ host: `unix://${socket('one')}`, why: 'the docker context one', flags: [] })
    const named = { DOCKER_CONTEXT: 'two' }
    expect(await found(named)).toMatchObject({ host: `unix://${socket('two')}`, flags: ['--context', 'two'] })
    const host = { ...named, DOCKER_HOST: `unix://${socket('three')}` }
    expect(await found(host)).toMatchObject({ why: 'DOCKER_HOST', flags: ['-H', `unix://${socket('three')}`] })
    expect(await found(host, `unix://${socket('four')}`)).toMatchObject({ why: 'vm.endpoint' })
    expect(await found({ DOCKER_CONTEXT: 'default' })).toMatchObject({ why: "docker's default socket" })
    const elsewhere = { DOCKER_CONFIG: join(machine.home, 'elsewhere') }
    expect(await found(elsewhere)).toMatchObject({ why: "docker's default socket" })
  })
})

describe.skipIf(process.platform === 'win32')('no engine is found', () => {
  test('and the error lists the places that were looked at', async () => {
    const machine = await bareMachine()
    await expect(findEngine(machine)).rejects.toMatchObject({
      code: 'DOCKER_ABSENT',
      details: { looked: expect.arrayContaining([`unix://${join(machine.root, 'var/run/docker.sock')}`]) },
    })
  })

  test.skipIf(process.platform !== 'linux')('where it is installed and does not run', async () => {
    const machine = await bareMachine()
    const bin = await tempFolder('bin')
    await writeFile(join(bin, 'dockerd'), '#!/bin/sh\n')
    await chmod(join(bin, 'dockerd'), 0o755)
    await expect(findEngine({ ...machine, env: { PATH: bin } })).rejects.toMatchObject({ code: 'DOCKER_STOPPED' })
  })

  test.each([
    ['unix:///nowhere/docker.sock', 'DOCKER_STOPPED'],
    ['tcp://127.0.0.1:1', 'DOCKER_STOPPED'],
    ['tcp://nowhere.invalid:2375', 'DOCKER_UNREACHABLE'],
    ['unix://docker.sock', 'DOCKER_ADDRESS'],
    ['docker.sock', 'DOCKER_ADDRESS'],
    ['ftp://127.0.0.1', 'DOCKER_ADDRESS'],
    ['tcp://127.0.0.1:port', 'DOCKER_ADDRESS'],
    ['tcp://127.0.0.1:2375/v1.41', 'DOCKER_ADDRESS'],
    ['ssh://me:secret@127.0.0.1', 'DOCKER_ADDRESS'],
  ])('at %s, and no other takes its place: %s', async (host, code) => {
    const machine = await bareMachine()
    await answering(join(machine.root, 'var/run/docker.sock'))
    const env = { ...machine.env, DOCKER_HOST: host }
    await expect(findEngine({ ...machine, env })).rejects.toMatchObject({ code })
  })

  test('by a context that is not there, and those that are there are told', async () => {
    const machine = await bareMachine()
    await answering(join(machine.root, 'var/run/docker.sock'))
    await writeContext(join(machine.home, '.docker'), 'colima', 'unix:///nowhere.sock')
    const choose = (context: string) => findEngine({ ...machine, env: { ...machine.env, DOCKER_CONTEXT: context } })
    await expect(choose('lima')).rejects.toMatchObject({
      code: 'DOCKER_CONTEXT_UNKNOWN',
      details: { context: 'lima', known: ['colima'] },
    })
    await expect(choose('colima')).rejects.toMatchObject({ code: 'DOCKER_STOPPED' })
  })

  test.each([
    ['is too old', 'DOCKER_TOO_OLD', goodEngine({ Version: '18.09.9', ApiVersion: '1.39' })],
    ['is none', 'DOCKER_UNREACHABLE', ((_, response) => response.end('<html>')) satisfies RequestListener],
    ['fails', 'DOCKER_REFUSED', ((_, response) => response.writeHead(500).end()) satisfies RequestListener],
    ['hangs', 'DOCKER_UNREACHABLE', hang],
    ['hangs up', 'DOCKER_LOST', (({ socket }) => socket.destroy()) satisfies RequestListener],
  ])('by what %s: %s', async (_, code, answer) => {
    const machine = await bareMachine()
    const socket = join(machine.root, 'docker.sock')
    await answering(socket, answer)
    const env = { ...machine.env, DOCKER_HOST: `unix://${socket}` }
    // What answers is given the time it takes.
    const deadlineMs = answer === hang ? 300 : 60_000
    await expect(findEngine({ ...machine, env, deadlineMs })).rejects.toMatchObject({ code })
  })

  test('before it is aborted', async () => {
    const machine = await bareMachine()
    await answering(join(machine.root, 'var/run/docker.sock'), hang)
    const aborting = new AbortController()
    const finding = findEngine(machine, aborting.signal)
    const reason = new Error('enough')
    aborting.abort(reason)
    await expect(finding).rejects.toBe(reason)
  })

  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('by one who may not use it', async () => {
    const machine = await bareMachine()
    const socket = join(machine.root, 'docker.sock')
    await answering(socket)
    await chmod(socket, 0o600)
    // Folders of a test are its own alone; only the socket itself is to be closed.
    for (const folder of [dirname(machine.root), machine.root]) await chmod(folder, 0o755)
    const script = `
      import { findEngine } from './core/container/docker/engine/find-engine.ts'
      process.setgroups([]); process.setgid(65534); process.setuid(65534)
      await findEngine({ endpoint: 'unix://${socket}' }).catch((error) => console.log(error.code))`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository })
    expect(stdout.trim()).toBe('DOCKER_PERMISSION')
  })
})

describe.skipIf(process.platform === 'win32')('by ssh', () => {
  /** A stand-in for ssh that reaches the other machine at once, and prints its arguments. */
  async function fakeSsh(script: string): Promise<string> {
    const folder = await tempFolder('ssh')
    await writeFile(join(folder, 'ssh'), `#!/bin/sh\necho "$@" >>${join(folder, 'asked')}\n${script}\n`)
    await chmod(join(folder, 'ssh'), 0o755)
    vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter))
    onTestFinished(() => void vi.unstubAllEnvs())
    return folder
  }

  needs('docker').test('an engine is used as any other, through docker’s own way', async () => {
    await fakeSsh(`DOCKER_HOST=${HOST} exec docker system dial-stdio`)
    const machine = await bareMachine()
    const { address, reach, facts } = await findEngine({ ...machine, endpoint: 'ssh://me@far.example:2222' })
    expect({ address, local: facts.local }).toMatchObject({ address: { kind: 'ssh' }, local: false })
    const engine = await openEngine(address, reach)
    onTestFinished(() => engine.close())
    expect(await engine.listContainers({ 'slipway.test': 'nobody' })).toEqual([])
    expect(await engine.inspectImage('slipway-test/nowhere')).toBeUndefined()
    expect(await engine.bridgeAddress('bridge')).toBeUndefined()
    const aborting = new AbortController()
    const events = engine.events({ 'slipway.test': 'nobody' }, () => undefined, aborting.signal)
    setTimeout(() => aborting.abort(new Error('enough')), 300)
    await expect(events).rejects.toThrow('enough')
  })

  test('what ssh said is told where it fails', async () => {
    await fakeSsh('echo "me@far.example: Permission denied (publickey)." >&2; exit 255')
    const machine = await bareMachine()
    await expect(findEngine({ ...machine, endpoint: 'ssh://me@far.example' })).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      details: { reason: expect.stringContaining('Permission denied (publickey)') },
    })
  })
})
