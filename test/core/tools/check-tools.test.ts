import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { watchDocker } from '../../../core/container/docker/engine/engine-watch.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import type { ToolName, ToolState } from '../../../core/contract/state.ts'
import { newToolChecks, type ToolChecks } from '../../../core/tools/check-tools.ts'
import { needs } from '../../support/require.ts'
import { tempFolder } from '../../support/temp.ts'

type Settings = NonNullable<Parameters<typeof newToolChecks>[2]>

/** Checks, and the states they have told so far. */
function open(settings: Settings): { states: ToolState[]; checks: ToolChecks } {
  const states: ToolState[] = []
  const emit = (fact: PeerFact) => {
    if (fact.type === 'tool') states.push(fact.state)
  }
  const docker = watchDocker(emit, settings)
  const checks = newToolChecks(emit, docker, settings)
  onTestFinished(() => {
    checks.close()
    docker.close()
  })
  return { states, checks }
}

async function check(tools: ToolName[], env: NodeJS.ProcessEnv, more: Settings = {}): Promise<ToolState[]> {
  const { states, checks } = open({ env, deadlineMs: 60_000, ...more })
  await checks.check(tools)
  return states
}

/** A PATH with one program on it, a shell script. */
async function program(name: string, script: string): Promise<NodeJS.ProcessEnv> {
  const folder = await tempFolder('tools')
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
  return { PATH: [folder, '/usr/bin', '/bin'].join(delimiter), DOCKER_HOST: 'unix:///nowhere.sock' }
}

const here: NodeJS.ProcessEnv = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }

test('Node is found, with its version and place', async () => {
  const [checking, found] = await check(['node'], here)
  expect(checking).toEqual({ state: 'checking' })
  expect(found).toMatchObject({ state: 'found', version: process.versions.node, path: process.execPath })
})

needs('go').test('Go is found', async () => {
  expect((await check(['go'], here))[1]).toMatchObject({ state: 'found', version: expect.stringMatching(/^1\.\d+/) })
})

needs('java').test('Java is found', async () => {
  expect((await check(['java'], here))[1]).toMatchObject({ state: 'found', version: expect.stringMatching(/^\d+/) })
})

needs('docker').test('the Docker engine is found', async () => {
  expect((await check(['docker'], here))[1]).toMatchObject({ state: 'found', version: expect.stringMatching(/^\d+\./) })
})

test('what is not on the PATH is missing, and the fix is said', async () => {
  const states = await check(['node', 'go', 'java', 'docker'], { PATH: '', DOCKER_HOST: 'unix:///nowhere.sock' })
  const missing = states.filter((state) => state.state === 'missing').map(({ error }) => error.code)
  expect(missing.sort()).toEqual(['DOCKER_STOPPED', 'TOOL_MISSING', 'TOOL_MISSING', 'TOOL_MISSING'])
})

describe.skipIf(process.platform === 'win32')('a tool', () => {
  test('that is there but does not work is missing, with what it said as the cause', async () => {
    const [, state] = await check(['java'], await program('java', 'echo "No Java runtime present" >&2; exit 1'))
    expect(state).toMatchObject({ state: 'missing', error: { code: 'TOOL_MISSING' } })
    expect(JSON.stringify(state)).toContain('No Java runtime present')
  })

  test('that says something else is missing', async () => {
    expect((await check(['go'], await program('go', 'echo game of go')))[1]).toMatchObject({ state: 'missing' })
  })

  test('that hangs is stopped at the deadline', async () => {
    const env = await program('go', 'exec sleep 60')
    expect((await check(['go'], env, { deadlineMs: 300 }))[1]).toMatchObject({ state: 'missing' })
  })

  test('is unknown again when the check is aborted', async () => {
    const { states, checks } = open({ env: await program('go', 'exec sleep 60') })
    const aborting = new AbortController()
    const checking = checks.check(['go'], aborting.signal)
    aborting.abort()
    await expect(checking).rejects.toMatchObject({ code: 'ABORTED' })
    expect(states).toEqual([{ state: 'checking' }, { state: 'unknown' }])
  })

  test('is not told of any more once the checks are closed', async () => {
    const { states, checks } = open({ env: await program('go', 'exec sleep 60') })
    const checking = checks.check(['go'])
    checks.close()
    checks.close()
    await expect(checking).rejects.toMatchObject({ code: 'ABORTED' })
    expect(states).toEqual([{ state: 'checking' }])
  })
})
