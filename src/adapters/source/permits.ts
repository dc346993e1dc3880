import { isIP } from 'node:net'
import { FaultError, fault } from '../../model/fault.ts'
import { isListed, isListedHost, type SourceKind, type SourceRules } from '../../model/source-rules.ts'

/** @throws FaultError source-not-allowed */
export type CheckUrl = (url: URL) => void

/** Checks of URLs before they are asked for, redirects among them. */
export interface Permits {
  readonly git: CheckUrl
  readonly charts: CheckUrl
  readonly registries: CheckUrl
  /** That of the server that gives tokens for a registry. */
  readonly realm: (registry: URL) => CheckUrl
}

/** The registry of Docker, and its server of tokens, which have names of their own. */
const DOCKER = { name: 'docker.io', registry: 'registry-1.docker.io', realm: 'auth.docker.io' }

/** Each kind is checked by its own list; without one, any host may be asked for. */
export function permitsOf(rules: SourceRules): Permits {
  const check =
    (kind: SourceKind, seen: (url: URL) => URL = same): CheckUrl =>
    (url) => {
      const listed = rules[kind]
      if (listed !== undefined && !isListed(seen(url), listed)) throw refused(url, kind)
    }
  return {
    git: check('git'),
    charts: check('charts'),
    registries: check('registries', inRegistry),
    realm: (registry) => (url) => {
      if (url.host === registry.host || isListedHost(url, rules.registries ?? [])) return
      if (registry.host === DOCKER.registry && url.host === DOCKER.realm) return
      if (rules.registries === undefined && isBeside(url, registry)) return
      throw refused(url, 'registries')
    },
  }
}

function same(url: URL): URL {
  return url
}

/** As users write it: the API of a registry has its repositories below /v2. */
function inRegistry(url: URL): URL {
  const seen = new URL(url)
  seen.pathname = seen.pathname.replace(/^\/v2(?=\/)/, '')
  if (seen.host === DOCKER.registry) seen.host = DOCKER.name
  return seen
}

/** Whether both belong to one domain, as registry.example.com and auth.example.com do. */
function isBeside(url: URL, registry: URL): boolean {
  const domain = registry.hostname.split('.').slice(1).join('.')
  if (isIP(registry.hostname) !== 0 || !domain.includes('.')) return false
  return url.port === '' && `.${url.hostname}`.endsWith(`.${domain}`)
}

function refused({ host, pathname }: URL, kind: SourceKind): FaultError {
  return new FaultError(
    fault('source-not-allowed', `${host}${pathname} is not among the ${kind} of its \`sources\``),
  )
}
