import type { Connections } from './connection.ts'
import { HttpConnections, type HttpConnectionsOptions } from './http-connections.ts'
import type { HttpRemote, SshRemote } from './remote.ts'

/** The way to a remote. Connects when it is used. @throws FaultError bad-proxy */
export async function openConnections(
  remote: HttpRemote | SshRemote,
  options: HttpConnectionsOptions,
): Promise<Connections> {
  if (!('address' in remote)) return new HttpConnections(remote, options)
  // Most remotes have no need of SSH, which takes time and memory to load.
  const { SshConnections } = await import('./ssh/ssh-connections.ts')
  return new SshConnections(remote, options)
}
