// @module-tag slow
import { writeFileSync } from 'node:fs'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Cause } from '../../core/contract/cause.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { prepared } from '../support/fixture-cache.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { openFolder } from './author.ts'

/** A folder of the TypeScript sample, and its tsconfig.json without these options and with those. */
async function sample(without: string[], options: object) {
  const folder = await fixture('asset-transfer-typescript')
  const file = join(folder, 'tsconfig.json')
  const text = (await readFile(file, 'utf8')).replace(/^\s*\/\/.*$/gm, '')
  const { compilerOptions, ...rest } = JSON.parse(text) as { compilerOptions: Record<string, unknown> }
  const kept = Object.fromEntries(Object.entries(compilerOptions).filter(([name]) => !without.includes(name)))
  const set = (more: object) => {
    const changed = { ...rest, compilerOptions: { ...kept, ...options, ...more } }
    // At one go, so that nobody reads half a file.
    writeFileSync(file, JSON.stringify(changed, null, 2))
  }
  set({})
  return { folder, set }
}

const refused = (error: PeerErrorData | undefined) =>
  (error?.details as { options: { option: string; fix: string }[] }).options

describe('TypeScript 7', () => {
  /** The compiler of the folder is the real one of that version. */
  async function compileWithSeven(folder: string): Promise<void> {
    const place = join(folder, 'node_modules/typescript')
    await rm(place, { recursive: true })
    await symlink(join(await prepared('node-tools'), 'node_modules/typescript'), place, 'junction')
  }

  test('refuses what tsconfig.json has said for years: each option is named with its fix, and the fixes build', async () => {
    const { folder, set } = await sample(['rootDir', 'ignoreDeprecations'], { moduleResolution: 'node' })
    await compileWithSeven(folder)
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder })
    const { error } = await chaincode.failed(1)
    expect(error?.code).toBe('TSCONFIG_REFUSED')
    const options = refused(error)
    expect(options.map(({ option }) => option)).toEqual(['moduleResolution=node10', 'rootDir'])
    expect(options[0]?.fix).toContain('"module": "node16"')
    expect(options[0]?.fix).toContain('"moduleResolution": "node16"')
    expect(options[1]?.fix).toContain('"rootDir": "./src"')

    set({ module: 'node16', moduleResolution: 'node16', rootDir: './src' })
    await chaincode.build(2, 'serving')
    expect(await chaincode.evaluate('GetAllAssets')).toBe('[]')
  })

  test('writes below dist/src where the root is the folder: it is told where the output lies, and what sets it right', async () => {
    const modern = { module: 'node16', moduleResolution: 'node16' }
    const { folder, set } = await sample(['ignoreDeprecations'], { ...modern, rootDir: '.' })
    await compileWithSeven(folder)
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder })
    const { error } = await chaincode.failed(1)
    expect(error).toMatchObject({
      code: 'OUTPUT_MISPLACED',
      details: { expected: 'dist/index.js', found: 'dist/src/index.js', rootDir: 'src' },
    })
    set({ rootDir: 'src' })
    await chaincode.build(2, 'serving')
  })
})

describe('`paths` of tsconfig.json', () => {
  test.each(['@/rules', 'rules'])(
    '%s compiles and isn’t found by Node: no package of that name is advised',
    async (name) => {
      const paths = { '@/*': ['./src/*'], rules: ['./src/rules.ts'] }
      const { folder } = await sample([], { paths })
      await writeFile(join(folder, 'src/rules.ts'), 'export const most = 10\n')
      const file = join(folder, 'src/index.ts')
      const text = await readFile(file, 'utf8')
      await writeFile(file, `import { most } from '${name}'\nconsole.log(most)\n${text}`)
      const peer = await testPeer()
      const chaincode = await openFolder(peer, { folder })
      const { error } = await chaincode.failed(1)
      expect(error?.code).toBe('CHAINCODE_EXITED')
      const { cause } = error?.details as { cause?: Cause }
      expect(cause).toMatchObject({ kind: 'missing-module', message: expect.stringContaining(`'${name}'`) as string })
      expect(cause?.fix).toBeUndefined()
      expect(error?.do).not.toContain('npm install')
    },
  )
})
