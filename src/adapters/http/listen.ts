import type { Server } from 'node:http'
import { FaultError, fault } from '../../model/fault.ts'

export interface ListenOptions {
  readonly host: string | undefined
  readonly port: number
}

/** @throws FaultError address-unusable */
export function listen(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = WORDS[error.code ?? ''] ?? error.message
      const details = `--listen ${host ?? ''}:${port}: ${words}`
      reject(new FaultError(fault('address-unusable', details), { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** Why a server cannot listen, by the codes of listen(2), bind(2) and getaddrinfo(3). */
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses the port',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'the port needs privileges that Reeve does not have, as ports below 1024 mostly do',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved now',
}
