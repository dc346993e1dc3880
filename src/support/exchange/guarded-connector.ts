import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, type Dispatcher } from 'undici'
import { FaultError, fault } from '../../model/fault.ts'
import type { AddressRule } from './address-rule.ts'

/** Resolves a host name to all its addresses. */
export type Resolve = (
  host: string,
  done: (
    error: Error | null,
    addresses: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void

/** As the system does, hosts files among it. */
export const resolveBySystem: Resolve = (host, done) =>
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []))

export type ConnectorOptions = NonNullable<Parameters<typeof buildConnector>[0]>

/**
 * Connects to allowed addresses alone. What is checked is the very address that is connected to: a name that
 * resolves to another one the next time is checked then.
 */
export function guardedConnector(
  options: ConnectorOptions,
  rule: AddressRule,
  resolve: Resolve = resolveBySystem,
): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guardedLookup(rule, resolve) } as ConnectorOptions)
  return (target, done) => {
    const host = target.hostname
    // Node resolves no literal address, so that no lookup would see it.
    const refusal = rule.hostRefusal(host)
    if (refusal !== undefined) return done(refused(host, refusal), null)
    connect(target, (...[error, socket]) => {
      if (error !== null || socket === null) return done(error ?? new Error('no connection'), null)
      const reached = rule.refusal(host, socket.remoteAddress ?? '')
      if (reached === undefined) return done(null, socket)
      socket.destroy()
      done(refused(host, reached), null)
    })
  }
}

function guardedLookup(rule: AddressRule, resolve: Resolve): LookupFunction {
  return (host, { all }, done) => {
    resolve(host, (error, found) => {
      if (error) return done(error, [])
      const allowed = found.filter(({ address }) => rule.refusal(host, address) === undefined)
      const [first] = allowed
      if (first === undefined) return done(refused(host, refusalOf(host, found, rule)), [])
      if (all) done(null, [...allowed])
      else done(null, first.address, first.family)
    })
  }
}

/**
 * Checks a host before a proxy is asked for it, as far as this machine can tell: an address, a name of the inside, and
 * what this machine resolves a name to. A name that only the proxy resolves is the proxy's to refuse.
 */
export function guardedByName(
  dispatcher: Dispatcher,
  origin: URL,
  rule: AddressRule,
  resolve: Resolve = resolveBySystem,
): Dispatcher {
  const host = origin.hostname
  return dispatcher.compose((dispatch) => (options, handler) => {
    const refuse = (why: string) => handler.onResponseError?.(CONTROLLER, refused(host, why))
    const refusal = rule.hostRefusal(host)
    if (refusal !== undefined) {
      refuse(refusal)
      return true
    }
    if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0) return dispatch(options, handler)
    resolve(host, (error, found) => {
      const isRefused =
        !error && found.length > 0 && !found.some(({ address }) => !rule.refusal(host, address))
      if (isRefused) refuse(refusalOf(host, found, rule))
      else dispatch(options, handler)
    })
    return true
  })
}

function refusalOf(host: string, found: readonly { readonly address: string }[], rule: AddressRule): string {
  return (
    found.map(({ address }) => rule.refusal(host, address)).find((why) => why !== undefined) ??
    'at no address'
  )
}

function refused(host: string, why: string): FaultError {
  return new FaultError(fault('source-address-refused', `${host} is ${why}`))
}

/** Nothing has been sent that could be paused or aborted. */
const CONTROLLER: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  rawHeaders: null,
  rawTrailers: null,
  abort() {},
  pause() {},
  resume() {},
}
