/** What `npm test -- --fast` leaves out. Test files declare both themselves: what they need, and that they are slow. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './freshness.mjs'

/** test/support/require.ts skips the tests that need one of these. */
export const needsLeftOut = ['docker', 'dockerd', 'java', 'chromium', 'electron', 'couchdb']

/** The first line of a file that takes many seconds. */
const SLOW = '// @module-tag slow'
/** A statement at a file's top level that can't declare a test. Prettier indents everything else. */
const DECLARES_NO_TEST =
  /^(?:[\s})\]]|\/\/|\/\*|import |export |const |let |function |async function |interface |type |class |vi\.)/
const NEEDS = /^needs\((.*?)\)/

/** The test files that `--fast` doesn't load, because they are slow or because it would skip every test in them. */
export function filesLeftOut() {
  /** @type {string[]} */
  const slow = []
  /** @type {string[]} */
  const needy = []
  for (const name of readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })) {
    const file = `test/${name.replaceAll('\\', '/')}`
    if (!file.endsWith('.test.ts') || file.startsWith('test/fixtures/')) continue
    const text = readFileSync(join(root, file), 'utf8')
    if (text.startsWith(SLOW)) slow.push(file)
    else if (isAllNeedy(text)) needy.push(file)
  }
  return { slow: slow.sort(), needy: needy.sort() }
}

/** @param {string} text */
function isAllNeedy(text) {
  const statements = text.split('\n').filter((line) => line !== '' && !DECLARES_NO_TEST.test(line))
  return statements.length > 0 && statements.every(isLeftOut)
}

/** @param {string} statement */
function isLeftOut(statement) {
  const needs = NEEDS.exec(statement)?.[1]?.split(', ') ?? []
  return needs.some((need) => needsLeftOut.includes(need.slice(1, -1)))
}
