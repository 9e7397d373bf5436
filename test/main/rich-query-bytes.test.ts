// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'

beforeAll(buildDoors)

/** What the chaincode is given and gives in base64, since it is no text. */
const FUNCTIONS = `
  case 'putBytes': for (let i = 0; i < a.length; i += 2) await stub.putState(a[i], Buffer.from(a[i + 1], 'base64')); return shim.success();
  case 'find': {
    const found = [];
    for (const query of a) {
      const results = [];
      for await (const { key, value } of stub.getQueryResult(query)) results.push([key, Buffer.from(value).toString('base64')]);
      found.push(results);
    }
    return shim.success(Buffer.from(JSON.stringify(found)));
  }
  case 'version':`

const base64 = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))).toString(
    'base64',
  )

// couchdoc_conv.go, keyValToCouchDoc, v2.5.16, and what Go's encoding/json makes of these values.
test('a chaincode’s rich queries find numbers beyond floats and bytes that are no text as on a CouchDB peer', async () => {
  const folder = await fixture('javascript-shim')
  const program = join(folder, 'probe.js')
  await writeFile(program, (await readFile(program, 'utf8')).replace("case 'version':", FUNCTIONS))
  const beyond = base64('{"a":1e400,"b":{"c":[-1e999,2]},"d":"x"}')
  const inside = base64('{"e":"', [0xe2, 0x82, 0x41, 0xff], '€"}')
  const outside = base64('{"a":1', [0xff], '}')
  const half = base64('{"f":"\\ud800"}')
  const put = ['beyond', beyond, 'inside', inside, 'outside', outside, 'half', half]
  expect((await slipway('submit', folder, 'putBytes', ...put)).code).toBe(0)

  const expected: [query: object, found: [string, string][]][] = [
    [{ selector: { a: null } }, [['beyond', beyond]]],
    [{ selector: { 'b.c.1': 2 } }, [['beyond', beyond]]],
    [{ selector: { d: 'x' }, fields: ['b', 'd'] }, [['beyond', base64('{"b":{"c":[null,2]},"d":"x"}')]]],
    [{ selector: { e: '\uFFFD\uFFFDA\uFFFD€' } }, [['inside', base64('{"e":"\uFFFD\uFFFDA\uFFFD€"}')]]],
    [{ selector: { _id: 'outside' } }, [['outside', outside]]],
    [{ selector: { a: 1 } }, []],
    [{ selector: { f: '\uFFFD' } }, [['half', base64('{"f":"\uFFFD"}')]]],
  ]
  const queries = expected.map(([query]) => JSON.stringify(query))
  const { code, stdout } = await slipway('evaluate', folder, 'find', ...queries)
  expect(code).toBe(0)
  const { payload } = JSON.parse(stdout) as CallResult
  expect(JSON.parse(payload)).toEqual(expected.map(([, found]) => found))
})
