import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { presentable, SopsProblem } from './sops-problem.ts'

/** A recipient of a file: the data key, or a share of it, encrypted for one key. */
export interface Recipient {
  readonly service: 'age' | 'openpgp' | 'other'
  /** An age recipient, a fingerprint, or the name of a key at a key service. */
  readonly id: string
  /** For people: `age1…`, `OpenPGP 85D7…`, `AWS KMS arn:…`; short, without control characters. */
  readonly name: string
  /** The encrypted data key. */
  readonly encrypted: string
}

/** Recipients with the same content: the data key or, with several groups, a share of it. */
export type KeyGroup = readonly Recipient[]

interface Service {
  readonly list: string
  readonly service: Recipient['service']
  /** Prefix of the id in a recipient's name. */
  readonly prefix: string
  /** Fields of an entry that identify its key. */
  readonly id: readonly string[]
}

const services: readonly Service[] = [
  { list: 'age', service: 'age', prefix: '', id: ['recipient'] },
  { list: 'pgp', service: 'openpgp', prefix: 'OpenPGP ', id: ['fp'] },
  { list: 'kms', service: 'other', prefix: 'AWS KMS ', id: ['arn'] },
  { list: 'gcp_kms', service: 'other', prefix: 'GCP KMS ', id: ['resource_id'] },
  { list: 'hckms', service: 'other', prefix: 'HuaweiCloud KMS ', id: ['key_id'] },
  { list: 'azure_kv', service: 'other', prefix: 'Azure Key Vault ', id: ['vault_url', 'name'] },
  { list: 'hc_vault', service: 'other', prefix: 'Vault ', id: ['vault_address', 'engine_path', 'key_name'] },
]

const mostRecipients = 100
const longestKey = 65_536
const longestName = 100

/** Top-level recipients make the only group; otherwise `key_groups` has the groups. @throws SopsProblem */
export function readKeyGroups(sops: JsonObject): readonly KeyGroup[] {
  const places = hasRecipients(sops) ? [sops] : listOf(sops.key_groups)
  const count = places.reduce((sum, place) => sum + countRecipients(place), 0)
  if (count === 0) throw new SopsProblem('the sops metadata names no recipient')
  if (count > mostRecipients || places.length > mostRecipients)
    throw new SopsProblem(`encrypted for more than ${mostRecipients} recipients`)
  return places.map(readGroup)
}

function hasRecipients(place: JsonObject): boolean {
  return countRecipients(place) > 0
}

function countRecipients(place: JsonObject): number {
  return services.reduce((sum, { list }) => sum + listOf(place[list]).length, 0)
}

function readGroup(place: JsonObject): KeyGroup {
  return services.flatMap((service) =>
    listOf(place[service.list]).map((entry) => readRecipient(service, entry)),
  )
}

function readRecipient({ service, prefix, id: fields }: Service, entry: JsonObject): Recipient {
  const id = fields.map((field) => textOf(entry[field])).join('/')
  const encrypted = textOf(entry.enc)
  if (encrypted.length > longestKey) throw new SopsProblem('a data key in the sops metadata is too long')
  return { service, id: id.trim(), name: presentable(`${prefix}${id}`, longestName), encrypted }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}
