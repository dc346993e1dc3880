import { quoted } from '../../model/quoted.ts'
import { resolvePath } from './template-files.ts'
import { unsafePart } from './tree-path.ts'

/** A kustomization's reference to another repository, or why it is none that Reeve fetches. */
export type RemoteBase = (Address & { /** '' where it names none. */ readonly ref: string }) | Refusal

interface Address {
  /** https:// or http://, without credentials. */
  readonly url: string
  /** From the root of the repository. */
  readonly path: string
}

interface Refusal {
  readonly code: 'bad-remote-base' | 'remote-file'
  readonly details: string
}

const REMOTE = /^(?:[a-z][a-z\d+.-]*:\/\/|git::|github\.com[/:]|[a-z][a-z\d-]*@[^/:]+:)/i
const MANIFEST = /\.(?:ya?ml|json)$/i
/** Those of Kustomize. Reeve has its own timeouts, and fetches no submodules. */
const PARAMETERS: ReadonlySet<string> = new Set(['ref', 'version', 'timeout', 'submodules'])
/** How Kustomize tells the repository from the path in it, the first that fits. */
const SPLITS = [
  /^(.*?_git\/[^/]+)(?:\/(.*))?$/,
  /^(.*?)\/\/(.*)$/,
  /^(.*?\.git)(?:\/(.*))?$/,
  /^([^/]+\/[^/]+)(?:\/(.*))?$/,
]
/** A segment that a server may take for a step up, or for two segments. */
const ENCODED_STEP = /%(?:2e|2f|5c)/i

/** Reads what Kustomize takes for a repository or a file of another machine; undefined for a path. */
export function readRemoteBase(text: string): RemoteBase | undefined {
  if (!REMOTE.test(text) || (MANIFEST.test(text) && !text.includes('://'))) return undefined
  if (text.includes('@')) return bad('it has credentials, or is an address of SSH')
  const [start = '', query = '', ...more] = text.replace(/^git::/i, '').split('?')
  const address = start.replace(/^github\.com\//i, 'https://github.com/')
  const parameters = new URLSearchParams(query)
  const found = readAddress(address)
  if ('code' in found) return found
  if (more.length > 0 || [...parameters.keys()].some((key) => !PARAMETERS.has(key)))
    return bad(`${quoted(address)} has a parameter that Reeve does not know`)
  return { ...found, ref: parameters.get('ref') || parameters.get('version') || '' }
}

function readAddress(address: string): Address | Refusal {
  const shown = quoted(address)
  const [, scheme = '', host = '', rest] = /^(https?:\/\/)([^/]+)\/(.*)$/i.exec(address) ?? []
  if (rest === undefined) return bad(`${shown} is no https:// URL of a repository`)
  if (MANIFEST.test(rest)) return { code: 'remote-file', details: shown }
  const [, repository, path = ''] = SPLITS.map((split) => split.exec(rest)).find((found) => found) ?? []
  if (repository === undefined) return bad(`${shown} does not say what the repository is`)
  const url = `${scheme.toLowerCase()}${host.toLowerCase()}/${repository}`
  if (!isPlain(url)) return bad(`${shown} is not in the normal form of a URL`)
  const inside = resolvePath('', `./${path}`)
  if (inside === undefined || (inside !== '' && unsafePart(inside) !== undefined))
    return bad(`the path of ${shown} leads out of the repository`)
  return { url, path: inside }
}

/** `github.com/org/repo`, the same for all URLs of a repository. */
export function repositoryName(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/(?:\.git)?\/*$/, '')
}

/** Whether one of the prefixes, by whole segments, is that of the repository. */
export function isAllowedBase(url: string, prefixes: readonly string[]): boolean {
  const name = `${repositoryName(url)}/`
  return prefixes.some((prefix) => name.startsWith(`${prefix}/`))
}

/** Whether a server gets the URL as it is written, so that what is allowed is what is asked for. */
function isPlain(url: string): boolean {
  const { origin, pathname = '' } = URL.parse(url) ?? {}
  return `${origin}${pathname}` === url && !/\/\/|\/$/.test(pathname) && !ENCODED_STEP.test(url)
}

function bad(details: string): Refusal {
  return { code: 'bad-remote-base', details }
}
