import { PeerError } from '../../../core/contract/error.ts'
import type { OutdatedExport } from '../../../core/contract/state.ts'
import { everything } from './answers.ts'
import { folder, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'

function outdated(at: string, layout: OutdatedExport['layout'], addresses: string[]): OutdatedExport {
  return { folder: at, layout, error: new PeerError('EXPORT_OUTDATED', { folder: at, addresses }).toJSON() }
}

/** What client applications find changed: ports that were taken, and files that name earlier ones. */
export const clientScenes: Record<string, () => Scene> = {
  moved: () => ({
    state: peerState([ready], {
      listener: { state: 'listening', address: '127.0.0.1:7053', wanted: '127.0.0.1:7052' },
      services: {
        peers: { Org1MSP: '127.0.0.1:7055', Org2MSP: '127.0.0.1:9051' },
        orderer: '127.0.0.1:7056',
        wanted: { peers: { Org1MSP: '127.0.0.1:7051', Org2MSP: '127.0.0.1:9051' }, orderer: '127.0.0.1:7050' },
        tls: 'server',
      },
      authorities: {
        Org1MSP: { url: 'https://127.0.0.1:7057', wanted: 'https://127.0.0.1:7054', name: 'ca-org1' },
      },
    }),
    handlers: everything,
  }),
  outdated: () => ({
    state: peerState([ready], {
      outdatedExports: [
        outdated(`${folder}/.slipway/export`, 'application', ['127.0.0.1:7051', '127.0.0.1:7050']),
        outdated('/home/ada/work/web-shop/services/orders/fabric/organizations', 'test-network', ['127.0.0.1:9051']),
      ],
    }),
    handlers: everything,
  }),
}
