import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import {
  packageId,
  readLifecyclePackage,
  writeLifecyclePackage,
  type LifecyclePackage,
} from '../../../core/ccprovider/lifecycle-package.ts'

const golang: LifecyclePackage = {
  type: 'golang',
  label: 'assets_1.0',
  path: 'example.com/a&b',
  code: gzipSync('the code'),
}

test('a package is read back as it was written', async () => {
  const bytes = writeLifecyclePackage(golang)
  expect(await readLifecyclePackage(bytes, 'x')).toEqual(golang)
  const { path: _, ...service } = { ...golang, type: 'ccaas' as const }
  expect(await readLifecyclePackage(writeLifecyclePackage(service), 'x')).toEqual(service)
})

test('the same bytes for the same code, without a time, an owner or a system', () => {
  const bytes = writeLifecyclePackage(golang)
  expect(bytes.equals(writeLifecyclePackage(golang))).toBe(true)
  expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  const tar = gunzipSync(bytes)
  const field = (at: number, length: number) => tar.subarray(at, at + length).toString()
  expect(field(0, 14)).toBe('metadata.json\0')
  expect([field(100, 7), field(108, 7), field(116, 7), field(136, 11)]).toEqual([
    '0100644',
    '0000000',
    '0000000',
    '00000000000',
  ])
  // As Go's encoding/json writes it.
  expect(field(512, 67)).toBe('{"path":"example.com/a\\u0026b","type":"golang","label":"assets_1.0"}'.slice(0, 67))
})

test('its id is its label and its sha256', () => {
  const bytes = writeLifecyclePackage(golang)
  expect(packageId('assets_1.0', bytes)).toBe(`assets_1.0:${createHash('sha256').update(bytes).digest('hex')}`)
})

test('labels that Fabric takes, and others', () => {
  for (const label of ['a', '1', 'assets_1.0', 'a+b.c-d_e'])
    expect(() => writeLifecyclePackage({ ...golang, label })).not.toThrow()
  for (const label of ['', '_a', '.a', 'a b', 'a/b', 'a:b', 'ä', 'a\n', 'a'.repeat(300)]) {
    expect(() => writeLifecyclePackage({ ...golang, label })).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
  }
})

test('anything that isn’t a package is refused', async () => {
  const metadata = JSON.stringify({ path: '', type: 'node', label: 'a' })
  const faults: Record<string, Buffer | Promise<Buffer>> = {
    'no gzip': Buffer.from('PK'),
    'no tar': gzipSync('x'.repeat(2000)),
    'cut off': writeLifecyclePackage(golang).subarray(0, 100),
    'no code': tarOf({ 'metadata.json': metadata }),
    'no metadata': tarOf({ 'code.tar.gz': 'x' }),
    'no JSON': tarOf({ 'metadata.json': '{', 'code.tar.gz': 'x' }),
    null: tarOf({ 'metadata.json': 'null', 'code.tar.gz': 'x' }),
    'no label': tarOf({ 'metadata.json': '{"type":"node"}', 'code.tar.gz': 'x' }),
    'another type': tarOf({ 'metadata.json': '{"type":"car","label":"a"}', 'code.tar.gz': 'x' }),
    'a link': tarOf({ 'metadata.json': metadata, 'code.tar.gz': 'x' }, 'link'),
  }
  for (const [name, bytes] of Object.entries(faults)) {
    await expect(readLifecyclePackage(await bytes, name), name).rejects.toMatchObject({ code: 'PACKAGE_UNREADABLE' })
  }
})

async function tarOf(files: Record<string, string>, link?: string): Promise<Buffer> {
  const tar = pack()
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text)
  if (link !== undefined) tar.entry({ name: link, type: 'symlink', linkname: '/etc/passwd' })
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}
