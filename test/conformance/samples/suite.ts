import { describe, expect, vi, type TestContext } from 'vitest'
import { needs } from '../../support/require.ts'
import { play, type Cast, type Played } from './play.ts'
import './report-part.ts'
import type { Language } from './sample.ts'

// Compilers and a virtual machine, on a small machine.
vi.setConfig({ testTimeout: 300_000 })

/** One test for each language: it does what the tables say, and the others with the same bytes as the first. */
export function testSamples(title: string, cast: Cast): void {
  let first: Promise<Played> | undefined
  const inNode = () => (first ??= play('Node', cast))

  const isAsTheTablesSay = (played: Played, language: Language, { task }: TestContext) => {
    task.meta.samples = played.samples.map(({ sample: { name, source }, operations, differences }) => ({
      sample: name,
      source,
      language,
      operations,
      differences,
    }))
    expect(played.samples.flatMap(({ differences }) => differences)).toEqual([])
  }

  const others = [
    ['Go', 'go'],
    ['Java', 'java'],
  ] as const

  describe(title, () => {
    needs().test('in Node answer, read, write and tell what the tables say', async (context) => {
      isAsTheTablesSay(await inNode(), 'Node', context)
    })

    for (const [language, need] of others) {
      needs(need).test(`in ${language} do so too, with the same bytes of read-write sets`, async (context) => {
        const expected = await inNode()
        const played = await play(language, cast)
        isAsTheTablesSay(played, language, context)
        expect(played.committed).toEqual(expected.committed)
      })
    }
  })
}
