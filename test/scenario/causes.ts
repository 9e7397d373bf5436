import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Cause } from '../../core/contract/cause.ts'
import type { Mode } from '../../core/contract/mode.ts'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { openFolder } from './author.ts'

/** What breaks a working chaincode, and what a person would call the cause. */
export interface Failing {
  fixture: FixtureName
  readiness?: Readiness
  /** New contents by file, from the old ones; undefined removes the file. */
  files: Record<string, string | undefined | ((before: string) => string)>
  mode?: Mode
  code: 'BUILD_FAILED' | 'TSCONFIG_REFUSED' | 'INSTALL_FAILED' | 'CHAINCODE_EXITED'
  /** Where `line` is a text, it is the line of the file that holds it. */
  cause: Partial<Omit<Cause, 'message' | 'line'>> & { message: string | RegExp; line?: number | string }
}

/** Launch it for real: the launch, its build and whoever calls are told this cause. `newPeer`: to launch it in. */
export function fails(title: string, failing: Failing, newPeer: () => Promise<TestPeer> = testPeer): void {
  test(title, async () => {
    const { readiness = 'installed', mode = 'dev', code } = failing
    const folder = await fixture(failing.fixture, readiness)
    for (const [name, change] of Object.entries(failing.files)) {
      const file = join(folder, name)
      if (change === undefined) await rm(file)
      else await put(file, typeof change === 'string' ? change : change(await readFile(file, 'utf8')))
    }
    const peer = await newPeer()
    const chaincode = await openFolder(peer, { folder, mode })
    const { error, diagnostics } = await chaincode.failed(1)
    expect(error?.code).toBe(code)
    const {
      cause,
      output = [],
      causeAt = -1,
    } = (error?.details ?? {}) as { cause?: Cause; output?: string[]; causeAt?: number }
    const { message, line, ...others } = failing.cause
    expect(cause).toMatchObject({
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown),
      ...others,
    })
    if (others.file === undefined) expect(cause?.file).toBeUndefined()
    else if (typeof line === 'string') {
      const lines = (await readFile(join(folder, others.file), 'utf8')).split('\n')
      expect(lines[(cause?.line ?? 0) - 1]).toContain(line)
    } else expect(cause?.line).toBe(line)
    // The output opens at it, and the list of builds leads to the same place.
    expect(output.slice(causeAt).join('\n')).toContain(cause?.message)
    if (cause?.line !== undefined) expect(diagnostics[0]).toMatchObject({ file: cause.file, line: cause.line })
    expect(chaincode.state().launch?.error).toEqual(error)
    // A call tries the launch again; an install that failed in a script may have left enough for the next step.
    // An image would be built once more.
    if (code === 'INSTALL_FAILED' || mode === 'net') return
    const called = await peer.api
      .evaluate({ chaincode: chaincode.name, function: 'f', args: [] })
      .catch((e: unknown) => e)
    expect(called).toMatchObject({ details: { cause: { message: cause?.message, kind: cause?.kind } } })
  })
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
