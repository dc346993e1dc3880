import { FaultError, fault, isFault } from '../../model/fault.ts'
import type { ForgeKind } from '../../model/forge-kind.ts'
import { parseJson } from '../../model/json.ts'
import { redactUrl } from '../../model/redact-url.ts'
import { textAt } from './answer-fields.ts'
import type { ForgeClient } from './forge-client.ts'
import type { ForgeLocation } from './forge-location.ts'
import type { ForgeAnswer } from './forge-request.ts'
import { type ForgeRepository, repositoryOfUrl } from './repository-of-url.ts'

export interface GuessOptions {
  /** The one that the user names. */
  readonly kind?: ForgeKind | undefined
  /** Of the forge's pages, where the repository's URL does not tell it. */
  readonly url?: string | undefined
  /** URL of the repository, as Git takes it. */
  readonly repository: string
}

const KNOWN: ReadonlyMap<string, ForgeKind> = new Map([
  ['github.com', 'github'],
  ['www.github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['codeberg.org', 'gitea'],
  ['gitea.com', 'gitea'],
])
/** Maximum number of names that a base path is looked for in. */
const DEEPEST_BASE = 2

/**
 * Finds which forge has a repository: the named one, a well-known host, or what the server answers to requests
 * without credentials.
 * @throws FaultError bad-option, forge-unreachable
 */
export async function guessForge(options: GuessOptions, client: ForgeClient): Promise<ForgeLocation> {
  const repository = repositoryOfUrl(options.repository)
  if (!repository) throw badOption(`--forge: ${redactUrl(options.repository)} names no owner and repository`)
  const named = options.url === undefined ? undefined : baseOf(options.url)
  const host = new URL(named?.origin ?? repository.origin).hostname
  const known = KNOWN.get(host) ?? (host.endsWith('.ghe.com') ? 'github' : undefined)
  const kind = options.kind ?? known
  const own = { origin: repository.origin, path: [] }
  if (kind !== undefined)
    return locationOf(kind, repository, named ?? (known ? own : defaultBase(kind, repository)))
  for (const base of named ? [named] : likelyBases(repository)) {
    const found = await askServer(urlOf(base), client)
    if (found) return locationOf(found, repository, base)
  }
  throw badOption(`--forge: ${repository.origin} does not tell which forge it is: github, gitlab or gitea`)
}

function baseOf(text: string): ForgeRepository {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username + url.password !== '')
    throw badOption(`--forge-url: ${redactUrl(text)} is not an HTTP or HTTPS URL without credentials`)
  return { origin: url.origin, path: url.pathname.split('/').filter((name) => name !== '') }
}

/** Gitea's repositories have two names, GitLab's any number. */
function defaultBase(kind: ForgeKind, { origin, path }: ForgeRepository): ForgeRepository {
  return { origin, path: kind === 'gitlab' ? [] : path.slice(0, -2) }
}

function likelyBases({ origin, path }: ForgeRepository): readonly ForgeRepository[] {
  const deepest = Math.min(DEEPEST_BASE, path.length - 2)
  return Array.from({ length: deepest + 1 }, (_, names) => ({ origin, path: path.slice(0, names) }))
}

/** An SSH URL has no base path. */
function locationOf(kind: ForgeKind, repository: ForgeRepository, base: ForgeRepository): ForgeLocation {
  const isBelow = base.path.every((name, at) => repository.path[at] === name)
  const path = repository.path.slice(isBelow ? base.path.length : 0)
  const isComplete = kind === 'gitlab' ? path.length >= 2 : path.length === 2
  if (!isComplete) throw badOption(`--forge: "${path.join('/')}" is no repository of ${kind}`)
  return { kind, url: urlOf(base), path }
}

function urlOf({ origin, path }: ForgeRepository): string {
  return [origin, ...path].join('/')
}

async function askServer(url: string, client: ForgeClient): Promise<ForgeKind | undefined> {
  const ask = (path: string) => client.send({ method: 'GET', url: url + path }).catch(ifRejected)
  if (isGitea(await ask('/api/v1/version'))) return 'gitea'
  if (isGitlab(await ask('/api/v4/version'))) return 'gitlab'
  return isGithub(await ask('/api/v3/meta')) ? 'github' : undefined
}

function isGitea(answer: ForgeAnswer | undefined): boolean {
  return answer?.status === 200 && textAt(parseJson(answer.text), ['version']) !== undefined
}

function isGitlab(answer: ForgeAnswer | undefined): boolean {
  if (answer === undefined) return false
  const json = parseJson(answer.text)
  const isRefused = answer.status === 401 && textAt(json, ['message']) === '401 Unauthorized'
  return isRefused || (answer.status === 200 && textAt(json, ['version']) !== undefined)
}

function isGithub(answer: ForgeAnswer | undefined): boolean {
  if (answer === undefined) return false
  const { headers, status, text } = answer
  const isInstalled = status === 200 && textAt(parseJson(text), ['installed_version']) !== undefined
  return (
    isInstalled ||
    headers['x-github-enterprise-version'] !== undefined ||
    headers['x-github-request-id'] !== undefined
  )
}

/** A page to sign in at, on another server, is no answer of an API. */
function ifRejected(error: unknown): undefined {
  if (isFault(error, 'forge-rejected')) return undefined
  throw error
}

function badOption(details: string): FaultError {
  return new FaultError(fault('bad-option', details))
}
