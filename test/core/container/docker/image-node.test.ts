import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { PeerError } from '../../../../core/contract/error.ts'
import { ownLabels } from '../../../../core/container/docker/labels.ts'
import { peerLabel } from '../../../../core/container/docker/names.ts'
import { baseImages } from '../../../support/base-images.ts'
import { eventually } from '../../../support/eventually.ts'
import { fixture } from '../../../support/fixtures.ts'
import { markedProcesses } from '../../../support/marked-processes.ts'
import { needs } from '../../../support/require.ts'
import { tempFolder } from '../../../support/temp.ts'
import { contextOf } from '../../../support/test-containers.ts'
import { abortAt, failure, testImages, type TestImages } from '../../../support/test-images.ts'

const SOURCES = 'image: sources over the dependencies'

/** A package without dependencies, whose installation takes no network and no time. */
async function small(json: Record<string, unknown> = {}): Promise<string> {
  const folder = await tempFolder('small')
  const own = { name: 'small', version: '1.0.0', scripts: { start: 'node index.js' }, dependencies: {} }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...own, ...json }))
  await writeFile(join(folder, 'index.js'), "console.log('small')\n")
  await writeFile(join(folder, 'slipway.yaml'), 'language: node\n')
  return folder
}

needs('docker').describe('the image of Node chaincode', () => {
  beforeAll(() => baseImages(['nodeenv']), 600_000)

  test('has its sources over its dependencies; an edit of source makes one layer', async () => {
    const t = await testImages()
    const folder = await fixture('javascript-contract', 'bare')
    const first = await t.build(folder)
    expect(t.told).toEqual([expect.stringMatching(/^dependencies: npm ci [\d.]+ (s|min), the first time$/), SOURCES])
    // As a launch counts them while it goes on.
    expect(t.counts.get('dependencies')).toMatchObject({ lines: expect.any(Number), last: expect.stringMatching(/./) })
    expect(t.counts.get('dependencies')?.lines).toBeGreaterThan(2)
    expect(t.counts.get('image')?.lines).toBeGreaterThan(0)
    const facts = await t.inspect(first)
    expect(facts.labels).toMatchObject({
      'slipway.chaincode': 'images',
      'slipway.role': 'chaincode',
      'slipway.package': expect.stringMatching(/^[0-9a-f]{64}$/),
      'org.hyperledger.fabric.chaincode.type': 'NODE',
    })
    expect(facts.command).toEqual((await t.inspect('hyperledger/fabric-nodeenv:2.5')).command)
    expect(await t.halfMade()).toEqual([])
    const listed = await t.run(first, 'ls /usr/local/src; ls /chaincode/input /chaincode/output; ls -d /slipway')
    // What it says on stderr may come first.
    expect(listed).toMatch(/^index\.js\nnode_modules\npackage-lock\.json\npackage\.json\n/m)
    expect(listed).toMatch(/\/chaincode\/input:\n\n\/chaincode\/output:\n/)
    expect(listed).toMatch(/cannot access '\/slipway'/)

    t.told.length = 0
    await writeFile(join(folder, 'added.js'), "module.exports = 'added'\n")
    await rename(join(folder, 'index.js'), join(folder, 'main.js'))
    const second = await t.build(folder)
    expect(t.told).toEqual(['dependencies: unchanged', SOURCES])
    expect(second).not.toBe(first)
    expect(await t.run(second, 'ls /usr/local/src')).toBe(
      'added.js\nmain.js\nnode_modules\npackage-lock.json\npackage.json\n',
    )

    t.told.length = 0
    const lock = join(folder, 'package-lock.json')
    await writeFile(lock, `${await readFile(lock, 'utf8')}\n`)
    const third = await t.build(folder)
    expect(t.told[0]).toMatch(/^dependencies: npm ci [\d.]+ (s|min), no cache because package-lock\.json changed$/)

    // The newest good one and the one before stay; so do the dependencies of both, and nothing else.
    expect(await t.images()).toHaveLength(5)
    await t.builder.removeOldImages('images', [second, third])
    expect(await t.images()).toHaveLength(4)
    // Nor does one go that a container uses.
    const held = { name: `${second}-held`, image: second, env: {}, labels: ownLabel(t), hostConfig: {} }
    await t.engine.createContainer(held)
    await t.builder.removeOldImages('images', [third])
    expect(await t.images()).toHaveLength(4)
    await t.engine.removeContainer(held.name)
    await t.builder.removeOldImages('images', [third])
    expect(await t.images()).toEqual([`${third}:latest`, (await t.inspect(third)).labels['slipway.dependencies']])
    expect(await t.halfMade()).toEqual([])
  })

  test('is built in one go, as Fabric does, where its installation needs its sources', async () => {
    const t = await testImages()
    const folder = await small({ scripts: { start: 'node index.js', postinstall: 'node index.js > made.txt' } })
    const image = await t.build(folder)
    expect(t.told).toEqual(['dependencies skipped: package.json has a postinstall script', 'image: npm install'])
    expect(await t.run(image, 'cat /usr/local/src/made.txt')).toBe('small\n')
    expect(await t.images()).toEqual([`${image}:latest`])
    expect(await t.halfMade()).toEqual([])
  })

  test('is built again even if an image of its name exists, and the old one goes', async () => {
    const t = await testImages()
    const folder = await small()
    const image = await t.build(folder)
    await t.engine.removeImage(image)
    expect(await t.build(folder)).toBe(image)
    expect(await t.inspect(image)).toBeDefined()
    expect(await t.halfMade()).toEqual([])
  })

  test('shows what a build prints as it comes, also a line without its end', async () => {
    const t = await testImages()
    const script = `process.stdout.write('Go on? ')
      setInterval(() => require('fs').existsSync('/tmp/go') && process.exit(console.log('yes')), 100)`
    const folder = await small({ scripts: { start: 'node index.js', postinstall: 'node ask.js' } })
    await writeFile(join(folder, 'ask.js'), script)
    await writeFile(join(folder, '.npmrc'), 'foreground-scripts=true\n')
    const build = t.build(folder)
    await eventually(() => t.printed.map(({ text }) => text)).toContain('Go on? ')
    expect(t.printed.map(({ text }) => text)).not.toContain('yes')
    const [container = ''] = await t.halfMade()
    execFileSync('docker', ['exec', container, 'touch', '/tmp/go'])
    await build
    expect(t.printed.map(({ text }) => text)).toContain('yes')
    expect(t.printed.every(({ source }) => source === 'build')).toBe(true)
  })

  test('whose dependencies cannot be installed is an error with npm’s own words, and leaves nothing', async () => {
    const t = await testImages()
    const good = await t.build(await small())
    const folder = await small({ dependencies: { 'fabric-shim': '99.99.99' } })
    const error = await failure(t.build(folder))
    expect(error.code).toBe('INSTALL_FAILED')
    const { output } = error.details as { output: string[] }
    expect(output.join('\n')).toMatch(/fabric-shim@99\.99\.99/)
    expect(t.told.at(-1)).toBe('dependencies failed')
    expect(await t.halfMade()).toEqual([])
    // It can be fixed, and the last good image still exists.
    expect(await t.inspect(good)).toBeDefined()
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'small', dependencies: {} }))
    await t.build(folder)
  })

  test('whose base image can’t be found says so', async () => {
    const t = await testImages({ chaincode: { node: { runtime: 'slipway.invalid/fabric-nodeenv:2.5' } } })
    const error = await failure(t.build(await small()))
    expect(error.code).toBe('REGISTRY_UNREACHABLE')
    expect(error.details).toMatchObject({ image: 'slipway.invalid/fabric-nodeenv:2.5' })
    expect(await t.halfMade()).toEqual([])
  })

  test('takes the base image that is here where a newer one is wanted and cannot be had', async () => {
    const t = await testImages()
    const mine = 'slipway.invalid/fabric-nodeenv:2.5'
    await t.engine.buildImage(
      {
        context: await contextOf('FROM hyperledger/fabric-nodeenv:2.5\n'),
        image: mine,
        labels: ownLabel(t),
      },
      () => undefined,
    )
    const pulling = await testImages({ chaincode: { pull: true, node: { runtime: mine } } })
    await pulling.build(await small())
    expect(pulling.printed.some(({ text }) => text.startsWith(`Pulling ${mine}`))).toBe(true)
    expect(pulling.told).toHaveLength(2)
  })

  test('builds the dependencies again if the base image has changed', async () => {
    const t = await testImages({ chaincode: { node: { runtime: 'slipway-test/fabric-nodeenv:2.5' } } })
    const base = async (line: string) => {
      const context = await contextOf(`FROM hyperledger/fabric-nodeenv:2.5\nENV ${line}\n`)
      const image = 'slipway-test/fabric-nodeenv:2.5'
      await t.engine.buildImage({ context, image, labels: ownLabel(t) }, () => undefined)
    }
    await base('ONE=1')
    const folder = await small()
    await t.build(folder)
    await base('TWO=2')
    await writeFile(join(folder, 'index.js'), '// edited\n')
    t.told.length = 0
    const image = await t.build(folder)
    expect(t.told[0]).toMatch(/slipway-test\/fabric-nodeenv:2\.5 changed$/)
    expect(await t.run(image, 'echo $TWO')).toBe('2\n')
    await t.builder.removeOldImages('images', [image])
    expect(await t.halfMade()).toEqual([])
  })

  test('that takes too long is stopped, and nothing of it is left', async () => {
    const t = await testImages({ chaincode: { buildtimeout: 20_000 } })
    const folder = await small({ scripts: { start: 'node .', postinstall: 'sleep 600' } })
    const error = await failure(t.build(folder))
    expect(error.code).toBe('BUILD_TIMEOUT')
    expect(error.details).toMatchObject({ command: 'npm install', seconds: 20 })
    expect(await t.halfMade()).toEqual([])
    expect(await t.images()).toEqual([])
  })

  test('can be aborted at every step, and nothing of it is left', async () => {
    const t = await testImages()
    const folder = await fixture('javascript-contract', 'bare')
    const nothing = () => eventually(() => t.halfMade()).toEqual([])
    // Elsewhere it isn't by steps of the engine that the dependencies are made.
    if (await t.engine.endsBuilds()) await abortAt(t, /^step 3\/4 ?: COPY/i, folder)
    await abortAt(t, /npm ci/, folder)
    await nothing()
    expect(await t.images()).toEqual([])
    const easy = await small()
    await abortAt(t, /^step 4\/5 ?: LABEL/i, easy)
    await nothing()
    // The dependencies were whole by then; they serve the next build.
    expect(await t.images()).toContainEqual(expect.stringContaining('-dependencies:'))
    const mark = `MARK=${randomUUID()}`
    const scripted = await small({ scripts: { start: 'node .', postinstall: `echo here; env ${mark} sleep 600` } })
    await writeFile(join(scripted, '.npmrc'), 'foreground-scripts=true\n')
    await abortAt(t, /^here$/, scripted)
    expect(await t.halfMade()).toEqual([])
    // What it ran has ended too, and doesn't go on for nobody.
    await eventually(() => markedProcesses(mark)).toEqual([])
    await rm(join(easy, 'index.js'))
    await writeFile(join(easy, 'other.js'), '')
    t.told.length = 0
    await t.build(easy)
    expect(t.told[0]).toBe('dependencies: unchanged')
    await nothing()
  })

  test('that is aborted for a newer one does not take the newer one’s layers with it', async () => {
    const t = await testImages()
    const folder = await small({ scripts: { start: 'node .', postinstall: 'sleep 600' } })
    const newer = await small()
    const aborting = new AbortController()
    const older = failure(t.build(folder, aborting.signal))
    await eventually(() => t.printed.map(({ text }) => text).join('\n')).toContain('npm install')
    const next = t.build(newer)
    aborting.abort(new PeerError('ABORTED', { what: 'The older build' }))
    expect((await older).code).toBe('ABORTED')
    const image = await next
    expect(await t.images()).toContain(`${image}:latest`)
    expect(await t.halfMade()).toEqual([])
  })

  test('that was aborted takes no layers with it of what is built after the peer has closed', async () => {
    const [t, other] = [await testImages(), await testImages()]
    const [looks, otherLooks] = [looksForRemains(t), looksForRemains(other)]
    await abortAt(t, /^step 4\/5 ?: LABEL/i, await small())
    t.builder.close()
    await abortAt(other, /^step 4\/5 ?: LABEL/i, await small())
    // As a layer of a build under way looks: the labels of the chaincode, and no name.
    const labels = Object.entries({ ...ownLabel(t), 'slipway.chaincode': 'images' })
    // Podman's import takes one label a line.
    const changes = labels.flatMap(([name, value]) => ['--change', `LABEL ${name}=${value}`])
    const imported = execFileSync('docker', ['import', ...changes, '-'], {
      input: Buffer.alloc(1024),
      encoding: 'utf8',
    })
    // Podman says it twice.
    const layer = /sha256:\w+/.exec(imported)?.[0]
    // The one that is still open looks at once and twice later: each time after the closed one would have.
    await eventually(otherLooks).toBe(3)
    expect(looks()).toBe(1)
    expect(await t.halfMade()).toContain(layer)
  })
})

/** Counts how often the builder looks for what aborted builds left. */
function looksForRemains({ engine }: TestImages): () => number {
  const list = vi.spyOn(engine, 'listContainers')
  return () => list.mock.calls.filter(([labels]) => labels['slipway.role'] === 'build').length
}

function ownLabel({ config }: TestImages): Record<string, string> {
  return ownLabels(peerLabel(config.dataDir))
}
