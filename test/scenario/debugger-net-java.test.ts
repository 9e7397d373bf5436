// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, vi } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { fixture } from '../support/fixtures.ts'
import { connectJdwp, type JdwpClient } from '../support/jdwp-client.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFolder } from './author.ts'

// Maven in a container, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 900_000 })

const CLASS = 'Lexample/NoteContract;'
/** Of one call. */
const TIMEOUT_MS = 20_000

needs('docker').describe('Java chaincode in a container, under its debugger', () => {
  const net = netPeers()
  beforeAll(() => baseImages(['javaenv']), 600_000)

  needs('docker').test(
    'stands at a line for longer than a call may take; another build and a stop go on as usual',
    async () => {
      const folder = await fixture('java-contract')
      await writeFile(join(folder, 'slipway.yaml'), 'name: notes\nmode: net\ndebug: true\n')
      const peer = await net.peer({ chaincode: { buildtimeout: 500_000, startuptimeout: 300_000 } })
      const chaincode = await openFolder(peer, { folder, watch: false, launch: false })
      const { name } = chaincode
      await peer.api.launch({ name })
      const { port, protocol } = await chaincode.eventually('a debugger', (state) => state.debugger)
      expect(protocol).toBe('jdwp')
      const isPaused = (paused: boolean) =>
        chaincode.eventually(
          paused ? 'stands at a breakpoint' : 'goes on',
          ({ debugger: at }) => (at?.pausedAt !== undefined) === paused,
        )
      // The JVM is warm then.
      await chaincode.submit('Put', 'a', 'one')
      const stopped = async (...args: string[]): Promise<{ editor: JdwpClient; call: ReturnType<typeof call> }> => {
        const editor = await connectJdwp(port)
        await editor.breakIn(CLASS, 'Put')
        const answer = call(...args)
        answer.catch(() => undefined)
        await editor.paused()
        await isPaused(true)
        return { editor, call: answer }
      }
      const call = (...args: string[]) =>
        peer.api.submit({ chaincode: name, function: 'Put', args, timeoutMs: TIMEOUT_MS })

      const first = await stopped('b', 'two')
      await expect(connectJdwp(port)).rejects.toThrow('hung up')
      await wait(TIMEOUT_MS + 1_000)
      await first.editor.resume()
      expect(await first.call).toMatchObject({ status: 200, validationCode: 'VALID' })
      await isPaused(false)
      first.editor.terminate()
      await chaincode.eventually('no editor', ({ debugger: at }) => at?.clients === 0)

      // An editor that is killed while it stands lets it go on.
      const second = await stopped('c', 'three')
      second.editor.terminate()
      expect(await second.call).toMatchObject({ status: 200 })
      await isPaused(false)

      const third = await stopped('d', 'four')
      const before = chaincode.state().container?.name ?? ''
      await chaincode.edit('src/main/java/example/NoteContract.java', '"putting "', '"writing "')
      await peer.api.restart({ name })
      await isPaused(true)
      expect(await net.containers()).toContain(before)
      await third.editor.resume()
      expect(await third.call).toMatchObject({ status: 200 })
      await third.editor.closed
      await expect.poll(() => net.containers()).not.toContain(before)

      // The class is loaded then.
      expect(await chaincode.evaluate('Get', 'd')).toBe('four')
      const fourth = await stopped('e', 'five')
      expect(chaincode.state().debugger?.port).toBe(port)
      // TERM has no effect on it while it stands.
      await peer.api.stop({ name })
      await expect(fourth.call).rejects.toMatchObject({ code: 'NOT_RUNNING' })
      await isPaused(false)
      expect(await net.containers()).toEqual([])
    },
  )
})
