import type { ProvenanceRule } from '../../../model/provenance.ts'
import type { ChartName } from '../../../model/template.ts'

/** Names under which Docker Hub answers. */
const DOCKER_HUB = new Set(['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])

/** The first rule that fits the source of a chart; undefined: its provenance does not matter. */
export function ruleFor(
  { repository, name }: ChartName,
  rules: readonly ProvenanceRule[],
): ProvenanceRule | undefined {
  const source = `${sourceAddress(repository)}/${name}`
  return rules.find((rule) => rule.source === '*' || isWithin(source, sourceAddress(rule.source)))
}

/**
 * `host/path` in one spelling: whatever a URL writes in another way (case of the host, a default port, a final
 * dot, escapes, empty segments) is the same source. Takes URLs and addresses without a scheme.
 */
export function sourceAddress(repository: string): string {
  const address = /^[a-z]+:\/\//i.test(repository) ? repository : `https://${repository}`
  const url = URL.parse(address.replace(/^oci:/i, 'https:'))
  if (url === null) return repository
  const { hostname, port, pathname } = url
  const host = hostname.replace(/\.$/, '')
  const path = stepped(unescaped(pathname).split(/[/\\]/))
  return [(DOCKER_HUB.has(host) ? 'docker.io' : host) + (port && `:${port}`), ...path].join('/')
}

/** Without empty segments and steps: a server may take an escaped `..` for one. */
function stepped(segments: readonly string[]): readonly string[] {
  const path: string[] = []
  for (const segment of segments)
    if (segment === '..') path.pop()
    else if (segment !== '' && segment !== '.') path.push(segment)
  return path
}

function isWithin(source: string, rule: string): boolean {
  return source === rule || source.startsWith(`${rule}/`)
}

function unescaped(path: string): string {
  return path.replace(/%[0-7][0-9a-f]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}
