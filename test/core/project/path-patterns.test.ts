import { describe, expect, test } from 'vitest'
import { ignoredBy, watchedBy } from '../../../core/project/path-patterns.ts'

describe('a pattern of slipway.yaml', () => {
  test.each([
    ['*.go', ['a.go', 'in/a.go'], ['a.gone', 'go']],
    ['docs', ['docs', 'docs/a.txt', 'in/docs/a.txt'], ['mydocs', 'docs.txt']],
    ['docs/', ['docs/a.txt'], ['docs.txt']],
    ['/docs', ['docs/a.txt'], ['in/docs/a.txt']],
    ['src/**', ['src/a', 'src/in/a'], ['a', 'in/src/a', 'srcs/a']],
    ['src/**/*.ts', ['src/a.ts', 'src/in/b/a.ts'], ['src/a.js', 'a.ts']],
    ['./src/*.{ts,js}', ['src/a.ts', 'src/a.js'], ['src/a.go', 'src/in/a.ts']],
    ['a?.(x)+', ['ab.(x)+'], ['a.(x)+', 'ab.x']],
    ['[ab].js', ['a.js', 'in/b.js'], ['c.js', 'ab.js', '[ab].js']],
    ['[a-c]?', ['ax', 'cy'], ['d1', 'a', 'a/b']],
    ['[!a].js', ['b.js', '!.js'], ['a.js']],
    ['[^a].js', ['b.js'], ['a.js']],
    ['[]x].js', ['].js', 'x.js'], ['a.js']],
    ['{a,b}.js', ['a.js', 'in/b.js'], ['c.js', '{a,b}.js']],
    ['{src,lib}/**', ['src/a', 'lib/in/b'], ['src', 'in/src/a']],
    ['{a,{b,c}}', ['a', 'b', 'c'], ['d']],
    ['**', ['a', 'in/.a'], []],
    ['**/test', ['test', 'in/test/a'], ['tests']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'b']],
    ['src/**.ts', ['src/a.ts'], ['src/in/a.ts']],
    ['*', ['.env', 'a', 'in/a'], []],
    ['.*', ['.env', 'in/.env'], ['env']],
    [String.raw`\!x`, ['!x'], ['x']],
    [String.raw`\{a`, ['{a'], ['a']],
    ['a|b', ['a|b'], ['a', 'b']],
    ['@(a|b)', ['@(a|b)'], ['a', 'b']],
    ['{1..3}', ['{1..3}'], ['2']],
    ['"a"', ['"a"'], ['a']],
    ['#a', ['#a'], ['a']],
    ['a$', ['a$'], ['a']],
    ['é*', ['été'], ['ete']],
  ])('%s', async (pattern, matching, others) => {
    const isIgnored = await ignoredBy([pattern])
    expect(matching.filter((path) => !isIgnored(path))).toEqual([])
    expect(others.filter(isIgnored)).toEqual([])
    const isWatched = await watchedBy([pattern])
    expect(matching.filter((path) => !isWatched(path))).toEqual([])
    expect(others.filter(isWatched)).toEqual([])
  })
})

describe('a list of patterns', () => {
  test('is read from its last to its first, as in .gitignore', async () => {
    const isIgnored = await ignoredBy(['*.txt', '!keep.txt', 'in/keep.txt'])
    expect(['a.txt', 'keep.txt', 'in/keep.txt', 'on/keep.txt', 'a.js'].filter(isIgnored)).toEqual([
      'a.txt',
      'in/keep.txt',
    ])
  })

  test('takes nothing back from a folder that is ignored, as in .gitignore', async () => {
    const whole = await ignoredBy(['docs', '!docs/keep.txt'])
    expect(['docs', 'docs/keep.txt'].filter(whole)).toEqual(['docs', 'docs/keep.txt'])
    const content = await ignoredBy(['docs/**', '!docs/keep.txt'])
    expect(['docs', 'docs/a.txt', 'docs/in/keep.txt', 'docs/keep.txt'].filter(content)).toEqual([
      'docs/a.txt',
      'docs/in/keep.txt',
    ])
    const butOne = await ignoredBy(['/*', '!/src'])
    expect(['a', 'docs/a', 'src', 'src/a'].filter(butOne)).toEqual(['a', 'docs/a'])
  })

  test('takes whole folders back from what is watched', async () => {
    const isWatched = await watchedBy(['src/**', '!src/gen', 'src/gen/own.ts'])
    expect(['src/a.ts', 'src/gen/a.ts', 'src/gen/own.ts', 'a.ts'].filter(isWatched)).toEqual([
      'src/a.ts',
      'src/gen/own.ts',
    ])
  })

  test('watches everything else if it begins with a negated pattern', async () => {
    const isWatched = await watchedBy(['!docs/**'])
    expect(['a', 'docs/a', 'in/docs/a'].filter(isWatched)).toEqual(['a', 'in/docs/a'])
  })

  test('ignores nothing and watches everything if it is missing, watches nothing if it is empty', async () => {
    expect((await ignoredBy([]))('a')).toBe(false)
    expect((await watchedBy(undefined))('a')).toBe(true)
    expect((await watchedBy([]))('a')).toBe(false)
  })
})
