import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { baseImages } from '../../../support/base-images.ts'
import { fixture } from '../../../support/fixtures.ts'
import { needs } from '../../../support/require.ts'
import { abortAt, failure, testImages } from '../../../support/test-images.ts'

const DEADLINE_MS = 600_000
const SOURCE = 'src/main/java/example/NoteContract.java'

needs('docker').describe('the image of Java chaincode', () => {
  beforeAll(() => baseImages(['baseos', 'javaenv']), DEADLINE_MS)

  test(
    'holds one jar; an edit of source fetches nothing, and javac’s words name the author’s file',
    async () => {
      const t = await testImages()
      const folder = await fixture('java-contract', 'bare')
      const image = await t.build(folder)
      expect(t.told).toEqual([
        expect.stringMatching(/^dependencies: mvn of the dependencies [\d.]+ (s|min), the first time$/),
        'image: mvn (build.sh)',
      ])
      expect(await t.run(image, 'cd /root/chaincode-java/chaincode && ls -A')).toBe('.uberjar\nchaincode.jar\n')
      expect(await t.halfMade()).toEqual([])

      t.told.length = t.printed.length = 0
      const text = await readFile(join(folder, SOURCE), 'utf8')
      await writeFile(join(folder, SOURCE), text.replace(/\}\s*$/, '    private Nothing nothing;\n}\n'))
      const error = await failure(t.build(folder))
      expect(error.code).toBe('BUILD_FAILED')
      expect(error.details).toMatchObject({
        cause: { kind: 'compile', file: SOURCE, message: 'cannot find symbol' },
      })
      expect(t.told).toEqual(['dependencies: unchanged', 'image failed'])
      expect(t.printed.filter(({ text: line }) => line.includes('Downloading from'))).toEqual([])
      // What is printed can be opened too.
      expect(t.printed.some(({ text: line }) => line.includes(`${folder}/${SOURCE}:[`))).toBe(true)
      expect(await t.halfMade()).toEqual([])

      await writeFile(join(folder, SOURCE), `${text}\n// edited\n`)
      await abortAt(t, /Building java-contract/, folder)
      expect(await t.halfMade()).toEqual([])
    },
    DEADLINE_MS,
  )
})
