import type { ObjectKey } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'

/** Path of all objects of a kind, or of those in one namespace. */
export function collectionPath(resource: Resource, namespace = ''): string {
  const root = resource.group === '' ? '/api' : `/apis/${part(resource.group)}`
  const within = resource.namespaced && namespace !== '' ? `/namespaces/${part(namespace)}` : ''
  return `${root}/${part(resource.version)}${within}/${part(resource.plural)}`
}

/** Path of one object. */
export function objectPath(resource: Resource, key: Pick<ObjectKey, 'namespace' | 'name'>): string {
  if (resource.namespaced && key.namespace === '')
    throw new RangeError(`${resource.kind} without a namespace`)
  return `${collectionPath(resource, key.namespace)}/${part(key.name)}`
}

/** `?a=1&b=2`, without undefined and empty parameters; empty if none is left. */
export function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '')
  if (given.length === 0) return ''
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`
}

/** One segment of a path: an empty or dotted one would name something else. */
function part(text: string): string {
  if (text === '' || text === '.' || text === '..') throw new RangeError(`not a name: "${text}"`)
  return encodeURIComponent(text)
}
