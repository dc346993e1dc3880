import { describeRevision, readRevision } from '../../model/revision.ts'
import type { RevisionDocument } from '../../stages/plan/describe/plan-document.ts'

/** A revision of a document for people; empty where it is no commit, as of a directory. */
export function describeCommit(commit: RevisionDocument): string {
  const revision = readRevision(commit)
  return revision === undefined || /^0*$/.test(revision.own) ? '' : describeRevision(revision)
}
