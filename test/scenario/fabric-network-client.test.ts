// @module-tag slow
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parseCertificate } from '../../core/msp/certificate.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { openFixture } from './author.ts'

const run = promisify(execFile)
const served = {
  ...{ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', caListenAddress: '127.0.0.1:0' },
  ...{ chaincodeListenAddress: '127.0.0.1:0' },
}

interface Report {
  certificates: [string, string]
  root: string
  revoked: number
}

test.each([{ tls: false }, { tls: true }])(
  'an application of fabric-network 2.2 enrols at the CA, connects by the exported profile, and is refused once revoked: %j',
  async ({ tls }) => {
    const peer = await testPeer({ ...served, tls })
    const [{ name }, application] = await Promise.all([
      openFixture(peer, 'feature-node'),
      fixture('fabric-network-2.2'),
    ])
    const folder = await tempFolder('export')
    await peer.api.writeExport({ folder, layout: 'application' })
    const args = [join(application, 'application.cjs'), folder, name]
    const { stdout } = await run(process.execPath, args, {
      cwd: application,
      env: { ...process.env, HFC_LOGGING: '{}' },
    })
    const report = JSON.parse(stdout) as Report
    expect(report).toMatchObject({
      again: 74,
      twice: 20,
      wrongSecret: 20,
      missing: 0,
      identities: [
        ['admin', 'client'],
        ['appUser', 'client'],
        ['once', 'client'],
      ],
      identity: { id: 'appUser', affiliation: 'org1.department1', max_enrollments: -1, caname: 'ca-org1' },
      put: 'ok',
      events: [
        ['first', '1'],
        ['second', '2'],
      ],
      who: { mspId: 'Org1MSP', value: 'blue' },
      get: '2',
      notRegistrar: 71,
      notRevoker: 71,
      renewed: '2',
      revoked: 3,
      evaluateAfter: expect.stringContaining('access denied: channel [mychannel] creator org [Org1MSP]') as string,
      submitAfter: expect.stringContaining('access denied') as string,
      enrollAfter: 20,
      getAfter: '2',
    })
    const [usual, limited] = report.certificates.map(parseCertificate)
    expect(usual?.organizationalUnits.sort()).toEqual(['client', 'department1', 'org1'])
    expect(usual?.attributes).toEqual({
      ...{ color: 'blue', 'hf.Affiliation': 'org1.department1' },
      ...{ 'hf.EnrollmentID': 'appUser', 'hf.Type': 'client' },
    })
    expect(limited?.attributes).toEqual({ size: '7' })
    expect(usual?.x509.verify(new X509Certificate(report.root).publicKey)).toBe(true)
  },
)
