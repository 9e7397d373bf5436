// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { containersOf } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'

beforeAll(buildDoors)

function result(stdout: string): CallResult {
  return JSON.parse(stdout) as CallResult
}

function errorCode(stdout: string): string {
  return (JSON.parse(stdout) as { error: { code: string } }).error.code
}

needs('docker').test('a call in a container, the same folder in a process, and all of it cleaned away', async () => {
  const folder = await fixture('javascript-contract')
  const dataDir = join(folder, '.slipway')
  const submit = () => slipway('submit', folder, 'Put', 'k', 'v', '--mode', 'net')
  const submitted = await submit()
  expect([submitted.code, submitted.stderr]).toEqual([0, expect.stringMatching(/image/)])
  expect(result(submitted.stdout)).toMatchObject({ status: 200, payload: 'ok', validationCode: 'VALID' })
  // What it prints comes by way of the engine, which may be later with it than the command waits.
  await expect.poll(async () => result((await submit()).stdout)).toMatchObject({ logs: [{ text: 'putting k' }] })
  expect(await containersOf(dataDir)).toEqual([])
  const inDev = await slipway('evaluate', folder, 'Get', 'k', '--mode', 'dev')
  expect(result(inDev.stdout).payload).toBe('v')

  // A Slipway that runs has it in net mode: a call says nothing of a mode, and one that wants another is refused.
  await writeFile(join(folder, 'slipway.yaml'), 'mode: net\n')
  const running = startSlipway(['run', folder, '--no-watch'])
  await running.says(/ready, in a container/)
  expect(await containersOf(dataDir)).toHaveLength(1)
  const call = await slipway('evaluate', folder, 'Get', 'k')
  expect(result(call.stdout).payload).toBe('v')
  const other = await slipway('evaluate', folder, 'Get', 'k', '--mode', 'dev')
  expect([other.code, errorCode(other.stdout)]).toEqual([2, 'MODE_DIFFERS'])
  const early = await slipway('clean', folder)
  expect([early.code, errorCode(early.stdout)]).toEqual([2, 'STILL_RUNNING'])
  running.child.kill('SIGTERM')
  await running.ended
  expect(await containersOf(dataDir)).toEqual([])

  const cleaned = await slipway('clean', folder)
  expect(cleaned.code).toBe(0)
  const { containers, images } = JSON.parse(cleaned.stdout) as { containers: string[]; images: string[] }
  expect(containers).toEqual([])
  expect(images).toContainEqual(expect.stringContaining('javascript-contract'))
  const nothing = await slipway('clean', folder)
  expect(JSON.parse(nothing.stdout)).toEqual({ containers: [], images: [], left: [] })
  const after = await slipway('evaluate', folder, 'Get', 'k', '--mode', 'dev')
  expect(result(after.stdout).payload).toBe('v')
})

test('3 without an engine to run it on, with advice', async () => {
  const folder = await fixture('javascript-contract')
  const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }
  const submitted = await startSlipway(['submit', folder, 'Put', 'k', 'v', '--mode', 'net'], env).ended
  expect([submitted.code, errorCode(submitted.stdout)]).toEqual([3, 'DOCKER_STOPPED'])
  expect(submitted.stderr).toMatch(/why:[^]*do:/)
  const cleaned = await startSlipway(['clean', folder], env).ended
  expect([cleaned.code, errorCode(cleaned.stdout)]).toEqual([3, 'DOCKER_STOPPED'])
  const inDev = await startSlipway(['submit', folder, 'Put', 'k', 'v'], env).ended
  expect(inDev.code).toBe(0)
})
