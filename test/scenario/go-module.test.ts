// @module-tag slow
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFolder } from './author.ts'

needs('go').test(
  'a program below its go.mod runs, and is built when another package of the module is saved',
  async () => {
    const root = await fixture('go-shim-v2')
    const folder = join(root, 'cmd/cc')
    await mkdir(folder, { recursive: true })
    await mkdir(join(root, 'version'))
    await rename(join(root, 'main.go'), join(folder, 'main.go'))
    const module = /^module (\S+)/m.exec(await readFile(join(root, 'go.mod'), 'utf8'))?.[1] ?? ''
    await writeFile(join(root, 'version/version.go'), 'package version\n\nconst Mark = "one"\n')
    await writeFile(
      join(folder, 'version.go'),
      `package main\n\nimport "${module}/version"\n\nvar mark = version.Mark\n\nfunc init() { _ = mark }\n`,
    )
    const peer = await testPeer()
    expect(await codeOf(peer.api.openChaincode({ folder: root }))).toBe('NOT_A_PROGRAM')
    const chaincode = await openFolder(peer, { folder })
    expect(chaincode.name).toBe('cc')
    await chaincode.build(1, 'serving')
    await chaincode.eventually('it is watched', ({ watch }) => watch.state === 'watching')
    await chaincode.edit('../../version/version.go', 'one', 'two')
    expect((await chaincode.build(2, 'serving')).files).toEqual(['../../version/version.go'])
  },
)
