import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { testEngine } from '../../../support/docker-engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { needs } from '../../../support/require.ts'
import { testContainers } from '../../../support/test-containers.ts'

needs('dockerd').describe('a chaincode’s container whose engine is killed', () => {
  test('lives on where the engine lets it, and is followed again', async () => {
    const engine = await testEngine({ args: ['--live-restore'] })
    const t = await testContainers({ host: engine.host })
    const instance = await t.start('echo first; until [ -e /tmp/go ]; do sleep 0.1; done; echo second; exit 4')
    await eventually(() => t.printed.length).toBe(1)
    await engine.kill()
    await eventually(() => instance.container.state).toBe('lost')
    await engine.start()
    await eventually(() => instance.container.state).toBe('running')
    await engine.docker('exec', instance.containerName, 'sh', '-c', 'echo > /tmp/go')
    expect(await instance.exited).toMatchObject({ code: 4, output: ['first', 'second'] })
    expect(t.changes.map(({ state }) => state)).toEqual(['lost', 'running'])
  })

  test('ends with it otherwise, and says so; the next start is as good as ever', async () => {
    const engine = await testEngine()
    const t = await testContainers({ host: engine.host })
    const instance = await t.start('echo first; exec sleep 60')
    await eventually(() => t.printed.length).toBe(1)
    await engine.kill()
    await eventually(() => instance.container.state).toBe('lost')
    await expect(t.start('true')).rejects.toMatchObject({ code: expect.stringMatching(/^DOCKER_/) })
    await engine.start()
    expect(await instance.exited).toMatchObject({ output: ['first'] })
    await instance.stop()
    const next = await t.start('exit 2')
    expect((await next.exited).code).toBe(2)
    expect(await t.containers()).toEqual([next.containerName])
  })

  test.each(['create', 'attach', 'start'] as const)(
    'in step %s: the start fails, and what it left goes later',
    async (step) => {
      const engine = await testEngine()
      const t = await testContainers({ host: engine.host })
      await (await t.start('true')).stop()
      const { report, untimed } = t.steps
      const killing: typeof report = {
        ...report,
        step: (name, work) =>
          report.step(name, async (note) => {
            if (name === step) await engine.kill()
            return work(note)
          }),
      }
      const starting = t.vm.start(t.spec('exec sleep 60'), new AbortController().signal, { report: killing, untimed })
      await expect(starting).rejects.toMatchObject({ code: expect.stringMatching(/^DOCKER_/) })
      await engine.start()
      const next = await t.start('exec sleep 60')
      await eventually(() => t.containers()).toEqual([next.containerName])
    },
  )
})

needs('docker').describe('an image', () => {
  test('for another architecture is refused where the engine cannot emulate that', async () => {
    const t = await testContainers()
    const other = (await t.engine.facts()).arch === 'arm64' ? 's390x' : 'arm64'
    const image = `${t.image}-other`
    await loadForeign(image, other, t.peer)
    const outcome = await t.start('true', { image }).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ code: 'CONTAINER_ARCHITECTURE', details: { image, imageArch: other } })
    expect(await t.containers()).toEqual([])
  })
})

/** An image that says it is of that architecture, and whose shell is a program of a machine that nobody has. */
async function loadForeign(image: string, arch: string, peer: string): Promise<void> {
  const program = Buffer.from(await readFile('/bin/sh'))
  // e_machine of the ELF header.
  program.writeUInt16LE(0xfffe, 18)
  const layer = await tarOf({ 'bin/sh': program })
  const digest = createHash('sha256').update(layer).digest('hex')
  const config = JSON.stringify({
    architecture: arch,
    os: 'linux',
    config: { Labels: { 'slipway.peer': peer } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  })
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [`${image}:latest`], Layers: ['layer.tar'] }])
  const archive = await tarOf({ 'config.json': config, 'layer.tar': layer, 'manifest.json': manifest })
  const loading = spawn('docker', ['load', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] })
  loading.stdin.end(archive)
  const [code] = (await once(loading, 'exit')) as [number | null]
  if (code !== 0) throw new Error('docker load failed')
}

async function tarOf(files: Record<string, Buffer | string>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
