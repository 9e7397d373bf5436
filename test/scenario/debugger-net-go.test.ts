// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'jsonc-parser'
import { beforeAll, expect, vi } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { connectDap, type DapClient } from '../support/dap-client.ts'
import { fixture } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFolder } from './author.ts'

// Delve and the chaincode are compiled in a container first.
vi.setConfig({ testTimeout: 900_000 })

const NAME = 'go-shim-v2'
/** Of one call. */
const TIMEOUT_MS = 20_000

needs('docker').describe('Go chaincode in a container, under Delve', () => {
  const net = netPeers()
  beforeAll(() => baseImages(['baseos', 'ccenv']), 600_000)

  needs('docker').test(
    'stands at a line for longer than a call may take; another build, an end and a stop are seen',
    async () => {
      const folder = await fixture(NAME)
      await writeFile(join(folder, 'slipway.yaml'), 'mode: net\ndebug: true\n')
      const peer = await net.peer({ chaincode: { buildtimeout: 500_000, startuptimeout: 300_000 } })
      const chaincode = await openFolder(peer, { folder, watch: false, launch: false })
      await peer.api.launch({ name: NAME })
      const { port, protocol } = await chaincode.eventually('a debugger', (state) => state.debugger)
      expect(protocol).toBe('delve')
      const isPaused = (paused: boolean) =>
        chaincode.eventually(
          paused ? 'stands at a breakpoint' : 'goes on',
          ({ debugger: at }) => (at?.pausedAt !== undefined) === paused,
        )
      const { file } = await peer.api.writeDebugConfiguration({ name: NAME, editor: 'vscode' })
      const launch = parse(await readFile(file, 'utf8')) as { configurations: Configuration[] }
      const paths = launch.configurations[0]?.substitutePath.map(({ from, to }) => ({
        local: from.replace('${workspaceFolder}', folder),
        remote: to,
      }))
      const main = join(folder, 'main.go')
      const call = (fn: string, ...args: string[]) =>
        peer.api.submit({ chaincode: NAME, function: fn, args, timeoutMs: TIMEOUT_MS })
      const stopped = async (): Promise<{ editor: DapClient; call: ReturnType<typeof call> }> => {
        const editor = await connectDap(port, paths)
        const lines = (await readFile(main, 'utf8')).split('\n')
        await editor.breakAt(main, lines.findIndex((line) => line.includes('stub.PutState(a[0], []byte(a[1]))')) + 1)
        const answer = call('put', 'a', 'one')
        answer.catch(() => undefined)
        expect(await editor.paused()).toBe('breakpoint')
        await isPaused(true)
        return { editor, call: answer }
      }

      const first = await stopped()
      expect((await first.editor.stack())[0]).toMatch(/^main\./)
      await wait(TIMEOUT_MS + 1_000)
      await first.editor.resume()
      expect(await first.call).toMatchObject({ status: 200, validationCode: 'VALID' })
      await isPaused(false)
      await first.editor.send('disconnect', { terminateDebuggee: false })
      await chaincode.eventually('no editor', ({ debugger: at }) => at?.clients === 0)

      // An editor that is killed while it stands lets it go on.
      const second = await stopped()
      second.editor.terminate()
      expect(await second.call).toMatchObject({ status: 200 })
      await isPaused(false)

      const third = await stopped()
      const before = chaincode.state().container?.name ?? ''
      const source = (await readFile(main, 'utf8')).replace('VERSION_MARK_1', 'VERSION_MARK_2')
      await writeFile(main, source.replace(/"sleep": func.*/, '$&\n\t\tos.Exit(7)'))
      await peer.api.restart({ name: NAME })
      await isPaused(true)
      expect(await net.containers()).toContain(before)
      await third.editor.resume()
      expect(await third.call).toMatchObject({ status: 200 })
      await third.editor.closed
      await expect.poll(() => net.containers()).not.toContain(before)
      expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_2')

      // Delve would live on.
      const fourth = chaincode.state().container?.name ?? ''
      await expect(call('sleep', '1')).rejects.toThrow()
      await chaincode.eventually('its end', ({ crash }) => crash?.code === 7)
      await chaincode.eventually('another container', ({ container, registration }) => {
        return registration.state === 'ready' && container !== undefined && container.name !== fourth
      })
      const last = await stopped()
      expect(chaincode.state().debugger?.port).toBe(port)
      await peer.api.stop({ name: NAME })
      await expect(last.call).rejects.toMatchObject({ code: 'NOT_RUNNING' })
      await isPaused(false)
      expect(await net.containers()).toEqual([])
    },
  )
})

interface Configuration {
  substitutePath: { from: string; to: string }[]
}
