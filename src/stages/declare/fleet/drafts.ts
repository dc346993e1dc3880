import type { PlacedTemplate } from '../../../model/declaration.ts'
import { type Fault, fault, type Location } from '../../../model/fault.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import type { Notice } from '../../../model/notice.ts'
import { gvkOf } from '../../../model/object.ts'
import { allSecrets, type Secrets } from '../../../model/secrets.ts'
import { isAbout } from '../documents/installation-document.ts'
import type { Misfit } from '../read-manifest.ts'
import {
  type Directory,
  groupsIn,
  installationsIn,
  misfitsIn,
  type PlacedGroup,
  type PlacedInstallation,
} from './directory.ts'
import { faultsOfGroup, type Groups } from './groups.ts'

/** An installation before inheritance: the contents of its own directory and document. */
export interface Draft {
  readonly name: string
  /** metadata.name, where the installation's name has the namespace of its document before it. */
  readonly shortName?: string
  /** metadata.namespace of a standalone document. */
  readonly home?: string
  /** Digest of its directory; '' where it has none. */
  readonly source: string
  readonly location: Location | undefined
  readonly document: PlacedInstallation | undefined
  /** Objects of its directory, as they are, and its document. */
  readonly objects: readonly DeclaredObject[]
  /** The directory's kustomization, where that is to be built. */
  readonly overlay?: PlacedTemplate
  /** It is a standalone document. */
  readonly isAlone: boolean
  /** Decrypted from its files; absent where nothing was encrypted. */
  readonly secrets?: Secrets
  readonly notices?: readonly Notice[]
  readonly faults: readonly Fault[]
}

/**
 * The installations of a commit, sorted by name: each directory with manifests, configured by a document
 * about it, and each standalone document. Standalone documents of one name in several namespaces, which the
 * cluster tells apart as well, are named `<namespace>/<name>`.
 *
 * @param drafts the results of draftsIn for all directories
 */
