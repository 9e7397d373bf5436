// @module-tag slow
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { fixture } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { openFolder } from './author.ts'
import { fails, type Failing } from './causes.ts'

// Compilers in containers, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 600_000 })

/** Where an image is built and its container started, the causes are the same, in the author's own files. */
needs('docker').describe('in net mode', () => {
  const net = netPeers()
  const settings = { chaincode: { buildtimeout: 500_000 } }
  const inNet = (title: string, failing: Omit<Failing, 'mode'>, more: { tls?: boolean } = {}) =>
    fails(title, { ...failing, mode: 'net', readiness: failing.readiness ?? 'bare' }, () =>
      net.peer({ ...settings, ...more }),
    )

  describe('JavaScript', () => {
    beforeAll(() => baseImages(['nodeenv']), 600_000)
    const js = { fixture: 'javascript-contract', code: 'CHAINCODE_EXITED' } as const
    const start = (command: string) => (before: string) => before.replace('fabric-chaincode-node start', command)

    inNet('a syntax error', {
      ...js,
      files: { 'index.js': 'const a = {\n  b: 1\n  c: 2\n}\n' },
      cause: { file: 'index.js', line: 3, kind: 'syntax', message: "SyntaxError: Unexpected identifier 'c'" },
    })
    inNet('a registry that isn’t there', {
      ...js,
      code: 'INSTALL_FAILED',
      files: { '.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\n', 'package-lock.json': undefined },
      cause: { kind: 'network', message: /request to http:\/\/127\.0\.0\.1:9\/.* failed/ },
    })
    inNet('a start script that names a program that doesn’t exist', {
      ...js,
      files: { 'package.json': start('nonsuch-program') },
      cause: { kind: 'command', message: /nonsuch-program: (?:command )?not found/ },
    })

    test('localhost, which is the container itself', async () => {
      const folder = await fixture('javascript-contract')
      const script = 'exec node_modules/.bin/fabric-chaincode-node start --peer.address "localhost:${2##*:}"\n'
      await writeFile(join(folder, 'start.sh'), script)
      const manifest = join(folder, 'package.json')
      await writeFile(manifest, start('sh start.sh')(await readFile(manifest, 'utf8')))
      const chaincode = await openFolder(await net.peer(settings), { folder, mode: 'net', watch: false })
      const { error } = await chaincode.failed(1)
      expect(error).toMatchObject({ code: 'CHAINCODE_EXITED', details: { cause: { kind: 'connection' } } })
      expect(error?.why).toContain('the container itself')
    })

    test('no TLS where the peer speaks it', async () => {
      const folder = await fixture('javascript-contract')
      await writeFile(
        join(folder, 'start.sh'),
        'export CORE_PEER_TLS_ENABLED=false\nexec node_modules/.bin/fabric-chaincode-node start "$@"\n',
      )
      const manifest = join(folder, 'package.json')
      await writeFile(manifest, start('sh start.sh')(await readFile(manifest, 'utf8')))
      const peer = await net.peer({ ...settings, tls: true })
      const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false })
      expect((await chaincode.failed(1)).error?.code).toBe('CHAINCODE_WITHOUT_TLS')
    })

    const program = (title: string, chmod: string, kind: string) =>
      test(title, async () => {
        const folder = await tempFolder('other')
        const prebuilds = join(import.meta.dirname, '../../node_modules/classic-level/prebuilds')
        const foreign = join(prebuilds, process.arch === 'arm' ? 'linux-arm64' : 'linux-arm')
        const [name = ''] = await readdir(foreign)
        await copyFile(join(foreign, name), join(folder, 'program'))
        const copied = `FROM hyperledger/fabric-nodeenv:2.5\nCOPY program /srv/program\nRUN chmod ${chmod} /srv/program\n`
        await writeFile(join(folder, 'Dockerfile'), `${copied}CMD ["/srv/program"]\n`)
        await writeFile(join(folder, 'slipway.yaml'), 'language: other\nname: plain\nmode: net\n')
        const chaincode = await openFolder(await net.peer(settings), { folder, watch: false })
        const { error } = await chaincode.failed(1)
        expect(error).toMatchObject({ code: 'CHAINCODE_EXITED', details: { cause: { kind } } })
      })
    program('a program for another processor', '755', 'native')
    program('a program that may not be run', '644', 'permission')
  })

  describe('TypeScript', () =>
    inNet('a type error', {
      fixture: 'asset-transfer-typescript',
      code: 'BUILD_FAILED',
      files: { 'src/more.ts': "export const a: number = 'text'\n" },
      cause: {
        file: 'src/more.ts',
        line: 1,
        kind: 'compile',
        code: 'TS2322',
        message: "Type 'string' is not assignable to type 'number'.",
      },
    }))

  describe('Go', () => {
    beforeAll(() => baseImages(['ccenv', 'baseos']), 600_000)
    inNet('a type error', {
      fixture: 'go-shim-v2',
      readiness: 'installed',
      code: 'BUILD_FAILED',
      files: { 'more.go': 'package main\n\nvar more int = "a"\n' },
      cause: { file: 'more.go', line: 3, kind: 'compile', message: /^cannot use "a"/ },
    })
    inNet('a panic', {
      fixture: 'go-shim-v2',
      readiness: 'installed',
      code: 'CHAINCODE_EXITED',
      files: { 'main.go': (before) => before.replace('func main() {\n', 'func main() {\n\tpanic("no config")\n') },
      cause: { file: 'main.go', line: 'panic("no config")', kind: 'thrown', message: 'panic: no config' },
    })
  })

  describe('Java', () => {
    beforeAll(() => baseImages(['javaenv']), 600_000)
    const file = 'src/main/java/example/NoteContract.java'
    inNet('a compile error', {
      fixture: 'java-contract',
      code: 'BUILD_FAILED',
      files: {
        [file]: (before) => before.replace(/(class NoteContract[^{]*\{\n)/, '$1    static final String NONE = 5;\n'),
      },
      cause: { file, line: 'NONE = 5', kind: 'compile', message: /^incompatible types: int cannot be converted/ },
    })
  })
})
