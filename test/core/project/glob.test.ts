import { describe, expect, test } from 'vitest'
import { globFault } from '../../../core/project/glob.ts'

describe('globFault', () => {
  test.each([
    ['docs/{a', 'it has `{` without `}`'],
    ['{a,{b,c}', 'it has `{` without `}`'],
    ['a}', 'it has `}` without `{`'],
    ['{a,b}}', 'it has `}` without `{`'],
    ['[ab', 'it has `[` without `]`'],
    ['[]', 'it has `[` without `]`'],
    ['a]', 'it has `]` without `[`'],
    ['[z-a].js', 'range out of order'],
    ['a\\', 'it ends with a backslash'],
    ['\\', 'it ends with a backslash'],
    ['', 'it is empty'],
    ['!', 'it is empty'],
    ['/', 'it is empty'],
    ['./', 'it is empty'],
    ['!/', 'it is empty'],
    ['!docs/{a', 'it has `{` without `}`'],
    ['a'.repeat(257), 'it is longer than 256 characters'],
    ['a*'.repeat(11), 'it has more than 10 wildcards'],
    ['{a,b}'.repeat(11), 'it has more than 10 wildcards'],
  ])('%s', (pattern, fault) => {
    expect(globFault(pattern)).toContain(fault)
  })

  test.each([
    'src/**',
    '[ab].js',
    '[[:alpha:]]x',
    '[!]]',
    '!x',
    '!!x',
    '(a',
    'a)',
    String.raw`\{a`,
    String.raw`a\\`,
    '{a}',
    'a,b',
    '***',
    'a'.repeat(256),
    'a*'.repeat(10),
  ])('%s is valid', (pattern) => {
    expect(globFault(pattern)).toBeUndefined()
  })
})
