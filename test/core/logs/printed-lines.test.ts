import { writeFile } from 'node:fs/promises'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { queryObjects } from 'node:v8'
import { expect, onTestFinished, test } from 'vitest'
import { newLogStore } from '../../../core/logs/log-store.ts'
import { logPrinted } from '../../../core/logs/printed-lines.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import type { BuiltProject } from '../../../core/project/project.ts'
import { tempFolder } from '../../support/temp.ts'

async function openFolder(): Promise<BuiltProject> {
  const folder = await tempFolder()
  const map = { version: 3, sources: ['index.ts'], names: [], mappings: 'AAAA' }
  const files = {
    'package.json': JSON.stringify({ name: 'asset', version: '1.0.0', dependencies: { 'fabric-shim': '2.5.8' } }),
    'index.ts': '',
    'index.js': '',
    'index.js.map': JSON.stringify(map),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const [project] = (await readProjects(folder)).projects
  if (project === undefined) throw new Error('no chaincode')
  return { project, build: 1, argv: [] }
}

test('the source maps of a chaincode are let go of with its project', async () => {
  const logs = newLogStore(() => undefined)
  onTestFinished(() => logs.close())
  const print = logPrinted(logs, 'Org1MSP')
  const maps = () => queryObjects(SourceMap, { format: 'count' })
  const before = maps()

  async function openAndClose(): Promise<void> {
    const built = await openFolder()
    for (let at = 0; at < 3; at++) print(built, { at, source: 'chaincode', stream: 'stdout', text: 'at index.js:1:1' })
    expect(maps()).toBe(before + 1)
    expect(built.project.name).toBe('asset')
  }
  await openAndClose()
  await openAndClose()

  expect(maps()).toBe(before)
  const { lines } = logs.read({ filter: {}, from: 0, limit: 10 })
  expect(lines.map(({ places }) => places)).toEqual(
    Array.from({ length: 6 }, () => [{ file: 'index.ts', line: 1, column: 1, printed: 'index.js:1:1' }]),
  )
})
