import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { peerConfig } from '../../../core/config/peer-config.ts'
import { golangPlan } from '../../../core/platforms/golang/image-plan.ts'
import { javaPlan } from '../../../core/platforms/java/image-plan.ts'
import { nodePlan } from '../../../core/platforms/node/image-plan.ts'
import type { Project } from '../../../core/project/project.ts'
import { tempFolder } from '../../support/temp.ts'

const { chaincode: config } = peerConfig({ dataDir: '/nowhere' })

const project = (folder: string): Project => ({
  folder,
  name: 'assets',
  version: '1.0',
  channel: 'mychannel',
  channels: ['mychannel'],
  language: 'node',
  dialect: 'JavaScript',
  buildTool: 'npm',
  mode: 'net',
  startedBy: 'slipway',
  initRequired: false,
  env: {},
  ignore: [],
  terminal: { argv: [] },
})

const filesOf = (texts: Record<string, unknown>) =>
  new Map(
    Object.entries(texts).map(([name, content]) => [
      name,
      Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    ]),
  )

const node = (json: unknown, more: Record<string, unknown> = {}, runtime = config.node.runtime) =>
  nodePlan(project('/x'), filesOf({ 'src/package.json': json, 'src/index.js': '', ...more }), {
    ...config,
    node: { runtime },
  })

describe('the image of Node chaincode', () => {
  test('is its sources over its dependencies, which only the manifests decide', () => {
    const plan = node({ dependencies: { 'fabric-shim': '^2.5.0' }, scripts: { start: 'node .' } })
    expect(plan.image.from).toBe('dependencies')
    expect(plan.dependencies).toMatchObject({ manifests: ['src/package.json'], words: 'npm install' })
    const locked = node({}, { 'src/package-lock.json': { packages: {} }, 'src/.npmrc': '' })
    expect(locked.dependencies).toMatchObject({
      manifests: ['src/package.json', 'src/package-lock.json', 'src/.npmrc'],
      words: 'npm ci',
    })
    const yarn = node({}, { 'src/yarn.lock': '' })
    expect(yarn.dependencies).toMatchObject({ manifests: ['src/package.json', 'src/yarn.lock'], words: 'npm install' })
  })

  test.each([
    ['an install script', { scripts: { postinstall: 'node setup.js' } }, {}],
    ['a prepare script', { scripts: { prepare: 'husky' } }, {}],
    ['a folder as a dependency', { dependencies: { shared: 'file:../shared' } }, {}],
    ['a path as a dependency', { dependencies: { shared: './shared' } }, {}],
    ['a link', { devDependencies: { shared: 'link:../shared' } }, {}],
    ['a folder as an override', { overrides: { a: { b: 'file:./b' } } }, {}],
    ['workspaces', { workspaces: ['packages/*'] }, {}],
    ['a folder in the lock file', {}, { 'src/package-lock.json': { packages: { 'node_modules/a': { link: true } } } }],
    ['an addon of its own', {}, { 'src/binding.gyp': '{}' }],
    ['a package.json that is not JSON', '{', {}],
  ])('is built in one go with %s', (_, json, more) => {
    const plan = node(json, more)
    expect(plan.image.from).toBe('build')
    expect(plan.dependencies).toHaveProperty('none')
  })

  test('is built in one go on an image that may build in a way of its own', () => {
    expect(node({}, {}, 'registry:5000/acme/node-builder:3').image.from).toBe('build')
    expect(node({}, {}, 'registry:5000/hyperledger/fabric-nodeenv:2.4').image.from).toBe('dependencies')
    expect(node({}, {}, 'fabric-nodeenv').image.from).toBe('dependencies')
  })
})

describe('the image of Go chaincode', () => {
  test('is compiled as Fabric does, statically unless the configuration says otherwise', async () => {
    const folder = await tempFolder('plan')
    await writeFile(join(folder, 'go.mod'), 'module example.com/assets\n')
    const files = filesOf({ 'src/go.mod': 'module example.com/assets', 'src/go.sum': '', 'src/main.go': '' })
    const plan = await golangPlan(project(folder), files, config)
    expect(plan).toMatchObject({
      root: folder,
      builder: 'hyperledger/fabric-ccenv:2.5',
      env: { GO111MODULE: 'on' },
      dependencies: { manifests: ['src/go.mod', 'src/go.sum'], files: ['src/go.mod', 'src/go.sum', 'src/main.go'] },
      image: { runtime: 'hyperledger/fabric-baseos:2.5', target: '/usr/local/bin' },
    })
    const script = plan.image.from === 'build' ? plan.image.script : ''
    expect(script).toContain("cd '/chaincode/input/src'")
    expect(script).toContain(
      `go build -v -mod=readonly -ldflags "-linkmode external -extldflags '-static'" -o /chaincode/output/chaincode .`,
    )
    expect(JSON.stringify(plan)).not.toMatch(/dlv|gcflags/)
    const debugged = await golangPlan({ ...project(folder), debug: true }, files, config)
    expect(debugged.image).toMatchObject({ script: expect.stringMatching(/dlv[^]*-N -l/) as string })
    // Without Delve it fails: an image of the dependencies that lacks it would be kept.
    expect(debugged.dependencies).toMatchObject({ script: expect.stringMatching(/dlv@v[\d.]+\)$/) as string })
    const dynamic = { ...config, golang: { ...config.golang, dynamicLink: true } }
    const linked = await golangPlan(project(folder), files, dynamic)
    expect(JSON.stringify(linked)).not.toContain('-ldflags')
  })

  test('below the root of its module is compiled there, from its vendor folder', async () => {
    const root = await tempFolder('plan')
    await writeFile(join(root, 'go.mod'), 'module example.com/all\n')
    await mkdir(join(root, 'chaincodes/assets'), { recursive: true })
    const files = filesOf({ 'src/go.mod': '', 'src/vendor/modules.txt': '', 'src/vendor/a/a.go': '', 'src/x.go': '' })
    const plan = await golangPlan(project(join(root, 'chaincodes/assets')), files, config)
    expect(plan.root).toBe(root)
    expect(plan.dependencies).toMatchObject({
      manifests: ['src/go.mod', 'src/vendor/modules.txt', 'src/vendor/a/a.go'],
    })
    const script = plan.image.from === 'build' ? plan.image.script : ''
    expect(script).toContain("cd '/chaincode/input/src/chaincodes/assets'")
    expect(script).toContain('-mod=vendor')
  })
})

describe('the image of Java chaincode', () => {
  const java = (...names: string[]) =>
    javaPlan(project('/x'), filesOf(Object.fromEntries(names.map((name) => [name, '']))), config)

  test('is built by build.sh, its dependencies from what Maven or Gradle reads first', () => {
    expect(java('src/pom.xml', 'src/src/main/java/A.java', 'src/lib/pom.xml', 'src/mvnw')).toMatchObject({
      dependencies: { manifests: ['src/pom.xml', 'src/lib/pom.xml', 'src/mvnw'], words: 'mvn of the dependencies' },
      image: { script: './build.sh', target: '/root/chaincode-java/chaincode' },
    })
    expect(
      java('src/build.gradle.kts', 'src/gradle/wrapper/gradle-wrapper.jar', 'src/src/main/resources/pom.xml'),
    ).toMatchObject({ dependencies: { manifests: ['src/build.gradle.kts', 'src/gradle/wrapper/gradle-wrapper.jar'] } })
  })

  test('has no dependencies of its own where it is a jar already', () => {
    expect(java('src/chaincode.jar').dependencies).toHaveProperty('none')
  })
})