export function draftsOf(drafts: Iterable<readonly Draft[]>): readonly Draft[] {
  const sameName = Map.groupBy([...drafts].flat(), ({ name }) => name)
  const byName = Map.groupBy([...sameName.values()].flatMap(toldApart), ({ name }) => name)
  return [...byName.values()].map(one).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names by which documents mean several installations: those that only their namespaces tell apart. */
export type Namesakes = ReadonlyMap<string, readonly string[]>

/** By metadata.name; a name that some installation has is its own. */
export function namesakesOf(drafts: readonly Draft[]): Namesakes {
  const names = new Set(drafts.map(({ name }) => name))
  const meant = drafts.flatMap(({ name, shortName }) =>
    shortName === undefined || names.has(shortName) ? [] : [{ name, shortName }],
  )
  const byShortName = Map.groupBy(meant, ({ shortName }) => shortName)
  return new Map([...byShortName].map(([shortName, all]) => [shortName, all.map(({ name }) => name)]))
}

function toldApart(drafts: readonly Draft[]): readonly Draft[] {
  if (new Set(drafts.map(({ home }) => home)).size < 2) return drafts
  return drafts.map((draft) => {
    const { name, home } = draft
    return home === undefined ? draft : { ...draft, name: `${home}/${name}`, shortName: name }
  })
}

/** The installations of one directory; for a plain directory, `groups` does not matter. */
export function draftsIn(directory: Directory, groups: Groups): readonly Draft[] {
  const [own = [], others = []] = split(installationsIn(directory), ({ document }) =>
    isAbout(directory.name, document),
  )
  const [ownMisfits = [], otherMisfits = []] = split(misfitsIn(directory, 'Installation'), (misfit) =>
    isAbout(directory.name, misfit),
  )
  const alone = [...others.map(aloneDraft), ...otherMisfits.map(misfitDraft)]
  const holdsMore = own.length + ownMisfits.length > 0 || holdsManifests(directory) || alone.length === 0
  return holdsMore ? [directoryDraft(directory, own, ownMisfits, groups), ...alone] : alone
}

/** The draft where draftsIn fails with an unforeseen error: the installation stays as it is. */
export function brokenDraft({ name, source, files }: Directory, found: Fault): Draft {
  const location = files[0] && { file: files[0].path, line: 1 }
  const nothing = { document: undefined, objects: [], isAlone: false }
  return { name, source, location, ...nothing, faults: [{ ...found, ...(location && { location }) }] }
}

function split<T>(items: readonly T[], fits: (item: T) => boolean): readonly (readonly T[])[] {
  return [items.filter(fits), items.filter((item) => !fits(item))]
}

function holdsManifests(directory: Directory): boolean {
  const { manifests, faults, overlay } = directory
  return (
    overlay !== undefined ||
    faults.length > 0 ||
    manifests.some((manifest) => manifest.objects.length + manifest.faults.length > 0) ||
    groupsIn(directory).length + misfitsIn(directory, 'InstallationGroup').length > 0
  )
}

function directoryDraft(
  directory: Directory,
  own: readonly PlacedInstallation[],
  misfits: readonly Misfit[],
  groups: Groups,
): Draft {
  const { name, source, manifests, overlay, notices } = directory
  const inGroups = distinct(groupsIn(directory))
  const [document] = own
  const plain = [
    ...manifests.flatMap(({ objects }) => objects),
    ...inGroups.map(({ declared }) => declared),
  ].sort((a, b) =>
    a.origin.file < b.origin.file ? -1 : a.origin.file > b.origin.file ? 1 : a.origin.line - b.origin.line,
  )
  const objects = document ? [document.declared, ...plain] : plain
  const faults = [
    ...directory.faults,
    ...manifests.flatMap((manifest) => manifest.faults),
    ...misfits.flatMap((misfit) => misfit.faults),
    ...misfitsIn(directory, 'InstallationGroup').flatMap((misfit) => misfit.faults),
    ...inGroups.flatMap((group) => faultsOfGroup(group, groups)),
    ...own.slice(1).map((again) => duplicate(name, again.place('/metadata/name'), document?.place(''))),
  ]
  const secrets = allSecrets(...manifests.map((manifest) => manifest.secrets))
  return {
    name,
    source,
    location: document?.place('') ?? plain[0]?.origin ?? overlay?.location,
    document,
    objects,
    ...(overlay && { overlay }),
    ...(notices && { notices }),
    isAlone: false,
    ...(secrets && { secrets }),
    faults: faults.sort(byPlace),
  }
}

/** Reports a duplicate group only once per directory. */
function distinct(groups: readonly PlacedGroup[]): readonly PlacedGroup[] {
  return [...new Map(groups.toReversed().map((group) => [group.document.name, group])).values()].reverse()
}

function aloneDraft(document: PlacedInstallation): Draft {
  return {
    name: document.document.name,
    ...(document.document.home !== undefined && { home: document.document.home }),
    source: '',
    location: document.place(''),
    document,
    objects: [document.declared],
    isAlone: true,
    ...(document.secrets && { secrets: document.secrets }),
    faults: [],
  }
}

function misfitDraft({ name, home, location, faults }: Misfit): Draft {
  return {
    name,
    ...(home !== undefined && { home }),
    source: '',
    location,
    document: undefined,
    objects: [],
    isAlone: false,
    faults,
  }
}

/** Merges drafts of one name into one installation with a fault, so that running objects stay as they are. */
function one(drafts: readonly Draft[]): Draft {
  const [first, ...rest] = drafts as readonly [Draft, ...Draft[]]
  if (rest.length === 0) return first
  const secrets = allSecrets(...drafts.map((draft) => draft.secrets))
  const again = rest.map(({ location }) => duplicate(first.name, location, first.location))
  return {
    ...first,
    source: JSON.stringify(drafts.map(({ source }) => source)),
    objects: [...first.objects, ...rest.flatMap(({ objects }) => objects.filter(isNoDocument))],
    ...(secrets && { secrets }),
    faults: [...drafts.flatMap(({ faults }) => faults), ...again],
  }
}

function isNoDocument({ object }: DeclaredObject): boolean {
  return gvkOf(object).group !== OWN_GROUP
}

function duplicate(name: string, location: Location | undefined, first: Location | undefined): Fault {
  const already = first ? ` is already declared at ${first.file}:${first.line}` : ''
  return fault('duplicate-installation', `${name}${already}`, { location })
}

function byPlace({ location: a }: Fault, { location: b }: Fault): number {
  if (!a || !b || a.file === b.file) return (a?.line ?? 0) - (b?.line ?? 0)
  return a.file < b.file ? -1 : 1
}
