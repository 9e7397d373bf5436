import type { PeerState } from './state.ts'

/**
 * Something that client applications call, which isn't where it was asked for: that port couldn't be used, mostly because
 * another program has it.
 */
export interface MovedService {
  service: 'peer' | 'orderer' | 'ca'
  /** Whose it is; undefined for the orderer. */
  mspId?: string | undefined
  /** `127.0.0.1:7055`; a CA's URL. */
  address: string
  wanted: string
}

/** Those whose port was taken. Port 0 was never one to keep. Pure. */
export function movedServices({ services, authorities }: Pick<PeerState, 'services' | 'authorities'>): MovedService[] {
  const { peers, orderer, wanted } = services
  const all: (Omit<MovedService, 'address' | 'wanted'> & {
    address?: string | undefined
    wanted?: string | undefined
  })[] = [
    ...Object.entries(peers).map(([mspId, address]) => ({
      ...{ service: 'peer' as const, mspId, address },
      wanted: wanted.peers[mspId],
    })),
    { service: 'orderer', address: orderer, wanted: wanted.orderer },
    ...Object.entries(authorities).map(([mspId, ca]) => ({
      ...{ service: 'ca' as const, mspId, address: ca.url, wanted: ca.wanted },
    })),
  ]
  return all.flatMap(({ service, mspId, address, wanted: asked }) =>
    address === undefined || asked === undefined || address === asked || asked.endsWith(':0')
      ? []
      : [{ service, mspId, address, wanted: asked }],
  )
}
