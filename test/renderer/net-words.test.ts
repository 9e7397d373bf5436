import { expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import type { ContainerState } from '../../core/contract/run-state.ts'
import type { Difference } from '../../core/contract/difference.ts'
import { containerStatus, cpuShare, unpauseCommand } from '../../renderer/container/container-status.ts'
import { differenceCounts, fatalFirst } from '../../renderer/package/differences.ts'
import { codePieces } from '../../renderer/parts/code-pieces.ts'
import { devModeHelps, isOfEngine } from '../../renderer/run/docker-trouble.ts'
import { dockerStatus } from '../../renderer/parts/docker-status.ts'

const stopped = new PeerError('DOCKER_STOPPED', { host: 'unix:///x', why: 'DOCKER_HOST', start: '`dockerd`' }).toJSON()

test('quoted commands differ from quoted names and from words', () => {
  expect(codePieces('Run `docker ps -a`, or set `engines`.')).toEqual([
    { text: 'Run ', kind: 'words' },
    { text: 'docker ps -a', kind: 'command' },
    { text: ', or set ', kind: 'words' },
    { text: 'engines', kind: 'name' },
    { text: '.', kind: 'words' },
  ])
  expect(codePieces('one ` alone')).toEqual([
    { text: 'one ', kind: 'words' },
    { text: '` alone', kind: 'words' },
  ])
  expect(codePieces('')).toEqual([])
})

test('the strip shows what this chaincode needs of Docker', () => {
  const found = { state: 'found', version: '27.3.1' } as const
  expect(dockerStatus(false, found)).toEqual({ tone: 'plain', word: 'not needed' })
  expect(dockerStatus(true, found)).toEqual({ tone: 'ready', word: '27.3.1' })
  expect(dockerStatus(true, { state: 'missing', error: stopped })).toEqual({ tone: 'fail', word: 'stopped' })
  expect(dockerStatus(false, { state: 'missing', error: stopped }).tone).toBe('plain')
  expect(dockerStatus(true, { state: 'checking' }).tone).toBe('info')
})

test('dev mode is offered for errors of the engine or an image, another check only for the engine', () => {
  const taken = new PeerError('CONTAINER_NAME_TAKEN', { name: 'a', id: 'b', image: 'c' }).toJSON()
  const build = new PeerError('BUILD_FAILED', { command: 'tsc', words: 'failed', output: [] }).toJSON()
  expect([stopped, taken, build].map(devModeHelps)).toEqual([true, true, false])
  expect([stopped, taken, build].map(isOfEngine)).toEqual([true, false, false])
})

test('the status of a container is a word, with its exit code', () => {
  const container: ContainerState = {
    id: 'a',
    name: 'dev-slipway-x',
    image: 'x',
    state: 'running',
    createdAt: 1,
    build: 1,
    commands: {
      shell: 'docker -H unix:///x exec -it dev-slipway-x sh',
      logs: 'docker -H unix:///x logs -f dev-slipway-x',
      inspect: 'docker -H unix:///x inspect dev-slipway-x',
      run: 'docker -H unix:///x run x',
    },
  }
  expect(containerStatus(container)).toEqual({ tone: 'ready', word: 'running' })
  expect(containerStatus({ ...container, state: 'exited', exitCode: 137 })).toEqual({
    tone: 'fail',
    word: 'exited with code 137',
  })
  expect(containerStatus({ ...container, state: 'exited', exitCode: 0 }).tone).toBe('plain')
  expect(unpauseCommand(container)).toBe('docker -H unix:///x unpause dev-slipway-x')
  expect([0, 0.004, 0.031, 0.4, 1.5].map(cpuShare)).toEqual(['0%', '0.4%', '3.1%', '40%', '150%'])
})

test('what would fail on a peer comes first', () => {
  const difference = (file: string, fatal: boolean): Difference => ({
    name: 'symlink',
    what: '',
    why: '',
    do: '',
    file,
    fatal,
  })
  const differences = [difference('a', false), difference('b', true), difference('c', false)]
  expect(fatalFirst(differences).map(({ file }) => file)).toEqual(['b', 'a', 'c'])
  expect(differenceCounts(differences)).toEqual({ fatal: '1 would fail', other: '2 differences' })
  expect(differenceCounts([])).toEqual({ fatal: '', other: '' })
})
