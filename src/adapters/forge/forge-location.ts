import type { ForgeKind } from '../../model/forge-kind.ts'

/** Where a forge is, and the repository there. */
export interface ForgeLocation {
  readonly kind: ForgeKind
  /** Of its pages, without a slash at the end; `https://git.example/base`. */
  readonly url: string
  /** Names of the repository, not encoded: owner or groups, then its own. */
  readonly path: readonly string[]
}

/** URL of the forge's API, without a slash at the end. */
export function apiUrl({ kind, url }: ForgeLocation): string {
  switch (kind) {
    case 'gitea':
      return `${url}/api/v1`
    case 'gitlab':
      return `${url}/api/v4`
    case 'github':
      return githubApi(url)
  }
}

/** GitHub itself and its clouds with data residency have a host of their own for it, GitHub Enterprise Server a path. */
function githubApi(url: string): string {
  const { hostname } = new URL(url)
  if (hostname === 'github.com' || hostname === 'www.github.com') return 'https://api.github.com'
  return hostname.endsWith('.ghe.com') ? `https://api.${hostname}` : `${url}/api/v3`
}

/** `https://git.example/base/acme/fleet` */
export function repositoryPage({ url, path }: ForgeLocation): string {
  return [url, ...path.map(encodeURIComponent)].join('/')
}

/** Where branches are, below the page of the repository. */
const BRANCHES = { github: 'blob', gitlab: '-/blob', gitea: 'src/branch' } as const

/**
 * `https://git.example/base/acme/fleet/src/branch/reeve/review/eu/12.md`
 * @param branch without refs/heads/
 */
export function filePage(location: ForgeLocation, branch: string, file: string): string {
  const path = `${branch}/${file}`.split('/').map(encodeURIComponent).join('/')
  return `${repositoryPage(location)}/${BRANCHES[location.kind]}/${path}`
}
