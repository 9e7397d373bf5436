import { expect, onTestFinished, test } from 'vitest'
import { newShells, type Shells } from '../../../../core/container/docker/shells.ts'
import { eventually } from '../../../support/eventually.ts'
import { needs } from '../../../support/require.ts'
import { testContainers } from '../../../support/test-containers.ts'

async function setUp(script = 'exec sleep 60') {
  const t = await testContainers()
  const instance = await t.start(script)
  const shells = newShells({
    engine: () => Promise.resolve(t.engine),
    containerOf: () => (instance.hasEnded ? undefined : instance.container.id),
  })
  onTestFinished(() => shells.closeAll())
  return { t, instance, shells, size: { columns: 80, rows: 24 } }
}

async function type(shells: Shells, id: number, text: string): Promise<void> {
  await shells.write({ id, base64: Buffer.from(text).toString('base64') })
}

/** What is shown until it contains a text, or until the shell has ended. */
async function shown(
  shells: Shells,
  id: number,
  wanted: string | RegExp,
): Promise<{ text: string; code?: number | null }> {
  for (let text = ''; ;) {
    const { base64, ended } = await shells.read({ id })
    text += Buffer.from(base64, 'base64').toString()
    if (ended !== undefined) return { text, code: ended.code }
    if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return { text }
  }
}

needs('docker').describe('a shell in a container', () => {
  test('shows what is typed and answered, on a terminal of that size, and ends with a code', async () => {
    const { shells, size } = await setUp()
    const { id } = await shells.open({ name: 'probe', ...size })
    await type(shells, id, 'stty size; echo "in $((40 + 2))"\n')
    expect((await shown(shells, id, 'in 42')).text).toMatch(/24 80\r\n/)
    await shells.resize({ id, columns: 100, rows: 30 })
    await type(shells, id, 'stty size\n')
    await shown(shells, id, '30 100')
    await type(shells, id, 'exit 5\n')
    expect(await shown(shells, id, 'never')).toMatchObject({ code: 5 })
    await expect(shells.read({ id })).rejects.toMatchObject({ code: 'SHELL_UNKNOWN' })
    await expect(type(shells, id, 'x')).rejects.toMatchObject({ code: 'SHELL_UNKNOWN' })
  })

  test('keeps the end of what nobody reads', async () => {
    const { t, shells, size } = await setUp('until [ -e /tmp/done ]; do sleep 0.1; done; echo done; exec sleep 60')
    const { id } = await shells.open({ name: 'probe', ...size })
    await type(shells, id, 'head -c 4000000 /dev/zero | tr "\\0" x; echo the-"end"; echo > /tmp/done; exit\n')
    await eventually(() => t.printed.length).toBe(1)
    const { text, code } = await shown(shells, id, 'never')
    expect(code).toBe(0)
    expect(text).toContain('the-end')
    expect(text.length).toBeLessThan(2_000_000)
  })

  test('ends with its container', async () => {
    const { shells, size, instance } = await setUp()
    const { id } = await shells.open({ name: 'probe', ...size })
    await shown(shells, id, /[#$] $/)
    await instance.stop()
    expect(await shown(shells, id, 'never')).toHaveProperty('code')
    await expect(shells.open({ name: 'probe', ...size })).rejects.toMatchObject({ code: 'NOT_IN_CONTAINER' })
  })

  test('a read that is aborted leaves the shell to the next one', async () => {
    const { shells, size } = await setUp()
    const { id } = await shells.open({ name: 'probe', ...size })
    await shown(shells, id, /[#$] $/)
    const controller = new AbortController()
    const reading = shells.read({ id }, controller.signal)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    await type(shells, id, 'echo still-"there"\n')
    await shown(shells, id, 'still-there')
    const waiting = shells.read({ id })
    await shells.close({ id })
    expect((await waiting).ended ?? (await waiting).base64).toBeDefined()
  })
})
