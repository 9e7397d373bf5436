import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { baseImages } from '../../../support/base-images.ts'
import { eventually } from '../../../support/eventually.ts'
import { fixture } from '../../../support/fixtures.ts'
import { needs } from '../../../support/require.ts'
import { tempFolder } from '../../../support/temp.ts'
import { abortAt, failure, testImages } from '../../../support/test-images.ts'

const DEADLINE_MS = 600_000

/** A module whose chaincode is in a folder below its root, and needs nothing that is not there. */
async function module(): Promise<{ root: string; folder: string }> {
  const root = await tempFolder('module')
  const folder = join(root, 'chaincodes/assets')
  await mkdir(folder, { recursive: true })
  await mkdir(join(root, 'words'))
  await writeFile(join(root, 'go.mod'), 'module example.com/all\n\ngo 1.19\n')
  await writeFile(join(root, 'words/words.go'), 'package words\n\nconst Greeting = "hello from below"\n')
  await writeFile(
    join(folder, 'main.go'),
    'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/all/words"\n)\n\nfunc main() { fmt.Println(words.Greeting) }\n',
  )
  await writeFile(join(folder, 'slipway.yaml'), 'language: golang\n')
  return { root, folder }
}

needs('docker').describe('the image of Go chaincode', () => {
  beforeAll(() => baseImages(['baseos', 'ccenv']), DEADLINE_MS)

  test(
    'holds the program alone; an edit of source compiles nothing but the source',
    async () => {
      const t = await testImages()
      const folder = await fixture('go-shim-v2', 'bare')
      await writeFile(join(folder, 'extra.go'), 'package main\n\nfunc extra() string { return "one" }\n')
      const first = await t.build(folder)
      expect(t.told).toEqual([
        expect.stringMatching(/^dependencies: go build of the dependencies [\d.]+ (s|min), the first time$/),
        'image: go build',
      ])
      expect((await t.inspect(first)).labels['org.hyperledger.fabric.chaincode.type']).toBe('GOLANG')
      expect(await t.run(first, 'chaincode -peer.address=127.0.0.1:1')).toMatch(/CORE_CHAINCODE_ID_NAME/)
      expect(await t.run(first, 'ls /chaincode /slipway')).not.toContain('main.go')
      expect(await t.halfMade()).toEqual([])

      // A file that is gone is not compiled again.
      t.told.length = t.printed.length = 0
      await rm(join(folder, 'extra.go'))
      await writeFile(join(folder, 'other.go'), 'package main\n\nfunc extra() string { return "two" }\n')
      const second = await t.build(folder)
      expect(t.told).toEqual(['dependencies: unchanged', 'image: go build'])
      expect(t.printed.filter(({ text }) => text.startsWith('github.com/'))).toEqual([])
      expect(second).not.toBe(first)

      t.told.length = 0
      await writeFile(join(folder, 'other.go'), 'package main\n\nfunc extra() string { return two }\n')
      const error = await failure(t.build(folder))
      expect(error.code).toBe('BUILD_FAILED')
      expect(error.details).toMatchObject({
        cause: { message: 'undefined: two', file: 'other.go', line: 3 },
        diagnostics: [{ file: 'other.go', line: 3, severity: 'error' }],
      })
      expect(t.told).toEqual(['dependencies: unchanged', 'image failed'])
      expect(await t.halfMade()).toEqual([])

      await writeFile(join(folder, 'other.go'), '// Package main is edited.\npackage main\n')
      await abortAt(t, /^example\.com\/go-shim-v2$/, folder)
      await eventually(() => t.halfMade()).toEqual([])

      t.told.length = 0
      const mod = join(folder, 'go.mod')
      await writeFile(mod, `${await readFile(mod, 'utf8')}// edited\n`)
      const third = await t.build(folder)
      expect(t.told[0]).toMatch(/no cache because go\.mod changed$/)
      await t.builder.removeOldImages('images', [third])
      expect(await t.images()).toHaveLength(2)
      expect(await t.halfMade()).toEqual([])
    },
    DEADLINE_MS,
  )

  test(
    'is compiled in its own folder of the module',
    async () => {
      const t = await testImages({
        chaincode: { golang: { runtime: 'hyperledger/fabric-baseos:2.5', dynamicLink: true } },
      })
      const { root, folder } = await module()
      expect(await t.run(await t.build(folder), 'chaincode')).toBe('hello from below\n')
      await writeFile(join(root, 'words/words.go'), 'package words\n\nconst Greeting = hello\n')
      const error = await failure(t.build(folder))
      expect(error.details).toMatchObject({ diagnostics: [{ file: '../../words/words.go', line: 3 }] })
    },
    DEADLINE_MS,
  )

  test(
    'whose module is at fault fails with the compiler’s own words, and the dependencies are tried apart only once',
    async () => {
      const t = await testImages()
      const { root, folder } = await module()
      await writeFile(join(folder, 'more.go'), 'package main\n\nimport _ "example.invalid/nothing"\n')
      const missing = await failure(t.build(folder))
      expect(missing.code).toBe('BUILD_FAILED')
      expect((missing.details as { output: string[] }).output.join('\n')).toContain('example.invalid/nothing')
      // What else is imported could be compiled without it.
      expect(t.told).toEqual([expect.stringMatching(/, the first time$/), 'image failed'])

      t.told.length = 0
      await writeFile(join(root, 'go.mod'), 'module example.com/all\n\nrequires nothing\n')
      const broken = await failure(t.build(folder))
      expect(broken.code).toBe('BUILD_FAILED')
      expect((broken.details as { output: string[] }).output.join('\n')).toContain('unknown directive: requires')
      await failure(t.build(folder))
      expect(t.told).toEqual([
        'dependencies: go build of the dependencies exited with code 1: left to the build',
        'image failed',
        'dependencies skipped: could not be built separately',
        'image failed',
      ])
      expect(await t.halfMade()).toEqual([])
    },
    DEADLINE_MS,
  )
})
