import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildProxies } from '../../../../core/container/docker/image/build-proxies.ts'
import { newBuildOutput } from '../../../../core/container/docker/image/build-output.ts'
import { inFolder } from '../../../../core/platforms/container-places.ts'
import { imageKey } from '../../../../core/container/docker/image/image-key.ts'
import { peerConfig } from '../../../../core/config/peer-config.ts'
import type { CodePackage, Project } from '../../../../core/project/project.ts'
import { eventually } from '../../../support/eventually.ts'
import { tempFolder } from '../../../support/temp.ts'

describe('the output of builds', () => {
  test('names the files of the folder, wherever in the container they are', () => {
    const to = (line: string) => inFolder(line, '/home/ann/assets')
    expect(to('[ERROR] /tmp/tmp.Ab3xYz/src/main/java/A.java:[3,7] cannot find symbol')).toBe(
      '[ERROR] /home/ann/assets/src/main/java/A.java:[3,7] cannot find symbol',
    )
    expect(to('/chaincode/input/src/lib/x.go:1:2: undefined: y')).toBe('/home/ann/assets/lib/x.go:1:2: undefined: y')
    expect(to('    at Object.<anonymous> (/usr/local/src/index.js:3:7)')).toBe(
      '    at Object.<anonymous> (/home/ann/assets/index.js:3:7)',
    )
    expect(to('+ cp -R /chaincode/input/src/. /chaincode/output')).toBe(
      '+ cp -R /chaincode/input/src/. /chaincode/output',
    )
    expect(to('/home/x/chaincode/input/src/a.go')).toBe('/home/x/chaincode/input/src/a.go')
  })

  test('comes line by line, and without waiting for the end of one that has none', async () => {
    const lines: string[] = []
    const output = newBuildOutput(
      '/x',
      (line) => line,
      ({ text }) => lines.push(text),
    )
    output.stdout(Buffer.from('one\ntwo'))
    expect(lines).toEqual(['one'])
    await eventually(() => [...lines]).toEqual(['one', 'two'])
    output.stderr(Buffer.from('10%\r20%\r30%\n'))
    expect(lines.slice(2)).toEqual(['10%', '20%', '30%'])
    output.text('Step 1/2 : FROM x\n ---> 12\n./main.go:3:7: undefined: y\n')
    output.end()
    expect(output.printed().output.at(-1)).toBe('./main.go:3:7: undefined: y')
    expect(output.printed().output).not.toContain('Step 1/2 : FROM x')
    expect(output.diagnostics()).toMatchObject([{ file: 'main.go', line: 3, column: 7 }])
  })
})

test('proxies of docker’s configuration, else of this machine, are handed on to builds, but not those on its loopback', async () => {
  const none = await tempFolder('docker')
  const env = {
    DOCKER_CONFIG: none,
    HTTP_PROXY: 'http://proxy.example.com:3128',
    https_proxy: 'http://user:word@127.0.0.1:3128',
    ALL_PROXY: 'socks5://localhost:1080',
    NO_PROXY: 'localhost,.example.com',
    PATH: '/bin',
  }
  const expected = { HTTP_PROXY: 'http://proxy.example.com:3128', NO_PROXY: 'localhost,.example.com' }
  const both = (given: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => [
        [name, value],
        [name.toLowerCase(), value],
      ]),
    )
  expect(await buildProxies(env, 'unix:///x')).toEqual(both(expected))

  const proxies = {
    default: { httpsProxy: 'http://a:1' },
    'tcp://far:2376': { httpProxy: 'http://b:1', noProxy: '*.b' },
  }
  await writeFile(join(none, 'config.json'), JSON.stringify({ proxies }))
  expect(await buildProxies(env, 'unix:///x')).toEqual(both({ ...expected, HTTPS_PROXY: 'http://a:1' }))
  expect(await buildProxies({ DOCKER_CONFIG: none }, 'tcp://far:2376')).toEqual(
    both({ HTTP_PROXY: 'http://b:1', NO_PROXY: '*.b' }),
  )
})

test('the key of an image is another for other code, another base and another way to link', () => {
  const { chaincode } = peerConfig({ dataDir: '/nowhere' })
  const project = { language: 'golang' } as Project
  const code = (hash: string) => ({ hash }) as CodePackage
  const key = imageKey(project, code('a'), chaincode)
  expect(imageKey(project, code('a'), { ...chaincode })).toBe(key)
  const others = [
    imageKey(project, code('b'), chaincode),
    imageKey({ ...project, language: 'node' }, code('a'), chaincode),
    imageKey(project, code('a'), { ...chaincode, builder: 'mine' }),
    imageKey(project, code('a'), { ...chaincode, golang: { ...chaincode.golang, runtime: 'mine' } }),
    imageKey(project, code('a'), { ...chaincode, golang: { ...chaincode.golang, dynamicLink: true } }),
  ]
  expect(new Set([key, ...others]).size).toBe(6)
  // Go is compiled otherwise for a debugger.
  expect(imageKey({ ...project, debug: true }, code('a'), chaincode)).not.toBe(key)
  const node = { ...project, language: 'node' } as Project
  expect(imageKey({ ...node, debug: true }, code('a'), chaincode)).toBe(imageKey(node, code('a'), chaincode))
  expect(imageKey(project, code('a'), { ...chaincode, node: { runtime: 'mine' } })).toBe(key)
})
