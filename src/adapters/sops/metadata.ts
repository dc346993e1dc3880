import { isJsonObject, type JsonValue } from '../../model/json.ts'
import { type EncryptionRule, readEncryptionRule } from './encryption-rule.ts'
import { type KeyGroup, readKeyGroups } from './key-groups.ts'
import { SopsProblem } from './sops-problem.ts'

/** The `sops` mapping of a file (SOPS v3, stores/stores.go). */
export interface SopsMetadata {
  readonly groups: readonly KeyGroup[]
  /** Number of groups required for the data key, out of several. */
  readonly threshold: number
  readonly rule: EncryptionRule
  readonly macOnlyEncrypted: boolean
  /** The encrypted MAC. */
  readonly mac: string
  /** RFC 3339 in whole seconds: the additional data of the MAC. */
  readonly lastModified: string
}

/** @throws SopsProblem */
export function readMetadata(sops: JsonValue | undefined): SopsMetadata {
  if (!isJsonObject(sops)) throw new SopsProblem('the first document of the file has no sops metadata')
  checkVersion(sops.version)
  const groups = readKeyGroups(sops)
  return {
    groups,
    threshold: readThreshold(sops.shamir_threshold, groups.length),
    rule: readEncryptionRule(sops),
    macOnlyEncrypted: sops.mac_only_encrypted === true || sops.mac_only_encrypted === 'true',
    mac: readMac(sops.mac),
    lastModified: readLastModified(sops.lastmodified),
  }
}

const newestMajor = 3

function checkVersion(version: JsonValue | undefined): void {
  const major = typeof version === 'string' ? Number(/^(\d{1,6})\./.exec(version)?.[1] ?? 0) : 0
  if (major > newestMajor)
    throw new SopsProblem(`encrypted by SOPS ${major}; Reeve supports SOPS ${newestMajor} and older`)
}

function readThreshold(threshold: JsonValue | undefined, groups: number): number {
  if (threshold === undefined || threshold === null || threshold === 0) return groups
  const number = Number(threshold)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new SopsProblem('shamir_threshold in the sops metadata is not a number of groups')
}

function readMac(mac: JsonValue | undefined): string {
  if (typeof mac === 'string' && mac !== '') return mac
  throw new SopsProblem('the sops metadata has no MAC, so changes would go undetected')
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[-+]\d\d:\d\d)$/

function readLastModified(text: JsonValue | undefined): string {
  const [, time, zone] = typeof text === 'string' ? (timestamp.exec(text) ?? []) : []
  if (time === undefined) throw new SopsProblem('lastmodified in the sops metadata is not an RFC 3339 time')
  return `${time}${zone === '+00:00' ? 'Z' : zone}`
}
