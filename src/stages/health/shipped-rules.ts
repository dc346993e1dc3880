import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { HealthRule } from '../../model/rules.ts'

/** A rule for kinds of one project, as in `rules/*.yaml`. */
export interface ShippedRule extends Omit<HealthRule, 'objects' | 'deadlineMs'> {
  /** By default the domain that names the file. */
  readonly group?: string
  readonly kinds: readonly string[]
}

/** Where the rules are, from the sources and from the bundle. */
const DIRECTORY = new URL('rules/', import.meta.url)

/** Rules for kinds of widespread projects, read where a kind of theirs is first judged. */
export class ShippedRules {
  #domains: ReadonlySet<string> | undefined
  readonly #rules = new Map<string, readonly ShippedRule[]>()

  /** The rule for a kind; undefined where there is none. */
  find(group: string, kind: string): ShippedRule | undefined {
    const domain = this.#domainOf(group)
    if (domain === undefined) return undefined
    return this.#rulesOf(domain).find((rule) => (rule.group ?? domain) === group && rule.kinds.includes(kind))
  }

  /** The closest domain around a group that has a file: `fluxcd.io` for `helm.toolkit.fluxcd.io`. */
  #domainOf(group: string): string | undefined {
    this.#domains ??= domainsIn(readdirSync(DIRECTORY))
    for (let domain = group; domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1))
      if (this.#domains.has(domain)) return domain
    return undefined
  }

  #rulesOf(domain: string): readonly ShippedRule[] {
    const known = this.#rules.get(domain)
    if (known !== undefined) return known
    const text = readFileSync(new URL(`${domain}.yaml`, DIRECTORY), 'utf8')
    const rules = load(text) as readonly ShippedRule[] // ours, and checked by a test
    this.#rules.set(domain, rules)
    return rules
  }
}

/** The cases of a file are beside it. */
function domainsIn(files: readonly string[]): ReadonlySet<string> {
  return new Set(
    files.flatMap((file) => (file.endsWith('.cases.yaml') ? [] : file.slice(0, -'.yaml'.length))),
  )
}
