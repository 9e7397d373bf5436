import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sshConnections } from '../../../../../core/container/docker/engine/ssh-connection.ts'
import { root } from '../../../../../main/root.ts'
import { started } from '../../../../support/command-line.ts'

test('an ssh that the system refuses to start is an error of the request', async () => {
  // Node throws for this name, where others are an event.
  const agent = sshConnections({ host: 'no\0where', user: undefined, port: undefined, path: undefined })
  const [error] = (await once(get({ agent, path: '/' }), 'error')) as [Error]
  expect(error.cause).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  agent.destroy()
})

test.skipIf(process.platform === 'win32')('so is one for which there are no more files', async () => {
  const at = (path: string) => JSON.stringify(join(root, path))
  const script = `
    import { openSync, writeSync } from 'node:fs'
    import { get } from 'node:http'
    import { sshConnections } from ${at('core/container/docker/engine/ssh-connection.ts')}
    import { systemFault } from ${at('core/contract/system-fault.ts')}
    const agent = sshConnections({ host: 'nowhere' })
    try { for (;;) openSync('/dev/null') } catch {}
    get({ agent, path: '/' }).on('error', (error) => {
      writeSync(1, systemFault(error))
      process.exit(0)
    })`
  const args = [
    '-c',
    'ulimit -n 256; exec "$0" "$@"',
    process.execPath,
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
  ]
  const { stdout, code } = await started('/bin/sh', args).ended
  expect([code, stdout]).toEqual([0, 'files'])
})
