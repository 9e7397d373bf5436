import { describe, expect, test } from 'vitest'
import { containerName, dependenciesImageName, imageName, peerLabel } from '../../../../core/container/docker/names.ts'

const peer = { networkId: 'dev', peerId: 'slipway', dataDir: '/home/ann/marbles/.slipway' }

describe('names of images and containers', () => {
  test('are made of network, peer, chaincode and a hash, in Docker’s letters', () => {
    const image = imageName(peer, { name: 'Marbles', version: '1.0+b2' }, 'key')
    expect(image).toMatch(/^dev-slipway-marbles-1\.0-b2-[0-9a-f]{12}$/)
    expect(containerName(image, 3)).toBe(`${image}-3`)
    expect(dependenciesImageName(peer, 'Marbles', 'key')).toMatch(/^dev-slipway-marbles-dependencies:[0-9a-f]{12}$/)
  })

  test('differ where anything in them does, also what is the same once it is sanitised', () => {
    const cc = { name: 'marbles', version: '1.0' }
    const names = [
      imageName(peer, cc, 'key'),
      imageName(peer, cc, 'other key'),
      imageName(peer, { ...cc, name: 'Marbles' }, 'key'),
      imageName(peer, { ...cc, version: '1-0' }, 'key'),
      imageName({ ...peer, dataDir: '/elsewhere' }, cc, 'key'),
      imageName({ ...peer, peerId: 'Slipway' }, cc, 'key'),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(imageName(peer, cc, 'key')).toBe(names[0])
  })

  test.each([
    ['1..0', '1.0-', '-1'].map((version) => ({ name: 'marbles', version })),
    [{ name: 'm'.repeat(250), version: '1' }],
  ])('that break Docker’s rules are refused', (...ccs) => {
    for (const cc of ccs) {
      expect(() => imageName(peer, cc, 'key')).toThrow(expect.objectContaining({ code: 'CONTAINER_NAME_INVALID' }))
    }
  })

  test('a data folder is one peer however its path is written', () => {
    expect(peerLabel('/home/ann/../ann/marbles/.slipway')).toBe(peerLabel(peer.dataDir))
    expect(peerLabel(peer.dataDir)).toMatch(/^[0-9a-f]{16}$/)
    expect(peerLabel('/home/ann/other/.slipway')).not.toBe(peerLabel(peer.dataDir))
  })
})
