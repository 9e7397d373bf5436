import { describe, expect, test } from 'vitest'
import { commandFor } from '../../../core/custodian/launch-command.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { folderWith, goMod, packageJson, pom } from '../platforms/project-files.ts'

describe('commandFor', () => {
  const address = '127.0.0.1:7052'
  const only = async (files: Record<string, string>) => {
    const [project] = (await readProjects(await folderWith(files))).projects
    if (project === undefined) throw new Error('none')
    return project
  }

  test('Go is built, then run with the address as a flag', async () => {
    const command = commandFor(await only({ 'go.mod': goMod('x/marbles') }), address, 'Org1MSP', { platform: 'linux' })
    expect(command.build).toBe('go build -o marbles .')
    expect(command.text).toBe(
      [
        'go build -o marbles . && \\',
        'CORE_CHAINCODE_ID_NAME=marbles:1.0 CORE_PEER_TLS_ENABLED=false CORE_PEER_LOCALMSPID=Org1MSP \\',
        './marbles -peer.address=127.0.0.1:7052',
      ].join('\n'),
    )
    expect(command.argv).toEqual(['./marbles', '-peer.address=127.0.0.1:7052'])
  })

  test('Node runs the shim’s command, or the start script where that is another', async () => {
    const contract = commandFor(
      await only({ 'package.json': packageJson(), 'tsconfig.json': '{}' }),
      address,
      'Org1MSP',
      { platform: 'linux' },
    )
    expect(contract.build).toBe('npm run build')
    expect(contract.argv).toEqual(['npx', 'fabric-chaincode-node', 'start', '--peer.address', address])
    const own = commandFor(
      await only({ 'package.json': packageJson({ scripts: { start: 'node index.js' } }) }),
      address,
      'Org1MSP',
      { platform: 'linux' },
    )
    expect(own.argv).toEqual(['npm', 'start', '--', '--peer.address', address])
    expect(own).not.toHaveProperty('build')
  })

  test('Java runs its jar', async () => {
    const command = commandFor(await only({ 'pom.xml': pom }), address, 'Org1MSP', { platform: 'linux' })
    expect(command.build).toBe('mvn package -DskipTests')
    expect(command.argv).toEqual(['java', '-jar', 'target/chaincode.jar', '--peerAddress', address])
  })

  test('PowerShell has its own words', async () => {
    const project = await only({ 'go.mod': goMod('x/marbles'), 'slipway.yaml': `env: { GREETING: "it's me" }\n` })
    const { text } = commandFor(project, address, 'Org1MSP', { platform: 'win32' })
    expect(text).toContain(`; if ($?) { $env:GREETING='it''s me'; $env:CORE_CHAINCODE_ID_NAME='marbles:1.0'; `)
    expect(text).not.toContain('&&')
  })

  test('the author’s own commands take the place of the platform’s', async () => {
    const project = await only({ 'go.mod': goMod('x/marbles'), 'slipway.yaml': 'build: make all\nstart: ./run.sh\n' })
    expect(commandFor(project, address, 'Org1MSP', { platform: 'linux' }).text).toMatch(
      /^make all && \\\nCORE_\S+ .* \\\n\.\/run\.sh -peer\.address=127\.0\.0\.1:7052$/,
    )
    const asks = { ...project, start: './run.sh $CORE_PEER_ADDRESS' }
    expect(commandFor(asks, address, 'Org1MSP', { platform: 'linux' }).text).toMatch(
      /CORE_PEER_ADDRESS=127\.0\.0\.1:7052 \\\nsh -c '\.\/run\.sh \$CORE_PEER_ADDRESS'$/,
    )
  })
})
