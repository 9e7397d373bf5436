// @module-tag slow
import { expect, test } from 'vitest'
import { needs } from '../../support/require.ts'
import { differences } from './differences.ts'
import { play } from './play.ts'
import { programs } from './recorded.ts'
import { stage } from './stage.ts'
import './report-part.ts'

needs('go').describe('the programs that a real peer answered are answered the same', () => {
  for (const { name, calls, answers } of programs()) {
    test(name, async ({ task }) => {
      const found = differences(calls, answers, await play(await stage(), calls))
      task.meta.program = { program: name, calls: calls.length, differences: found }
      expect(found).toEqual([])
    })
  }
})
