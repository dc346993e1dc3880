import type { Fault } from '../../../model/fault.ts'
import { fault } from '../../../model/fault.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { Notice } from '../../../model/notice.ts'
import { keyOf } from '../../../model/object.ts'
import type { Secrets } from '../../../model/secrets.ts'
import type { Sensitive } from '../../../model/sensitive.ts'
import { commonPart } from './common-part.ts'
import { derivedTexts, textsBelow } from './derived-texts.ts'
import { type Difference, differences } from './differences.ts'
import { namedBySecrets } from './named-by-secrets.ts'
import { partners } from './partners.ts'
import { placeKey } from './place-key.ts'
import { areAlike, redactFindings } from './redact-findings.ts'

/** What an installation is made of, by one rendering. */
export interface Made {
  readonly objects: readonly DeclaredObject[]
  readonly leftAlone: readonly DeclaredObject[]
  readonly notices: readonly Notice[]
  readonly faults: readonly Fault[]
  /** Names that a chart makes up anew at each rendering, by place: two of them. */
  readonly madeUp: ReadonlyMap<string, readonly [string, string]>
}

/** Where a rendering holds what its secrets make of it. */
export interface Tainted extends Pick<Made, 'objects' | 'leftAlone' | 'notices' | 'faults'> {
  /** By object: its secret places. */
  readonly places: ReadonlyMap<DeclaredObject, Taint>
  /** Texts that are made of secrets, to redact in what comes from elsewhere. */
  readonly texts: ReadonlySet<string>
}

export type Taint = Required<Pick<Sensitive, 'places' | 'closed'>>

/**
 * Compares a rendering with one of the same input that has stand-ins in place of the secrets: whatever differs is made
 * of them. Where the other one failed, all counts as secret.
 *
 * @param twin undefined where it would show nothing
 */
export function taintOf(made: Made, twin: Made | undefined, secrets: Secrets | undefined): Tainted {
  const isBlind = twin === undefined || (twin.faults.length > 0 && !areAlike(made.faults, twin.faults))
  const all = [...made.objects, ...made.leftAlone]
  const find = partners(all, [...(twin?.objects ?? []), ...(twin?.leftAlone ?? [])])
  const found = all.map((declared, index) => (isBlind ? undefined : find(declared, index)))
  const alone = all.filter((_, index) => found[index] === undefined)
  const others = all.filter((declared, index) => isElsewhere(declared, found[index]))
  const named = namedBySecrets({ alone, others }, secrets)
  const names = namesOf(all)
  const verdicts = new Map(
    all.map((declared, index): [DeclaredObject, Verdict] => {
      const partner = found[index]
      if (partner === declared) return [declared, PLAIN]
      if (named.has(declared)) return [declared, 'misnamed']
      if (partner !== undefined) return [declared, compared(declared, partner, made.madeUp)]
      return [declared, wholeOf(declared, names())]
    }),
  )
  const isNamed = (declared: DeclaredObject) => verdicts.get(declared) !== 'misnamed'
  const taints = [...verdicts].flatMap(([declared, verdict]) =>
    verdict === 'misnamed' ? [] : [[declared, verdict] as const],
  )
  const misnamed = all.filter((declared) => !isNamed(declared))
  return {
    objects: made.objects.filter(isNamed),
    leftAlone: made.leftAlone.filter(isNamed),
    notices: redactFindings(made.notices, twin?.notices ?? []),
    faults: [...redactFindings(made.faults, twin?.faults ?? []), ...misnamed.map(misnamedFault)],
    places: new Map(taints),
    texts: new Set(taints.flatMap(([, { texts }]) => texts)),
  }
}

/** What is secret in an object, or that its name is. */
type Verdict = (Taint & { readonly texts: readonly string[] }) | 'misnamed'

/** Of an object that is made of no secrets. */
const PLAIN: Verdict = { places: [], closed: [], texts: [] }

function namesOf(objects: readonly DeclaredObject[]): () => ReadonlySet<string> {
  let names: ReadonlySet<string> | undefined
  return () => {
    names ??= new Set(
      objects.flatMap(({ object: { metadata } }) => [metadata.name, metadata.namespace ?? '']),
    )
    return names
  }
}

/** Whether what stands for an object in the other rendering has another name or place. */
function isElsewhere(declared: DeclaredObject, partner: DeclaredObject | undefined): boolean {
  if (partner === undefined || partner === declared) return false
  const { object, origin } = declared
  return (
    object.metadata.name !== partner.object.metadata.name ||
    origin.document !== partner.origin.document ||
    origin.pointer !== partner.origin.pointer ||
    origin.file !== partner.origin.file
  )
}

function compared(declared: DeclaredObject, partner: DeclaredObject, madeUp: Made['madeUp']): Verdict {
  if (!isNamedAlike(declared, partner, madeUp)) return 'misnamed'
  const found = differences(declared.object as JsonObject, partner.object as JsonObject).filter(isNoName)
  return {
    places: found.map(({ steps }) => steps),
    closed: found.filter(({ isClosed }) => isClosed).map(({ steps }) => steps),
    texts: found.filter((one) => !isMadeUp(one, declared)).flatMap(derivedTexts),
  }
}

/** All of an object, with its keys. */
function wholeOf(declared: DeclaredObject, names: ReadonlySet<string>): Verdict {
  return {
    places: [[]],
    closed: [[]],
    texts: textsBelow(withoutIdentity(declared), { names, varying: declared.varying ?? [] }),
  }
}

function isNamedAlike(declared: DeclaredObject, partner: DeclaredObject, madeUp: Made['madeUp']): boolean {
  const [key, other] = [keyOf(declared.object), keyOf(partner.object)]
  const isSameKind = declared.object.apiVersion === partner.object.apiVersion && key.kind === other.kind
  const isSameElse = isSameKind && key.namespace === other.namespace
  if (!isSameElse || key.name === other.name) return isSameElse
  const names = madeUp.get(placeKey(declared))
  if (names === undefined) return false
  const [steady, common] = [commonPart(...names), commonPart(key.name, other.name)]
  // What is made up may coincide by chance, for some characters.
  return steady.start - common.start < 4 && steady.end - common.end < 4
}

/** A name that is made up. */
function isNoName({ pointer }: Difference): boolean {
  return pointer !== '/metadata/name'
}

/** What is made up is another text in each rendering: it is redacted in its place alone. */
function isMadeUp({ pointer }: Difference, { varying = [] }: DeclaredObject): boolean {
  return varying.some(
    (each) => pointer === each || pointer.startsWith(`${each}/`) || each.startsWith(`${pointer}/`),
  )
}

function withoutIdentity({ object }: DeclaredObject): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object
  const { name: _name, namespace: _namespace, ...others } = metadata
  return { ...rest, metadata: others } as JsonObject
}

function misnamedFault({ origin: { file, line, document } }: DeclaredObject): Fault {
  return fault('secret-name', `object ${document + 1} of this file`, { location: { file, line } })
}
