import { didYouMean } from '../../model/did-you-mean.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Origin } from '../../model/installation.ts'
import type { DeclaredTree, DraftedInstallation } from '../declare/declare-tree.ts'
import { rulingGroup } from '../declare/rollout-groups.ts'
import type { Edit } from './edit.ts'
import type { EditRequest, PauseRequest, SkipRequest } from './rollout-request.ts'
import { ruledGroup } from './ruling-group.ts'

/** A document, and edits that would each do: the first one that its text allows counts. */
export interface DocumentEdit {
  readonly origin: Origin
  /** None where the document says it already. */
  readonly edits: readonly Edit[]
}

const PAUSED = ['spec', 'rollout', 'paused']
const SKIP = ['spec', 'rollout', 'skip']
const REVISION = ['spec', 'revision']

/**
 * The edit that a request asks for.
 * @throws FaultError unknown-group, no-rollout, no-installation, not-a-member, no-document, and the faults of a
 * document that cannot be read
 */
export function rolloutEdit(tree: DeclaredTree, request: EditRequest): DocumentEdit {
  switch (request.verb) {
    case 'pause':
    case 'resume':
      return pausing(tree, request)
    case 'skip':
    case 'unskip':
      return skipping(tree, request)
    case 'pin':
      return pinning(tree, request.installation, request.to)
    case 'unpin':
      return pinning(tree, request.installation, undefined)
  }
}

function pausing(tree: DeclaredTree, { verb, group }: PauseRequest): DocumentEdit {
  const { document, declared } = ruledGroup(tree, group)
  const isPaused = document.rollout?.paused === true
  const edits: readonly Edit[] =
    verb === 'pause'
      ? [{ kind: 'set', path: PAUSED, value: true }]
      : // A merge key may say it as well.
        [
          { kind: 'remove', path: PAUSED },
          { kind: 'set', path: PAUSED, value: false },
        ]
  return { origin: declared.origin, edits: isPaused === (verb === 'pause') ? [] : edits }
}

function skipping(tree: DeclaredTree, { verb, group, member }: SkipRequest): DocumentEdit {
  const { document, declared } = ruledGroup(tree, group)
  const skipped = document.rollout?.skip ?? []
  const index = skipped.indexOf(member)
  const { origin } = declared
  if (verb === 'unskip' && index >= 0) {
    const edit: Edit =
      skipped.length === 1 ? { kind: 'remove', path: SKIP } : { kind: 'drop', path: SKIP, index }
    return { origin, edits: [edit] }
  }
  checkMember(tree, group, member)
  return { origin, edits: verb === 'skip' && index < 0 ? [{ kind: 'append', path: SKIP, item: member }] : [] }
}

function checkMember(tree: DeclaredTree, group: string, name: string): void {
  const members = [...tree.sources]
    .filter(([, source]) => rulingGroup(source) === group)
    .map(([each]) => each)
  if (members.includes(name)) return
  const source = tree.sources.get(name)
  if (source === undefined)
    throw new FaultError(fault('no-installation', `${name}${didYouMean(name, members)}`))
  throw new FaultError(fault('not-a-member', `${name}, ${followed(source)}, not that of ${group}`))
}

function followed(source: DraftedInstallation): string {
  const ruling = rulingGroup(source)
  return ruling === undefined ? 'which follows no rollout' : `which follows the rollout of ${ruling}`
}

function pinning(tree: DeclaredTree, name: string, to: string | undefined): DocumentEdit {
  const edit: Edit =
    to === undefined ? { kind: 'remove', path: REVISION } : { kind: 'set', path: REVISION, value: to }
  const source = tree.sources.get(name)
  if (source === undefined)
    throw new FaultError(fault('no-installation', `${name}${didYouMean(name, [...tree.sources.keys()])}`))
  const { document, faults, location } = source.draft
  if (document !== undefined)
    return { origin: document.declared.origin, edits: document.document.revision === to ? [] : [edit] }
  throw new FaultError(faults[0] ?? fault('no-document', name, { location }))
}
